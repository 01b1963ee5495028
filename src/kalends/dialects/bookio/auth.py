"""How clients present their token: `Authorization: Bearer TOKEN`, one for each channel."""

from kalends.web.auth import bearer
from kalends.web.door import WebRequest


async def key_of(request: WebRequest) -> str | None:
    """The token of the request, or None."""
    return bearer(request)

"""How clients present their key: as a Bearer token or, in older libraries, as the user of HTTP Basic."""

from kalends.web.auth import basic_user, bearer
from kalends.web.door import WebRequest


async def key_of(request: WebRequest) -> str | None:
    """The key that the request presents, None if there is none."""
    return bearer(request) or basic_user(request)

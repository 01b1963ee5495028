"""How clients present their key: as the parameter `api_secret_key`, in the query or in the body, of each call."""

from typing import Any

from kalends.dialects.kit.nested import nest
from kalends.web.body import read_body, read_query
from kalends.web.door import WebRequest

KEY = "api_secret_key"


async def key_of(request: WebRequest) -> str | None:
    """The key of the request, if there is one; that of the query, when there are two."""
    return _key(dict(read_query(request)).get(KEY)) or _key((await read_body(request, nest)).get(KEY))


def _key(given: Any) -> str | None:
    return given.strip() or None if isinstance(given, str) else None

"""Finds the key of a request: the parameter `api_secret_key`, in the query or in the body."""

from typing import Any

from kalends.dialects.kit.nested import nest
from kalends.web.body import read_body, read_query
from kalends.web.door import WebRequest

KEY = "api_secret_key"


async def key_of(request: WebRequest) -> str | None:
    """The key of the request, or None. If query and body have one, that of the query counts."""
    return _stripped(dict(read_query(request)).get(KEY)) or _stripped((await read_body(request, nest)).get(KEY))


def _stripped(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None

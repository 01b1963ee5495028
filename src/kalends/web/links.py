"""Absolute links to the door, with the scheme, host and prefix by which the caller reaches it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode

from kalends.web.call import call_of, url
from kalends.web.door import WebRequest


def link_to(request: WebRequest, *segments: object, **query: object) -> str:
    """A link to a path below the door's base path: `link_to(request, "bookings", 7)`. It encodes segments and query."""
    path = "".join(f"/{quote(str(segment), safe='')}" for segment in segments)
    return url(request, path, urlencode(query))


def same_request(request: WebRequest, changes: Mapping[str, object]) -> str:
    """A link to the same request with these parameters replaced; they come last."""
    pairs = parse_qsl(request.scope["query_string"].decode(errors="replace"), keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name not in changes]
    path = request.scope["path"].removeprefix(call_of(request).door.base_path)
    return url(request, quote(path), urlencode([*kept, *changes.items()]))

"""Absolute links to the door, with the scheme, host and prefix by which the caller reaches it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode

from kalends.web.call import call_of, url
from kalends.web.door import WebRequest


def link_to(request: WebRequest, *segments: object, **query: object) -> str:
    """A link to a path below the door's base path, `link_to(request, "bookings", 7)`; all parts are encoded here."""
    path = "".join(f"/{quote(str(segment), safe='')}" for segment in segments)
    return url(request, path, urlencode(query))


def same_request(request: WebRequest, changes: Mapping[str, object]) -> str:
    """A link to the same request with other values of these parameters, which come last; the others stay."""
    pairs = parse_qsl(request.scope["query_string"].decode(errors="replace"), keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name not in changes]
    below = request.scope["path"].removeprefix(call_of(request).door.base_path)
    return url(request, quote(below), urlencode([*kept, *changes.items()]))

"""Requests from pages of other origins: allowed with a publishable key that lists the origin, and with the links that
such a key gave out. Any other key is not for browsers: its requests get no header that lets a page read the answer.

Source: Fetch Standard, "HTTP extensions" (CORS protocol).
"""

from kalends.actions.accounts.keys import is_origin_listed
from kalends.engine.accounts.principal import Principal
from kalends.engine.refusals import Forbidden
from kalends.web.call import Call, header
from kalends.web.door import Answer

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_REQUEST_HEADERS = (
    "Authorization, Content-Type, Accept-Language, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, "
    "X-Request-Id"
)
_ANSWER_HEADERS = (
    "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed, Deprecation, Sunset, "
    "X-Request-Id"
)
_PREFLIGHT_SECONDS = 600


def is_preflight(call: Call) -> bool:
    """Whether a browser asks if a page of another origin may make a request, before it makes it."""
    is_asked = bool(header(call.headers, b"access-control-request-method") and header(call.headers, b"origin"))
    return call.door.rules.cors and call.method == "OPTIONS" and is_asked


async def preflight(call: Call) -> Answer:
    """The answer to a preflight, which has no key yet: yes for each origin that some publishable key lists."""
    origin = header(call.headers, b"origin")
    if not await is_origin_listed(call.db, call.door.name, origin, call.now):
        return Answer(204, headers=(("Vary", "Origin"),))
    allowed = (
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Methods", _METHODS),
        ("Access-Control-Allow-Headers", _REQUEST_HEADERS),
        ("Access-Control-Max-Age", str(_PREFLIGHT_SECONDS)),
        ("Vary", "Origin"),
    )
    return Answer(204, headers=allowed)


def check_origin(call: Call, principal: Principal) -> None:
    """Let the page that makes the request read its answer, if the key is publishable.

    Raises Forbidden if the key is publishable, and not for pages of this origin or for requests without one.
    """
    if principal.origins is None:
        return
    origin = header(call.headers, b"origin")
    if origin not in principal.origins:
        raise Forbidden()
    call.page_origin = origin


def answer_headers(call: Call) -> tuple[tuple[bytes, bytes], ...]:
    """The headers with which a page may read the answer; none for requests that no page may make."""
    if not call.page_origin:
        return ()
    return (
        (b"access-control-allow-origin", call.page_origin.encode("latin-1")),
        (b"access-control-expose-headers", _ANSWER_HEADERS.encode()),
        (b"vary", b"Origin"),
    )

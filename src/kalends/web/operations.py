"""The door for operators: health, readiness and metrics. It also answers all paths that belong to no other door."""

import hmac
from ipaddress import ip_address

import msgspec

from kalends.engine.refusals import Forbidden, Refusal
from kalends.store.db import UNAVAILABLE
from kalends.store.health import is_current, is_writable, measure_backlog, measure_messages
from kalends.web import metrics
from kalends.web.auth import bearer
from kalends.web.call import Call, call_of
from kalends.web.door import Answer, Door, WebRequest
from kalends.web.problems import (
    Limited,
    MethodNotAllowed,
    Problem,
    RouteNotFound,
    TimedOut,
    TooLarge,
    TooSlow,
    Unavailable,
    Unexpected,
    UnsupportedMedia,
)
from kalends.web.routing import Endpoint, build_router

PROXY_HEADERS = frozenset((b"forwarded", b"via", b"x-forwarded-for", b"x-real-ip"))
STATUS: dict[type[Exception], int] = {
    Forbidden: 403,
    RouteNotFound: 404,
    MethodNotAllowed: 405,
    TooSlow: 408,
    TooLarge: 413,
    UnsupportedMedia: 415,
    Limited: 429,
    Unavailable: 503,
    TimedOut: 503,
    Unexpected: 500,
}
ALWAYS_OPEN = {"/healthz", "/metrics"}
"""Paths that are answered even while the server has no database or is about to stop."""
PATHS = {*ALWAYS_OPEN, "/readyz"}


async def healthz(request: WebRequest) -> Answer:
    """Answers as long as the process runs."""
    return Answer(200, b'{"alive":true}')


async def readyz(request: WebRequest) -> Answer:
    """Whether requests can be served: the database answers, has all migrations, and can be written to.

    Raises Unavailable if not.
    """
    db = call_of(request).db
    if not (await is_current(db) and await is_writable(db)):
        raise Unavailable
    return Answer(200, b'{"ready":true}')


async def show_metrics(request: WebRequest) -> Answer:
    """The metrics, for clients on this machine or with the token. Raises Forbidden for others."""
    call = call_of(request)
    if not (is_local(request) or has_token(request, call.settings.metrics_token)):
        raise Forbidden
    try:
        gauges = metrics.gauges(await measure_backlog(call.db, call.now), await measure_messages(call.db, call.now))
    except UNAVAILABLE:
        gauges = []  # The other metrics are needed most when the database is gone.
    return Answer(200, metrics.page(call.settings.metrics_dir, gauges), metrics.MEDIA_TYPE)


def is_local(request: WebRequest) -> bool:
    """Whether the request comes from this machine, and not through a proxy on it."""
    client = request.scope["client"]
    names = {name for name, _ in request.scope["headers"]}
    try:
        return client is not None and ip_address(client[0]).is_loopback and not names & PROXY_HEADERS
    except ValueError:
        return False


def has_token(request: WebRequest, token: str) -> bool:
    """Whether the request carries this token as `Authorization: Bearer`; never, if it is ""."""
    sent = bearer(request) or ""
    return token != "" and hmac.compare_digest(sent.encode(), token.encode())


async def no_key(request: WebRequest) -> None:
    """This door has no keys."""


def render_error(no: Exception, call: Call) -> Answer:
    """A refusal or problem as JSON with its code."""
    assert isinstance(no, Problem | Refusal)
    status = STATUS.get(type(no), 400)
    headers = []
    if isinstance(no, Limited | Unavailable):
        headers.append(("retry-after", str(no.retry_after)))
    if isinstance(no, MethodNotAllowed):
        headers.append(("allow", ", ".join(no.allowed)))
    return Answer(status, msgspec.json.encode({"error": no.code}), headers=tuple(headers))


ROUTER = build_router(
    (
        Endpoint("GET", "/healthz", healthz),
        Endpoint("GET", "/readyz", readyz),
        Endpoint("GET", "/metrics", show_metrics),
    )
)
OPERATIONS = Door("operations", "", ROUTER, no_key, render_error)

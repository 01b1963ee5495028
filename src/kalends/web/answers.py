"""From whatever was raised to the one answer that the door gives."""

from collections.abc import Iterator

import structlog
from litestar.exceptions import HTTPException, InternalServerException, MethodNotAllowedException, NotFoundException

from kalends.engine.refusals import Refusal
from kalends.store.db import LATE, READ_ONLY, UNAVAILABLE, CommitLost
from kalends.web import metrics
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.problems import (
    Malformed,
    MethodNotAllowed,
    Problem,
    RouteNotFound,
    TimedOut,
    TooLarge,
    Unavailable,
    Unexpected,
)

log = structlog.get_logger()


def answer(call: Call, error: Exception) -> Answer:
    """The error as the call's door says it, counted, and logged when nobody foresaw it."""
    no = understood(error, call.settings.body_bytes)
    if isinstance(no, MethodNotAllowed) and call.method == "OPTIONS":
        return Answer(204, headers=(("allow", ", ".join(no.allowed)),))
    call.problem, call.read_only = no.code, isinstance(error, READ_ONLY)
    metrics.refused(call.door.name, no.code)
    if isinstance(no, Unexpected):
        log.error("request.unexpected", exc_info=error)
    elif isinstance(no, Unavailable) and not isinstance(error, Unavailable):
        log.warning("database.lost", error=type(error).__qualname__)
    return call.door.answer(no, call)


def understood(error: Exception, body_bytes: int) -> Refusal | Problem:
    """The refusal or problem that an exception means."""
    match error:
        case Refusal() | Problem():
            return error
        case NotFoundException():
            return RouteNotFound()
        case MethodNotAllowedException():
            return MethodNotAllowed(tuple(_allowed(error)))
        case HTTPException(status_code=413):
            return TooLarge(body_bytes)
        case HTTPException(status_code=code) if code < 500:
            return Malformed("request")
        case InternalServerException(detail="client disconnected prematurely"):
            return Malformed("incomplete")
    if isinstance(error, LATE):
        return TimedOut()
    if isinstance(error, CommitLost):
        return Unavailable(maybe_kept=True)
    # The driver says InterfaceError of a lost connection, and a ValueError kind of it of an argument that is a bug.
    lost = isinstance(error, UNAVAILABLE) and not isinstance(error, ValueError)
    return Unavailable() if lost else Unexpected()


def _allowed(error: MethodNotAllowedException) -> Iterator[str]:
    """What Litestar has a handler for; whoever may GET may also ask for the HEAD."""
    listed = {method.strip() for method in (error.headers or {}).get("allow", "").split(",")} - {""}
    yield from sorted(listed | {"HEAD"} if "GET" in listed else listed)

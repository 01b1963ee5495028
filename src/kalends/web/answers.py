"""From whatever was raised to the one answer that the door gives."""

import structlog
from starlette.requests import ClientDisconnect

from kalends.engine.refusals import Refusal
from kalends.store.db import LATE, READ_ONLY, UNAVAILABLE, CommitLost
from kalends.web import metrics
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.problems import (
    Malformed,
    MethodNotAllowed,
    Problem,
    TimedOut,
    Unavailable,
    Unexpected,
)

log = structlog.get_logger()


def answer(call: Call, error: Exception) -> Answer:
    """The error as the call's door says it, counted, and logged when nobody foresaw it."""
    no = understood(error)
    if isinstance(no, MethodNotAllowed) and call.method == "OPTIONS":
        return Answer(204, headers=(("allow", ", ".join(no.allowed)),))
    call.problem, call.read_only = no.code, isinstance(error, READ_ONLY)
    metrics.refused(call.door.name, no.code)
    if isinstance(no, Unexpected):
        log.error("request.unexpected", exc_info=error)
    elif isinstance(no, Unavailable) and not isinstance(error, Unavailable):
        log.warning("database.lost", error=type(error).__qualname__)
    return call.door.answer(no, call)


def understood(error: Exception) -> Refusal | Problem:
    """The refusal or problem that an exception means."""
    if isinstance(error, Refusal | Problem):
        return error
    if isinstance(error, ClientDisconnect):
        return Malformed("incomplete")
    if isinstance(error, LATE):
        return TimedOut()
    if isinstance(error, CommitLost):
        return Unavailable(maybe_kept=True)
    # The driver says InterfaceError of a lost connection, and a ValueError kind of it of an argument that is a bug.
    lost = isinstance(error, UNAVAILABLE) and not isinstance(error, ValueError)
    return Unavailable() if lost else Unexpected()

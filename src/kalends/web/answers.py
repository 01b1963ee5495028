"""Turns an exception into the answer that the client gets."""

import structlog
from starlette.requests import ClientDisconnect

from kalends.engine.refusals import Refusal
from kalends.store.accounts.accounts import AccountClosed
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


def error_answer(call: Call, error: Exception) -> Answer:
    """The answer to a request that raised `error`, in the form of the call's door.

    Counts the refusal or problem, and logs a lost database and every error that was not expected.
    """
    no = classify(error)
    if isinstance(no, MethodNotAllowed) and call.method == "OPTIONS":
        return Answer(204, headers=(("allow", ", ".join(no.allowed)),))
    call.problem, call.read_only = no.code, isinstance(error, READ_ONLY)
    metrics.count_refusal(call.door.name, no.code)
    if isinstance(no, Unexpected):
        log.error("request.unexpected", exc_info=error)
    elif isinstance(no, Unavailable) and not isinstance(error, Unavailable | AccountClosed):
        log.warning("database.lost", error=type(error).__qualname__)
    return call.door.answer(no, call)


def classify(error: Exception) -> Refusal | Problem:
    """The refusal or problem that an exception stands for; Unexpected if it stands for none."""
    if isinstance(error, Refusal | Problem):
        return error
    if isinstance(error, ClientDisconnect):
        return Malformed("incomplete")
    if isinstance(error, LATE):
        return TimedOut()
    if isinstance(error, CommitLost):
        return Unavailable(maybe_kept=True)
    # asyncpg raises InterfaceError for a lost connection, but also, as a subclass of it and of ValueError, for an
    # argument of a wrong type, which is a bug.
    is_lost = isinstance(error, UNAVAILABLE) and not isinstance(error, ValueError)
    return Unavailable() if is_lost else Unexpected()

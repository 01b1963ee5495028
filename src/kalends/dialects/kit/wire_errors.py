"""How a door answers errors: a table makes a WireError of each refusal and problem, a renderer writes it.

`tests/rules` looks into each door's table for every refusal and problem there is. Texts are messages until the
language of the request is known.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from kalends.dialects.kit.error_names import ErrorNames
from kalends.engine.refusals import Refusal, TooManyAttempts
from kalends.notices.texts import FALLBACK, Catalogue, Message
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.problems import Limited, MethodNotAllowed, Problem, RequestInProgress, Unavailable


class WireFault(msgspec.Struct, frozen=True):
    """What is wrong with one field, which has the name that the wire gives it; `reason` as in engine.refusals.Fault."""

    field: str
    message: Message
    reason: str = "invalid"


class WireError(msgspec.Struct, frozen=True):
    """An error as a door's clients see it, but for its language: HTTP status, the vendor's own code if it has codes,
    the fields at fault, and a text about the whole request."""

    status: int
    message: Message | None = None
    faults: tuple[WireFault, ...] = ()
    code: str = ""


Say: TypeAlias = Callable[[Message], str]
"""A message as a text in the language of the request."""
Answers: TypeAlias = Mapping[type[Exception], Callable[[Any, Any], WireError]]
"""By class of refusal or problem: `(error, the route's ErrorNames) -> WireError`."""


def always(status: int, key: str, code: str = "") -> Callable[[Any, Any], WireError]:
    """An error that always has the same text."""
    wire = WireError(status, Message(key), code=code)
    return lambda error, names: wire


def with_most(status: int, key: str) -> Callable[[Any, Any], WireError]:
    """An error whose text names the most that is allowed."""
    return lambda error, names: WireError(status, Message(key, {"most": error.most}))


def answering(
    answers: Answers,
    render: Callable[[WireError, Say], Answer],
    *,
    names: ErrorNames,
    catalogues: Mapping[str, Catalogue],
    language: Callable[[Call], str],
    headers: Callable[[Exception, Call], tuple[tuple[str, str], ...]] = lambda error, call: (),
) -> Callable[[Exception, Call], Answer]:
    """A door's `answer`. `names` are those of errors before a route is known; `headers` are the door's own.

    When to try again, and with which methods, also stands in the headers that HTTP has for it (RFC 9110, 10.2).
    """

    def answer(error: Exception, call: Call) -> Answer:
        make = answers.get(type(error)) or answers[Refusal if isinstance(error, Refusal) else Problem]
        wire = make(error, call.error_names if isinstance(call.error_names, type(names)) else names)
        rendered = render(wire, catalogues.get(language(call), catalogues[FALLBACK]).text)
        more = _headers(error) + headers(error, call)
        return msgspec.structs.replace(rendered, headers=rendered.headers + more) if more else rendered

    return answer


def _headers(error: Exception) -> tuple[tuple[str, str], ...]:
    match error:
        case Limited() | RequestInProgress() | Unavailable() | TooManyAttempts():
            return (("Retry-After", str(error.retry_after)),)
        case MethodNotAllowed() if error.allowed:
            return (("Allow", ", ".join(error.allowed)),)
    return ()

"""Answers errors: a door's table turns each refusal and problem into a WireError, and its renderer writes that.

`tests/rules` checks that each door's table has every refusal and problem. Texts are Messages until the language of the
request is known.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from kalends.dialects.kit.error_names import ErrorNames
from kalends.engine.all_refusals import Several
from kalends.engine.refusals import Refusal, TooManyAttempts
from kalends.notices.texts import FALLBACK, Catalogue, Message
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.problems import Limited, Malformed, MethodNotAllowed, Problem, RequestInProgress, Unavailable


class WireFault(msgspec.Struct, frozen=True):
    """What is wrong with one field, by its name on the wire; `reason` is a reason code as in engine.refusals.Fault.

    `value` is what was sent, as text, for vendors that repeat it; None if nothing was. `code` is the vendor's of the
    error that it is part of, if several are told as one.
    """

    field: str
    message: Message
    reason: str = "invalid"
    value: str | None = None
    code: str = ""


class WireError(msgspec.Struct, frozen=True):
    """An error in a vendor's terms, in no language yet.

    `message` is about the whole request, `faults` about its fields; `code` is the vendor's, if it has error codes;
    `data` is what its form has besides texts.
    """

    status: int
    message: Message | None = None
    faults: tuple[WireFault, ...] = ()
    code: str = ""
    data: Mapping[str, Any] = {}


Translate: TypeAlias = Callable[[Message], str]
"""Translates a message into the language of the request."""
Answers: TypeAlias = Mapping[type[Exception], Callable[[Any, Any], WireError]]
"""By class of refusal or problem: `(error, the route's ErrorNames) -> WireError`."""


def always(status: int, key: str, code: str = "") -> Callable[[Any, Any], WireError]:
    """The entry of an error that always has the same text."""
    wire_error = WireError(status, Message(key), code=code)
    return lambda error, names: wire_error


def with_limit(status: int, key: str, code: str = "") -> Callable[[Any, Any], WireError]:
    """The entry of an error whose text names the limit `error.most`."""
    return lambda error, names: WireError(status, Message(key, {"most": error.most}), code=code)


def malformed(reasons: Container[str]) -> Callable[[Malformed, Any], WireError]:
    """The entry of Malformed: these reasons have a text `unreadable.REASON`, all others the text `unreadable`."""

    def to_wire_error(problem: Malformed, _: Any) -> WireError:
        return WireError(400, Message(f"unreadable.{problem.reason}" if problem.reason in reasons else "unreadable"))

    return to_wire_error


def answering(
    answers: Answers,
    render: Callable[[WireError, Translate], Answer],
    *,
    names: ErrorNames,
    catalogues: Mapping[str, Catalogue],
    language: Callable[[Call], str],
    headers: Callable[[Exception, Call], tuple[tuple[str, str], ...]] = lambda error, call: (),
) -> Callable[[Exception, Call], Answer]:
    """Make a door's `answer(error, call)`.

    `names` are for errors before a route is known. `headers` returns headers of the door's own, in addition to
    Retry-After and Allow (RFC 9110, 10.2).
    """

    def answer(error: Exception, call: Call) -> Answer:
        own_names = call.error_names if isinstance(call.error_names, type(names)) else names
        refusals = error.refusals if isinstance(error, Several) else (error,)
        wire_errors = [_wire_error(answers, refusal, own_names) for refusal in refusals]
        wire_error = wire_errors[0] if len(wire_errors) == 1 else _merged(wire_errors)
        rendered = render(wire_error, catalogues.get(language(call), catalogues[FALLBACK]).text)
        more_headers = _http_headers(error) + headers(error, call)
        return msgspec.structs.replace(rendered, headers=rendered.headers + more_headers) if more_headers else rendered

    return answer


def _wire_error(answers: Answers, error: Exception, names: ErrorNames) -> WireError:
    to_wire_error = answers.get(type(error)) or answers[Refusal if isinstance(error, Refusal) else Problem]
    return to_wire_error(error, names)


def _merged(errors: Sequence[WireError]) -> WireError:
    """The errors as one, with the faults of all, none twice.

    Status and code are those of the first that is about fields. What is wrong with the request as a whole is said only
    if no field is at fault.
    """
    about_fields = [error for error in errors if error.faults] or [errors[0]]
    with_codes = (msgspec.structs.replace(fault, code=error.code) for error in about_fields for fault in error.faults)
    faults = {repr(fault): fault for fault in with_codes}
    return msgspec.structs.replace(about_fields[0], faults=tuple(faults.values()))


def _http_headers(error: Exception) -> tuple[tuple[str, str], ...]:
    match error:
        case Limited() | RequestInProgress() | Unavailable() | TooManyAttempts():
            return (("Retry-After", str(error.retry_after)),)
        case MethodNotAllowed() if error.allowed:
            return (("Allow", ", ".join(error.allowed)),)
    return ()

"""Answers errors in the form of RFC 9457, with a type of its own for each refusal and problem.

    {"type": "https://here/api/v1/docs/problems/taken", "title": "The time is taken", "status": 409,
     "detail": "...", "request_id": "...", "conflicts": [...], "next_free": [...]}

`type` is the address of a page that exists. `detail` is in the language of the caller.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from kalends.api.ids import write_optional_id
from kalends.api.operations import Operation
from kalends.api.places import Asked, place_of, with_place
from kalends.api.problem_shapes import Conflict, FieldFault, FreeTime
from kalends.api.problem_types import MEDIA_TYPE, PAGES, PROBLEMS, ProblemType
from kalends.engine import refusals
from kalends.engine.conflict import Conflict as EngineConflict
from kalends.engine.conflict import InTheWay
from kalends.engine.refusals import Fault, Refusal
from kalends.notices.texts import FALLBACK, Catalogue, Message, read_catalogues
from kalends.web import problems as web
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.languages import accept_language, account_locale, first_of
from kalends.web.problems import Problem as WebProblem

TEXTS = read_catalogues(Path(__file__).parent / "texts")
REASONS = (
    "after",
    "before_start",
    "below_booked",
    "blank",
    "bounced",
    "cancelled",
    "credited",
    "fixed",
    "in_use",
    "invalid",
    "invoiced",
    "negative",
    "not_a_number",
    "not_bookable",
    "not_for_administering",
    "not_for_owners",
    "not_for_publishable",
    "not_granted",
    "not_included",
    "not_inventory",
    "not_positive",
    "not_served",
    "nothing_to_invoice",
    "out_of_range",
    "past",
    "refused",
    "several_customers",
    "taken",
    "too_deep",
    "too_long",
    "too_many",
    "too_short",
    "unknown",
    "unsupported",
)
"""Reasons of faults that have a text, `field.REASON`; the others have `field.invalid`."""
_language = first_of(accept_language, account_locale)


def answer(error: Exception, call: Call) -> Answer:
    """The answer of the door to a refusal or problem."""
    kind, detail, members = parts_of(error, call)
    problem = {
        "type": f"{call.prefix}{PAGES}{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "request_id": call.id,
        **members,
    }
    return Answer(kind.status, msgspec.json.encode(problem), MEDIA_TYPE, tuple(_headers(error)))


def parts_of(error: Exception, call: Call) -> tuple[ProblemType, str, dict[str, Any]]:
    """The type of a refusal or problem, its detail in the caller's language, and the members of its own."""
    asked = call.error_names if isinstance(call.error_names, Asked) else None
    operation = asked.operation if asked else None
    error = with_place(error, asked)
    kind = PROBLEMS.get(type(error)) or PROBLEMS[Refusal if isinstance(error, Refusal) else WebProblem]
    texts = TEXTS.get(_language(call), TEXTS[FALLBACK])
    return kind, texts.text(_detail(kind.key, error)), _members(error, operation, texts)


def _detail(key: str, error: Any) -> Message:
    if isinstance(error, web.Unavailable) and error.maybe_kept:
        return Message("maybe_kept")
    arguments = {name: value for name, value in vars(error).items() if isinstance(value, str | int)}
    if "verb" in arguments:
        arguments["verb"] = _VERBS.get(error.verb, error.verb)
    return Message(key, arguments)


def _members(error: Exception, operation: Operation | None, texts: Catalogue) -> dict[str, Any]:
    """What the problem has besides the usual members."""
    match error:
        case refusals.Invalid():
            return {"errors": [_fault(fault, operation, texts) for fault in error.faults]}
        case refusals.Duplicate():
            return {"errors": [_fault(Fault(error.field, "taken"), operation, texts)]}
        case refusals.Unreachable():
            return {"errors": [_fault(Fault(error.field, error.reason), operation, texts)]}
        case refusals.SkippedTime() | refusals.RepeatedTime():
            pointer, parameter = place_of(error.field, operation)
            return {"pointer": pointer, "parameter": parameter, "readings": error.readings}
        case refusals.Full():
            return _taken(error)
        case refusals.InUse():
            return {"count": error.count, "until": error.until}
        case refusals.IllegalTransition():
            return {"state": error.state, "verb": _VERBS.get(error.verb, error.verb)}
        case refusals.Outdated() | web.PreconditionFailed():
            return {"current": msgspec.Raw(getattr(error, "current", b"") or b"null")}
    line = {"line": error.line} if isinstance(error, _OF_LINES) else {}
    return {name: getattr(error, field) for field, name in _COPIED.items() if hasattr(error, field)} | line


_COPIED = {"retry_after": "retry_after", "most": "limit"}
_OF_LINES = (
    refusals.Closed,
    refusals.NotServed,
    refusals.OffStep,
    refusals.Retired,
    refusals.TooFar,
    refusals.TooMany,
    refusals.TooSoon,
)
"""Refusals that may be about one line of several."""
_VERBS = {"reopen": "restore", "send_code": "send-code"}
"""Verbs of the table of states that have another word here."""


def _fault(fault: Fault, operation: Operation | None, texts: Catalogue) -> FieldFault:
    pointer, parameter = place_of(fault.field, operation)
    reason = fault.reason if fault.reason in REASONS else "invalid"
    detail = texts.text(Message(f"field.{reason}"))
    return FieldFault(pointer=pointer, parameter=parameter, code=fault.reason, detail=detail)


def _taken(error: refusals.Full) -> dict[str, Any]:
    conflicts = [_conflict(line.line, way) for line in error.lines for way in line.in_the_way]
    if not error.lines:
        conflicts = [_conflict(conflict.line, way) for conflict in error.conflicts for way in _in_the_way(conflict)]
    next_free = [
        FreeTime(
            line=line.line,
            resource=write_optional_id("resource", time.resource_id),
            session=write_optional_id("session", time.session_id),
            from_=time.span.start,
            to=time.span.end,
        )
        for line in error.lines
        for time in line.nearest
    ]
    return {"conflicts": conflicts, "count": error.count, "next_free": next_free}


def _in_the_way(conflict: EngineConflict) -> Sequence[InTheWay | None]:
    """What is in the way; None where nothing is left at all."""
    return conflict.in_the_way or (None,)


def _conflict(line: int | None, way: InTheWay | None) -> Conflict:
    return Conflict(
        line=line,
        resource=write_optional_id("resource", way.resource_id if way else None),
        session=write_optional_id("session", way.session_id if way else None),
        item=write_optional_id("item", way.item_id if way else None),
        other_line=way.line if way else None,
        from_=way.span.start if way else None,
        to=way.span.end if way else None,
    )


def _headers(error: Any) -> list[tuple[str, str]]:
    match error:
        case web.Limited() | web.RequestInProgress() | web.Unavailable() | refusals.TooManyAttempts():
            return [("Retry-After", str(error.retry_after))]
        case web.MethodNotAllowed() if error.allowed:
            return [("Allow", ", ".join(error.allowed))]
        case web.PreconditionFailed() if error.etag:
            return [("ETag", error.etag)]
        case refusals.Unauthenticated():
            return [("WWW-Authenticate", "Bearer")]
    return []

"""Problems: the form of every "no" (RFC 9457), one type for each refusal and problem.

    {"type": "https://here/api/v1/docs/problems/taken", "title": "The time is taken", "status": 409,
     "detail": "...", "request_id": "...", "conflicts": [...], "next_free": [...]}

`type` is the address of a page that exists. `title` never changes; `detail` is in the language of the caller. What else
there is depends on the type.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kalends.api.operations import Operation
from kalends.engine import refusals
from kalends.engine.refusals import Fault, Refusal
from kalends.notices.sentences import REASONS, sentence
from kalends.web import problems as web
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.problems import Problem as WebProblem

MEDIA_TYPE = "application/problem+json"
PAGES = "/docs/problems/"


class FieldFault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong with one field of the body (`pointer`, RFC 6901), or one parameter of the query."""

    pointer: Annotated[str | None, Meta(examples=["/name"])] = None
    parameter: Annotated[str | None, Meta(examples=["limit"])] = None
    code: Annotated[str, Meta(description="A reason for programs.", examples=["blank"])]
    detail: Annotated[str, Meta(description="The reason for people.", examples=["is missing"])]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem (RFC 9457)."""

    type: Annotated[
        str,
        Meta(
            description="The address of a page about this type of problem.",
            examples=["https://booking.example/api/v1/docs/problems/invalid"],
        ),
    ]
    title: Annotated[str, Meta(description="The same for all problems of the type.", examples=["Invalid"])]
    status: Annotated[int, Meta(examples=[422])]
    detail: Annotated[str, Meta(description="What happened, for people.", examples=["Some fields are invalid."])]
    request_id: Annotated[str, Meta(description="Finds the request in the log.", examples=["4b1d0c9a7e"])]


class ProblemType(msgspec.Struct, frozen=True):
    """A type of problems. `about` is the text of its page, in Markdown; `members` are what it has besides the usual."""

    slug: str
    title: str
    status: int
    about: str
    members: Callable[[Any, Call], dict[str, Any]] = lambda error, call: {}


def faults_of(error: refusals.Invalid, call: Call) -> dict[str, Any]:
    """All faults, by the names that the operation has for the engine's fields."""
    operation = call.error_names if isinstance(call.error_names, Operation) else None
    return {"errors": [_field_fault(fault, operation) for fault in error.faults]}


def place_of(field: str, operation: Operation | None) -> tuple[str | None, str | None]:
    """Pointer or parameter of a field: of a place as `reading` names it, or of a field of the engine."""
    if field.startswith("?"):
        return None, field[1:]
    if field.startswith("/") or field == "":
        return field, None
    name = NAMES.get(field, field) if operation is None else operation.names.get(field, NAMES.get(field, field))
    return (f"/{name}", None) if operation is None or operation.body is not None else (None, name)


NAMES: Mapping[str, str] = {
    "starts_at": "from",
    "ends_at": "to",
    "site_id": "site",
    "resource_id": "resource",
    "service_id": "service",
    "customer_id": "customer",
    "session_id": "session",
    "parent_id": "parent",
    "category_id": "category",
    "user_id": "user",
}
"""The engine's name of a field -> its usual name here."""


def _field_fault(fault: Fault, operation: Operation | None) -> FieldFault:
    pointer, parameter = place_of(fault.field, operation)
    detail = REASONS.get(fault.reason, REASONS["invalid"])
    return FieldFault(pointer=pointer, parameter=parameter, code=fault.reason, detail=detail)


def answer(error: Exception, call: Call) -> Answer:
    """The answer of the door to a refusal or problem."""
    kind = PROBLEMS.get(type(error)) or PROBLEMS[Refusal if isinstance(error, Refusal) else WebProblem]
    problem = {
        "type": f"{call.prefix}{PAGES}{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": _detail(kind, error),
        "request_id": call.id,
        **kind.members(error, call),
    }
    return Answer(kind.status, msgspec.json.encode(problem), MEDIA_TYPE, tuple(_headers(error)))


def _detail(kind: ProblemType, error: Exception) -> str:
    return sentence(error) if isinstance(error, Refusal) and type(error) in PROBLEMS else kind.title + "."


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


def _retry_after(error: Any, call: Call) -> dict[str, Any]:
    return {"retry_after": error.retry_after}


def _limit(error: Any, call: Call) -> dict[str, Any]:
    return {"limit": error.most}


def _field(error: Any, call: Call) -> dict[str, Any]:
    operation = call.error_names if isinstance(call.error_names, Operation) else None
    return {"errors": [_field_fault(Fault(error.field, "taken"), operation)]}


def _readings(error: Any, call: Call) -> dict[str, Any]:
    operation = call.error_names if isinstance(call.error_names, Operation) else None
    pointer, parameter = place_of(error.field, operation)
    place = {"pointer": pointer} if parameter is None else {"parameter": parameter}
    return {**place, "readings": list(error.readings)}


def _current(error: Any, call: Call) -> dict[str, Any]:
    return {"current": msgspec.Raw(getattr(error, "current", b"") or b"null")}


def _span(span: Any) -> dict[str, Any]:
    return {"from": span.start, "to": span.end}


def _full(error: refusals.Full, call: Call) -> dict[str, Any]:
    conflicts = [
        {"what": conflict.what, "which": conflict.which, **_span(taken.span)}
        for conflict in error.conflicts
        for taken in conflict.in_the_way
    ]
    return {"conflicts": conflicts, "next_free": [_span(span) for span in error.nearest]}


def _in_use(error: refusals.InUse, call: Call) -> dict[str, Any]:
    return {"count": error.count, "until": error.until}


_VERSION_MISMATCH = ProblemType(
    "version-mismatch", "Changed since it was read", 412, "`current` is what it is now.", _current
)
PROBLEMS: Mapping[type[Exception], ProblemType] = {
    Refusal: ProblemType("refused", "Refused", 409, "The request was understood and turned down."),
    refusals.Unauthenticated: ProblemType(
        "unauthenticated", "No valid key", 401, "Send a key of this API as `Authorization: Bearer KEY`."
    ),
    refusals.TooManyAttempts: ProblemType(
        "too-many-attempts", "Too many attempts", 429, "Wait as long as `Retry-After` says.", _retry_after
    ),
    refusals.Forbidden: ProblemType("forbidden", "Not permitted", 403, "The key has not the scope that this needs."),
    refusals.NotFound: ProblemType("not-found", "Not found", 404, "There is no such thing, or the key may not see it."),
    refusals.Invalid: ProblemType(
        "invalid", "Invalid", 422, "Some fields are invalid; `errors` has all of them.", faults_of
    ),
    refusals.Duplicate: ProblemType("duplicate", "Not unique", 409, "Another record has this value already.", _field),
    refusals.Retired: ProblemType("retired", "Not in use any more", 409, "It is archived and can't be booked."),
    refusals.NotServed: ProblemType("not-served", "Not served", 422, "The resource does not offer this service."),
    refusals.Closed: ProblemType("closed", "Closed", 422, "The time is outside the opening hours."),
    refusals.TooSoon: ProblemType("too-soon", "Too soon", 422, "The start is past, or within the service's notice."),
    refusals.TooFar: ProblemType("too-far", "Too far ahead", 422, "The start is beyond the service's horizon."),
    refusals.OffStep: ProblemType("off-step", "No time to start", 422, "The service does not start at that time."),
    refusals.TooMany: ProblemType("too-many", "Too many units", 422, "One booking takes fewer units.", _limit),
    refusals.Full: ProblemType(
        "taken", "The time is taken", 409, "`conflicts` are in the way, `next_free` are free times near.", _full
    ),
    refusals.SkippedTime: ProblemType(
        "time-does-not-exist", "No such time", 422, "Clocks skip this time. Send one of `readings`.", _readings
    ),
    refusals.RepeatedTime: ProblemType(
        "time-is-twice", "A time that is there twice", 422, "Send one of `readings`, with its offset.", _readings
    ),
    refusals.InUse: ProblemType("in-use", "In use", 409, "Upcoming bookings need it.", _in_use),
    refusals.IllegalTransition: ProblemType(
        "illegal-transition", "Not in this state", 409, "The state of the item does not allow this."
    ),
    refusals.WrongCode: ProblemType("wrong-code", "Wrong code", 422, "It is not the code that was sent."),
    refusals.Unreachable: ProblemType("unreachable", "Unreachable", 422, "There is no address for the verification."),
    refusals.Barred: ProblemType("blocked", "The customer is blocked", 409, "The customer may not book."),
    refusals.BadRecurrence: ProblemType("bad-recurrence", "No recurrence", 422, "The recurrence can't be read."),
    refusals.SeparateTimes: ProblemType("separate-times", "Several times", 422, "The booking has several times."),
    refusals.TooManyOccurrences: ProblemType(
        "too-many-occurrences", "Too many occurrences", 422, "One series has fewer occurrences.", _limit
    ),
    refusals.Stale: ProblemType("changed-meanwhile", "Changed meanwhile", 409, "Others changed it. Try again."),
    refusals.Outdated: _VERSION_MISMATCH,
    WebProblem: ProblemType("unreadable", "Unreadable", 400, "The request can't be read."),
    web.Malformed: ProblemType("malformed", "Unreadable", 400, "The request can't be read."),
    web.TooSlow: ProblemType("too-slow", "Too slow", 408, "The body did not arrive in time."),
    web.TooLarge: ProblemType("too-large", "Too large", 413, "The body has too many bytes.", _limit),
    web.TooDeep: ProblemType("too-deep", "Nested too deep", 400, "The body has too many levels.", _limit),
    web.TooManyParameters: ProblemType("too-many-values", "Too many values", 400, "Send fewer at once.", _limit),
    web.UnsupportedMedia: ProblemType("unsupported-media", "Not JSON", 415, "Bodies are `application/json`."),
    web.IdempotencyKeyReused: ProblemType(
        "key-reused", "Idempotency-Key used before", 422, "It came with another request. Take a new one."
    ),
    web.RequestInProgress: ProblemType(
        "in-progress", "Still running", 409, "The request with this Idempotency-Key is running.", _retry_after
    ),
    web.PreconditionFailed: _VERSION_MISMATCH,
    web.RouteNotFound: ProblemType("no-route", "No such path", 404, "There is nothing at this path."),
    web.MethodNotAllowed: ProblemType("no-method", "Method not allowed", 405, "`Allow` has the methods."),
    web.CrossSite: ProblemType("cross-site", "From another site", 403, "A page of another site sent this."),
    web.Limited: ProblemType("limited", "Too many requests", 429, "Wait as `Retry-After` says.", _retry_after),
    web.Unavailable: ProblemType("unavailable", "Unavailable", 503, "Try again.", _retry_after),
    web.TimedOut: ProblemType("timed-out", "Timed out", 503, "It took too long; nothing was changed."),
    web.Unexpected: ProblemType("unexpected", "Unexpected error", 500, "This is a bug."),
}

"""Answers errors in the vendor's form: the type, exception, texts and data of each refusal and problem.

    400  {"error": {"type": "about:blank", "exception": "invalid_params_exception", "title": "...", "detail": "...",
          "error_data": {"invalid_params": [{"name": "email", "reason": "required", "value": "", "message": "..."}]}}}

Generic reasons are the vendor's (CareCloud reference, Status codes); names of exceptions, but for the one of a wrong
interface, are inferred, and so is what a booking that finds no capacity is answered with.
"""

from pathlib import Path
from typing import Any

import msgspec

from kalends.dialects.carecloud.error_names import ANY, SECRETS, ErrorNames
from kalends.dialects.carecloud.fields.view import language
from kalends.dialects.kit.wire_errors import Answers, Translate, WireError, WireFault, always, answering, with_limit
from kalends.engine import refusals
from kalends.engine.refusals import Fault, Refusal
from kalends.notices.texts import Message, read_catalogues
from kalends.web import problems
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.problems import Problem

TEXTS = read_catalogues(Path(__file__).parent / "texts")
STATUSES = ("400", "401", "403", "404", "405", "429", "500", "503")
"""Each has a title, `title.STATUS`. Source: CareCloud reference, responses."""

INVALID, UNAUTHORIZED, FORBIDDEN = "invalid_params", "unauthorized", "forbidden"
WRONG_INTERFACE, NOT_FOUND, NOT_ALLOWED = "interface_not_allowed", "resource_not_found", "method_not_allowed"
LIMITED, UNEXPECTED, UNAVAILABLE = "too_many_requests", "internal_error", "service_unavailable"

REASONS = (
    "before_start",
    "below_booked",
    "blank",
    "deleted",
    "invalid",
    "no_capacity",
    "not_a_number",
    "not_included",
    "not_own",
    "not_positive",
    "out_of_range",
    "taken",
    "too_long",
    "too_many",
    "too_short",
    "unknown",
    "unsupported",
)
"""Reasons of faults with a text of their own, `field.REASON`; the others have the text `field.invalid`."""
_GENERIC = {
    "blank": "required",
    "deleted": "deleted",
    "empty": "empty",
    "invalid": "invalid_value_format",
    "not_own": "not_belong_to_logged_in_customer",
    "not_a_number": "invalid_value_format",
    "taken": "already_exists",
    "too_long": "invalid_value_format",
    "too_short": "invalid_value_format",
    "unknown": "not_found",
}
"""The vendor's generic reasons by ours; all others are `not_allowed_value`."""
MOST_FAULTS = 100
"""Faults that are named in one answer."""

_encoder = msgspec.json.Encoder()


def render_error(error: WireError, say: Translate) -> Answer:
    """The error, with one parameter for each fault."""
    detail = say(error.message or Message("invalid_params", {"count": len(error.faults)}))
    type_name = f"{error.code}_exception" if error.code == WRONG_INTERFACE else "about:blank"
    content: dict[str, Any] = {
        "type": type_name,
        "exception": f"{error.code}_exception",
        "title": say(Message(f"title.{error.status}")),
        "detail": detail,
    }
    data = dict(error.data)
    if error.faults:
        data["invalid_params"] = [_invalid_param(fault, say) for fault in error.faults[:MOST_FAULTS]]
    if data:
        content["error_data"] = data
    return Answer(error.status, _encoder.encode({"error": content}))


def _invalid_param(fault: WireFault, say: Translate) -> dict[str, str]:
    reason = _GENERIC.get(fault.reason, "not_allowed_value")
    param = {"name": fault.field, "reason": reason, "message": say(fault.message)}
    return param if fault.value is None else {**param, "value": fault.value}


def _on_field(name: str, reason: str) -> Any:
    """The entry of an error about the field with this name in the engine."""
    return lambda refusal, names: _faulty(refusal, names, Fault(name, reason))


def _faulty(refusal: Refusal, names: ErrorNames, *faults: Fault) -> WireError:
    """The error about these fields: of the item that the refusal is about, or of the whole."""
    wire_faults = (_fault(names.field_of(fault, refusal.line), fault.reason, names) for fault in faults)
    return WireError(400, faults=tuple(wire_faults), code=INVALID)


def _fault(name: str, reason: str, names: ErrorNames) -> WireFault:
    message, sent = Message(f"field.{reason}" if reason in REASONS else "field.invalid"), names.sent_text(name)
    reason = "empty" if reason == "blank" and sent is not None else reason
    return WireFault(name, message, reason, None if name in SECRETS else sent)


def _forbidden(refusal: refusals.Forbidden, names: ErrorNames) -> WireError:
    if not names.wrong_interface:
        return WireError(403, Message("forbidden"), code=FORBIDDEN)
    arguments = {"resource": names.resource, "interface": names.interface}
    data = {"invalid_resource_name": names.resource, "interface": names.interface}
    return WireError(403, Message("wrong_interface", arguments), code=WRONG_INTERFACE, data=data)


def _not_found(refusal: refusals.NotFound, names: ErrorNames) -> WireError:
    """404 for the object in the path, else a fault of the field that names it."""
    if refusal.what == names.kind and names.path_id:
        data = {"resource_name": names.resource, "resource_id": names.path_id}
        return WireError(404, Message("not_found", data), code=NOT_FOUND, data=data)
    is_others = refusal.what == "customer" and names.interface == "Customer"
    return _faulty(refusal, names, Fault(f"{refusal.what}_id", "not_own" if is_others else "unknown"))


def _retired(refusal: refusals.Retired, names: ErrorNames) -> WireError:
    return _faulty(refusal, names, Fault(f"{refusal.what}_id", "deleted"))


def _method_not_allowed(problem: problems.MethodNotAllowed, names: ErrorNames) -> WireError:
    data = {"http_method": names.method}
    return WireError(405, Message("no_method", {"method": names.method}), code=NOT_ALLOWED, data=data)


def _unavailable(problem: problems.Unavailable, names: ErrorNames) -> WireError:
    """The text warns if the change may have been committed: a client that tries again could book twice."""
    return WireError(503, Message("maybe_kept" if problem.maybe_kept else "unavailable"), code=UNAVAILABLE)


ANSWERS: Answers = {
    Refusal: always(400, "invalid", INVALID),
    refusals.Unauthenticated: always(401, "unauthenticated", UNAUTHORIZED),
    refusals.TooManyAttempts: always(429, "too_many_attempts", LIMITED),
    refusals.Forbidden: _forbidden,
    refusals.NotFound: _not_found,
    refusals.Invalid: lambda refusal, names: _faulty(refusal, names, *refusal.faults),
    refusals.Duplicate: lambda refusal, names: _faulty(refusal, names, Fault(refusal.field, "taken")),
    refusals.Retired: _retired,
    refusals.NotServed: _on_field("service_id", "not_included"),
    refusals.Closed: _on_field("session_id", "out_of_range"),
    refusals.TooSoon: _on_field("session_id", "out_of_range"),
    refusals.TooFar: _on_field("session_id", "out_of_range"),
    refusals.OffStep: _on_field("session_id", "not_included"),
    refusals.TooMany: _on_field("units", "too_many"),
    refusals.Full: _on_field("session_id", "no_capacity"),
    refusals.SkippedTime: always(400, "invalid", INVALID),
    refusals.RepeatedTime: always(400, "invalid", INVALID),
    refusals.InUse: always(400, "in_use", INVALID),
    refusals.IllegalTransition: _on_field("booking_id", "deleted"),
    refusals.WrongCode: always(400, "invalid", INVALID),
    refusals.Unreachable: lambda refusal, names: _faulty(refusal, names, Fault(refusal.field, refusal.reason)),
    refusals.Barred: _on_field("customer_id", "not_included"),
    refusals.BadRecurrence: always(400, "invalid", INVALID),
    refusals.SeparateTimes: always(400, "invalid", INVALID),
    refusals.TooManyOccurrences: with_limit(400, "too_many_parameters", INVALID),
    refusals.Stale: always(503, "stale", UNAVAILABLE),
    refusals.Outdated: always(503, "stale", UNAVAILABLE),
    Problem: always(400, "unreadable", INVALID),
    problems.Malformed: always(400, "unreadable", INVALID),
    problems.TooSlow: always(400, "too_slow", INVALID),
    problems.TooLarge: with_limit(400, "too_large", INVALID),
    problems.TooDeep: with_limit(400, "too_deep", INVALID),
    problems.TooManyParameters: with_limit(400, "too_many_parameters", INVALID),
    problems.UnsupportedMedia: always(400, "unsupported_media", INVALID),
    problems.IdempotencyKeyReused: always(400, "invalid", INVALID),
    problems.RequestInProgress: always(503, "stale", UNAVAILABLE),
    problems.PreconditionFailed: always(503, "stale", UNAVAILABLE),
    problems.PreconditionRequired: always(503, "stale", UNAVAILABLE),
    problems.RouteNotFound: always(404, "no_route", NOT_FOUND),
    problems.MethodNotAllowed: _method_not_allowed,
    problems.CrossSite: always(403, "forbidden", FORBIDDEN),
    problems.Limited: always(429, "limited", LIMITED),
    problems.Unavailable: _unavailable,
    problems.TimedOut: always(503, "unavailable", UNAVAILABLE),
    problems.Unexpected: always(500, "unexpected", UNEXPECTED),
}

_answer = answering(ANSWERS, render_error, names=ANY, catalogues=TEXTS, language=language)


def answer(error: Exception, call: Call) -> Answer:
    """The error in the vendor's form, in the language of the request."""
    names = call.error_names if isinstance(call.error_names, ErrorNames) else ANY
    call.error_names = msgspec.structs.replace(names, method=call.method)
    return _answer(error, call)

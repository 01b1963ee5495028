"""Answers errors: the code, status and text of each refusal and problem, in the vendor's envelope.

    400  {"result": {"success": false, "errors": ["10: email is not valid", "10: dateFrom is required"], "data": null}}

The page lists codes and shows errors as texts, but no error: that an entry begins with its code is inferred. Beside 200
and 400, which are all that the page has, 429, 500 and 503 tell proxies and clients to try again.
"""

from typing import Any

from kalends.dialects.bookio.error_names import ANY, ErrorNames
from kalends.dialects.bookio.fields.view import language
from kalends.dialects.bookio.messages import TEXTS
from kalends.dialects.bookio.render import envelope
from kalends.dialects.kit.wire_errors import Answers, Translate, WireError, WireFault, answering
from kalends.engine import refusals
from kalends.engine.refusals import Fault, Refusal
from kalends.notices.texts import Message
from kalends.web import problems
from kalends.web.door import Answer
from kalends.web.problems import Problem

INVALID, PAYMENT, NO_RESOURCE, TOKEN, NO_CAPACITY, DUPLICATE = "10", "11", "12", "20", "30", "40"
NO_PERMISSION, NO_ROUTE, INTERNAL = "403", "404", "666"
CODES = (INVALID, PAYMENT, NO_RESOURCE, TOKEN, NO_CAPACITY, DUPLICATE, NO_PERMISSION, NO_ROUTE, INTERNAL)
"""The codes of the page. No call of it marks a reservation as paid, so nothing is answered with PAYMENT."""

# Reasons of faults with a text of their own, `field.REASON`; the others have the text `field.invalid`.
REASONS = (
    "before_start",
    "below_booked",
    "blank",
    "invalid",
    "not_a_number",
    "not_bookable",
    "not_included",
    "not_positive",
    "out_of_range",
    "taken",
    "too_long",
    "too_many",
    "unknown",
    "unsupported",
)
MOST_FAULTS = 50
"""Faults that are named in one answer."""


def render_error(error: WireError, say: Translate) -> Answer:
    """The error with one entry for each fault, or with one for the whole."""
    texts = list(dict.fromkeys(f"{error.code}: {fault.field} {say(fault.message)}" for fault in error.faults))
    if not texts:
        texts = [f"{error.code}: {say(error.message or Message('invalid'))}"]
    return envelope(None, texts[:MOST_FAULTS], error.status)


def _with_code(code: str, key: str, status: int = 400) -> Any:
    """The entry of an error that always has the same text."""
    wire_error = WireError(status, Message(key), code=code)
    return lambda error, names: wire_error


def _with_most(key: str) -> Any:
    """The entry of an error whose text names the limit `error.most`."""
    return lambda error, names: WireError(400, Message(key, {"most": error.most}), code=INVALID)


def _one_field(code: str, field: str, key: str, **arguments: Any) -> WireError:
    return WireError(400, faults=(WireFault(field, Message(key, arguments)),), code=code)


def _invalid(refusal: refusals.Invalid, names: ErrorNames) -> WireError:
    faults = tuple(_fault(names.field(fault), fault.reason) for fault in refusal.faults)
    return WireError(400, faults=faults, code=INVALID)


def _fault(field: str, reason: str) -> WireFault:
    start = field.replace("dateTo", "dateFrom").replace("validTo", "validFrom")
    arguments = {"start": "from" if field == "to" else start}
    return WireFault(field, Message(f"field.{reason}" if reason in REASONS else "field.invalid", arguments), reason)


def _not_found(refusal: refusals.NotFound, names: ErrorNames) -> WireError:
    return _one_field(NO_RESOURCE, names.object(refusal.what), "not_found")


def _duplicate(refusal: refusals.Duplicate, names: ErrorNames) -> WireError:
    """Code 40 for the other system's own id; for other fields, such as the email of another customer, 10."""
    if names.taken_by is not None:
        return _one_field(DUPLICATE, names.field(Fault(refusal.field, "taken")), "taken_by", id=names.taken_by)
    code = DUPLICATE if refusal.field == "external_id" else INVALID
    return _one_field(code, names.field(Fault(refusal.field, "taken")), "field.taken")


def _illegal(refusal: refusals.IllegalTransition, names: ErrorNames) -> WireError:
    return _one_field(INVALID, "status", "illegal_transition")


def _unreachable(refusal: refusals.Unreachable, names: ErrorNames) -> WireError:
    field = names.field(Fault(refusal.field, refusal.reason))
    return _one_field(INVALID, field, "field.blank" if refusal.reason == "blank" else "field.invalid")


def _unavailable(problem: problems.Unavailable, names: ErrorNames) -> WireError:
    """The text warns if the change may have been committed: a client that tries again could book twice."""
    return WireError(503, Message("maybe_kept" if problem.maybe_kept else "unavailable"), code=INTERNAL)


ANSWERS: Answers = {
    Refusal: _with_code(INVALID, "invalid"),
    refusals.Unauthenticated: _with_code(TOKEN, "unauthenticated"),
    refusals.TooManyAttempts: _with_code(TOKEN, "limited", 429),
    refusals.Forbidden: _with_code(NO_PERMISSION, "forbidden"),
    refusals.NotFound: _not_found,
    refusals.Invalid: _invalid,
    refusals.Duplicate: _duplicate,
    refusals.Retired: lambda refusal, names: _one_field(NO_RESOURCE, names.object(refusal.what), "retired"),
    refusals.NotServed: _with_code(NO_CAPACITY, "not_served"),
    refusals.Closed: _with_code(NO_CAPACITY, "no_capacity"),
    refusals.TooSoon: _with_code(INVALID, "too_soon"),
    refusals.TooFar: _with_code(INVALID, "too_far"),
    refusals.OffStep: _with_code(INVALID, "off_step"),
    refusals.TooMany: _with_code(NO_CAPACITY, "no_capacity"),
    refusals.Full: _with_code(NO_CAPACITY, "no_capacity"),
    refusals.InUse: _with_code(INVALID, "in_use"),
    refusals.IllegalTransition: _illegal,
    refusals.WrongCode: _with_code(INVALID, "invalid"),
    refusals.Unreachable: _unreachable,
    refusals.Barred: _with_code(INVALID, "barred"),
    refusals.BadRecurrence: _with_code(INVALID, "invalid"),
    refusals.SeparateTimes: _with_code(INVALID, "invalid"),
    refusals.TooManyOccurrences: _with_most("too_many_parameters"),
    refusals.Stale: _with_code(INTERNAL, "stale"),
    Problem: _with_code(INVALID, "unreadable"),
    problems.Malformed: _with_code(INVALID, "unreadable"),
    problems.TooSlow: _with_code(INVALID, "too_slow"),
    problems.TooLarge: _with_most("too_large"),
    problems.TooDeep: _with_most("too_deep"),
    problems.TooManyParameters: _with_most("too_many_parameters"),
    problems.UnsupportedMedia: _with_code(INVALID, "unsupported_media"),
    problems.IdempotencyKeyReused: _with_code(INVALID, "invalid"),
    problems.RequestInProgress: _with_code(INTERNAL, "stale"),
    problems.RouteNotFound: _with_code(NO_ROUTE, "no_route"),
    problems.MethodNotAllowed: _with_code(NO_ROUTE, "no_method"),
    problems.CrossSite: _with_code(NO_PERMISSION, "forbidden"),
    problems.Limited: _with_code(TOKEN, "limited", 429),
    problems.Unavailable: _unavailable,
    problems.TimedOut: _with_code(INTERNAL, "unavailable", 503),
    problems.Unexpected: _with_code(INTERNAL, "unexpected", 500),
}

answer = answering(ANSWERS, render_error, names=ANY, catalogues=TEXTS, language=language)
"""The error in the envelope, in the language of the parameter `lang`, else in English."""

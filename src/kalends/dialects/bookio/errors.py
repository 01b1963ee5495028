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
from kalends.dialects.kit.wire_errors import Answers, Translate, WireError, WireFault, always, answering, with_limit
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
    faults = ((fault.code or error.code, fault) for fault in error.faults)
    texts = list(dict.fromkeys(f"{code}: {fault.field} {say(fault.message)}" for code, fault in faults))
    if not texts:
        texts = [f"{error.code}: {say(error.message or Message('invalid'))}"]
    return envelope(None, texts[:MOST_FAULTS], error.status)


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
    Refusal: always(400, "invalid", INVALID),
    refusals.Unauthenticated: always(400, "unauthenticated", TOKEN),
    refusals.TooManyAttempts: always(429, "limited", TOKEN),
    refusals.Forbidden: always(400, "forbidden", NO_PERMISSION),
    refusals.NotFound: _not_found,
    refusals.Invalid: _invalid,
    refusals.Duplicate: _duplicate,
    refusals.Retired: lambda refusal, names: _one_field(NO_RESOURCE, names.object(refusal.what), "retired"),
    refusals.NotServed: always(400, "not_served", NO_CAPACITY),
    refusals.Closed: always(400, "no_capacity", NO_CAPACITY),
    refusals.TooSoon: always(400, "too_soon", INVALID),
    refusals.TooFar: always(400, "too_far", INVALID),
    refusals.OffStep: always(400, "off_step", INVALID),
    refusals.TooMany: always(400, "no_capacity", NO_CAPACITY),
    refusals.Full: always(400, "no_capacity", NO_CAPACITY),
    refusals.SkippedTime: always(400, "invalid", INVALID),
    refusals.RepeatedTime: always(400, "invalid", INVALID),
    refusals.InUse: always(400, "in_use", INVALID),
    refusals.IllegalTransition: _illegal,
    refusals.WrongCode: always(400, "invalid", INVALID),
    refusals.Unreachable: _unreachable,
    refusals.Barred: always(400, "barred", INVALID),
    refusals.BadRecurrence: always(400, "invalid", INVALID),
    refusals.SeparateTimes: always(400, "invalid", INVALID),
    refusals.TooManyOccurrences: with_limit(400, "too_many_parameters", INVALID),
    refusals.Stale: always(400, "stale", INTERNAL),
    refusals.Outdated: always(400, "stale", INTERNAL),
    Problem: always(400, "unreadable", INVALID),
    problems.Malformed: always(400, "unreadable", INVALID),
    problems.TooSlow: always(400, "too_slow", INVALID),
    problems.TooLarge: with_limit(400, "too_large", INVALID),
    problems.TooDeep: with_limit(400, "too_deep", INVALID),
    problems.TooManyParameters: with_limit(400, "too_many_parameters", INVALID),
    problems.UnsupportedMedia: always(400, "unsupported_media", INVALID),
    problems.IdempotencyKeyReused: always(400, "invalid", INVALID),
    problems.RequestInProgress: always(400, "stale", INTERNAL),
    problems.PreconditionFailed: always(400, "stale", INTERNAL),
    problems.PreconditionRequired: always(400, "stale", INTERNAL),
    problems.RouteNotFound: always(400, "no_route", NO_ROUTE),
    problems.MethodNotAllowed: always(400, "no_method", NO_ROUTE),
    problems.CrossSite: always(400, "forbidden", NO_PERMISSION),
    problems.Limited: always(429, "limited", TOKEN),
    problems.Unavailable: _unavailable,
    problems.TimedOut: always(503, "unavailable", INTERNAL),
    problems.Unexpected: always(500, "unexpected", INTERNAL),
}

answer = answering(ANSWERS, render_error, names=ANY, catalogues=TEXTS, language=language)
"""The error in the envelope, in the language of the parameter `lang`, else in English."""

"""The vendor's form of errors, and the error for each refusal and problem.

    a record can't be saved              422  {"message": "Validation Failed", "errors": {"field": "text"}}
    a filter, a sort or a page is wrong  400  {"message": "Bad Request", "errors": {"field": "text"}}
    anything else                        401, 403, 404, 429, 5xx  {"message": "text"}

A field has one text; what is wrong with the whole record has the field `base`. Source: Cliniko reference, Errors.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kalends.dialects.cliniko.error_names import ANY, ErrorNames
from kalends.dialects.kit.wire_errors import (
    Answers,
    Translate,
    WireError,
    WireFault,
    always,
    answering,
    malformed,
    with_limit,
)
from kalends.engine import refusals
from kalends.engine.refusals import Fault, Refusal
from kalends.notices.texts import Message, read_catalogues
from kalends.web import problems
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.languages import accept_language, first_of
from kalends.web.problems import Problem

# Reasons of faults that have a text of their own, `field.REASON`. Others have the text `field.invalid`.
REASONS = (
    "barred",
    "before_start",
    "below_booked",
    "blank",
    "fixed",
    "invalid",
    "negative",
    "nobody_there",
    "not_a_number",
    "not_bookable",
    "not_included",
    "not_in_group",
    "not_positive",
    "not_served",
    "out_of_range",
    "past",
    "taken",
    "too_deep",
    "too_long",
    "too_many",
    "unknown",
    "unsupported",
)
UNREADABLE = ("json", "form", "encoding", "character")
"""Reasons of Malformed that have a text of their own, `unreadable.REASON`. Others have the text `unreadable`."""
BASE = "base"
"""The field of what is wrong with the whole record."""


def render_error(wire: WireError, say: Translate) -> Answer:
    """The error in the vendor's form, with the texts of each field as one."""
    if not wire.faults:
        return Answer(wire.status, msgspec.json.encode({"message": say(wire.message or Message("bad_request"))}))
    texts: dict[str, list[str]] = {}
    for fault in wire.faults:
        texts_of_field = texts.setdefault(fault.field, [])
        if (text := say(fault.message)) not in texts_of_field:
            texts_of_field.append(text)
    message = say(Message("validation_failed" if wire.status == 422 else "bad_request"))
    errors = {field: ", ".join(texts_of_field) for field, texts_of_field in texts.items()}
    return Answer(wire.status, msgspec.json.encode({"message": message, "errors": errors}))


def one_field(field: str, key: str, **arguments: Any) -> WireError:
    """An error about one field; `arguments` fill the placeholders of its text."""
    return WireError(422, faults=(WireFault(field, Message(key, arguments)),))


def about(engine_field: str, key: str) -> Callable[[Any, ErrorNames], WireError]:
    """The entry of an error that is always about this field of the engine."""
    return lambda error, names: one_field(names.field(Fault(engine_field, key)), key)


def _invalid(refusal: refusals.Invalid, names: ErrorNames) -> WireError:
    faults = tuple(_fault(names.field(fault), fault.reason) for fault in refusal.faults)
    return WireError(400 if names.reads else 422, faults=faults)


def _fault(field: str, reason: str) -> WireFault:
    return WireFault(field, Message(f"field.{reason}" if reason in REASONS else "field.invalid"), reason)


def _not_found(refusal: refusals.NotFound, names: ErrorNames) -> WireError:
    """422 if a field refers to what was not found, 404 if the path does."""
    field = names.unknown_reference(refusal)
    return WireError(404, Message("not_found")) if field is None else one_field(field, "field.unknown")


def _duplicate(refusal: refusals.Duplicate, names: ErrorNames) -> WireError:
    return one_field(names.field(Fault(refusal.field, "taken")), "field.taken")


def _object(key: str) -> Callable[[Any, ErrorNames], WireError]:
    """The entry of an error about the record that `refusal.what` names."""
    return lambda refusal, names: one_field(names.objects.get(refusal.what, BASE), key)


def _unavailable(problem: problems.Unavailable, names: ErrorNames) -> WireError:
    """The text warns if the change may have been committed: a client that tries again could book twice."""
    return WireError(503, Message("maybe_kept" if problem.maybe_kept else "unavailable"))


def _headers(error: Exception, call: Call) -> tuple[tuple[str, str], ...]:
    """How to show a key (RFC 9110, 11.6.1); when a limit ends, in UNIX seconds.

    Source: Cliniko reference, Authentication; Rate limits.
    """
    if isinstance(error, refusals.Unauthenticated):
        return (("WWW-Authenticate", 'Basic realm="Kalends", charset="UTF-8"'),)
    if not isinstance(error, problems.Limited):
        return ()
    return (("X-RateLimit-Reset", str(int(call.now.timestamp()) + error.retry_after)),)


ANSWERS: Answers = {
    Refusal: lambda refusal, names: one_field(BASE, "field.invalid"),
    refusals.Unauthenticated: always(401, "unauthenticated"),
    refusals.TooManyAttempts: always(429, "limited"),
    refusals.Forbidden: always(403, "forbidden"),
    refusals.NotFound: _not_found,
    refusals.Invalid: _invalid,
    refusals.Duplicate: _duplicate,
    refusals.Retired: _object("retired"),
    refusals.NotServed: about("service_id", "not_served"),
    refusals.Closed: about("starts_at", "closed"),
    refusals.TooSoon: about("starts_at", "too_soon"),
    refusals.TooFar: about("starts_at", "too_far"),
    refusals.OffStep: about("starts_at", "off_step"),
    refusals.TooMany: lambda refusal, names: one_field(BASE, "too_many_units", most=refusal.most),
    refusals.Full: _object("full"),
    refusals.SkippedTime: lambda refusal, names: one_field(BASE, "field.invalid"),
    refusals.RepeatedTime: lambda refusal, names: one_field(BASE, "field.invalid"),
    refusals.InUse: lambda refusal, names: one_field(BASE, "in_use", count=refusal.count),
    refusals.IllegalTransition: lambda refusal, names: one_field(BASE, "illegal_transition"),
    refusals.WrongCode: lambda refusal, names: one_field(BASE, "field.invalid"),
    refusals.Unreachable: lambda refusal, names: one_field(names.objects.get("customer", BASE), "unreachable"),
    refusals.Barred: lambda refusal, names: one_field(names.objects.get("customer", BASE), "field.barred"),
    refusals.BadRecurrence: about("repeat_rule", "field.invalid"),
    refusals.SeparateTimes: about("starts_at", "field.invalid"),
    refusals.TooManyOccurrences: about("repeat_rule", "field.out_of_range"),
    refusals.Stale: always(409, "stale"),
    refusals.Outdated: always(409, "stale"),
    Problem: always(400, "bad_request"),
    problems.Malformed: malformed(UNREADABLE),
    problems.TooSlow: always(408, "too_slow"),
    problems.TooLarge: with_limit(413, "too_large"),
    problems.TooDeep: with_limit(400, "too_deep"),
    problems.TooManyParameters: with_limit(400, "too_many_parameters"),
    problems.UnsupportedMedia: always(415, "unsupported_media"),
    problems.IdempotencyKeyReused: always(422, "bad_request"),
    problems.RequestInProgress: always(409, "stale"),
    problems.PreconditionFailed: always(409, "stale"),
    problems.PreconditionRequired: always(409, "stale"),
    problems.RouteNotFound: always(404, "not_found"),
    problems.MethodNotAllowed: always(405, "method_not_allowed"),
    problems.CrossSite: always(403, "forbidden"),
    problems.Limited: always(429, "limited"),
    problems.Unavailable: _unavailable,
    problems.TimedOut: always(503, "unavailable"),
    problems.Unexpected: always(500, "unexpected"),
}

answer = answering(
    ANSWERS,
    render_error,
    names=ANY,
    catalogues=read_catalogues(Path(__file__).parent / "texts"),
    language=first_of(accept_language),
    headers=_headers,
)
"""The error in the vendor's form, in the language of Accept-Language, else in English."""

"""The vendor's form of errors, and the error for each refusal and problem.

    a field is at fault                  400  {"field": ["text", ...], ...}
    access, or what the path names       401, 402, 403, 404  {"error": {"description": "text"}}
    the server is at fault               5xx  {"error": "system error"}

Conflicting bookings and free times are not in it, because clients show every text of it to people.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kalends.dialects.kit.wire_errors import Answers, Translate, WireError, WireFault, always, answering, malformed
from kalends.dialects.makeplans.error_names import PERSON_ATTRIBUTES, ErrorNames
from kalends.engine import refusals
from kalends.engine.refusals import Fault, Refusal
from kalends.notices.texts import Message, read_catalogues
from kalends.web import problems
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
    "not_a_number",
    "not_bookable",
    "not_included",
    "not_positive",
    "out_of_range",
    "past",
    "skipped",
    "too_deep",
    "too_long",
    "too_many",
    "unknown",
    "unsupported",
)
UNREADABLE = ("json", "form", "encoding", "character")
"""Reasons of Malformed that have a text of their own, `unreadable.REASON`. Others have the text `unreadable`."""


def render_error(wire: WireError, say: Translate) -> Answer:
    """The error in the vendor's form. Faults of a booking's person are nested in `person_attributes`."""
    if wire.status >= 500:
        return Answer(wire.status, msgspec.json.encode({"error": say(wire.message or Message("system_error"))}))
    if wire.message is not None:
        return Answer(wire.status, msgspec.json.encode({"error": {"description": say(wire.message)}}))
    texts: dict[str, list[str]] = {}
    for fault in wire.faults:
        texts_of_field = texts.setdefault(fault.field, [])
        if (text := say(fault.message)) not in texts_of_field:
            texts_of_field.append(text)
    body: dict[str, Any] = {name: texts[name] for name in texts if not name.startswith(PERSON_ATTRIBUTES)}
    if person := {name[len(PERSON_ATTRIBUTES) :]: texts[name] for name in texts if name not in body}:
        body |= {"person": [say(Message("field.invalid"))], "person_attributes": person}
    return Answer(wire.status, msgspec.json.encode(body))


def fields(**keys: str) -> Callable[[Any, Any], WireError]:
    """The answer to a refusal that is always about the same fields; `keys` are the keys of their texts."""
    wire = WireError(400, faults=tuple(WireFault(field, Message(key)) for field, key in keys.items()))
    return lambda error, names: wire


def one_field(field: str, key: str, **arguments: Any) -> WireError:
    """An error about one field; `arguments` fill the placeholders of its text."""
    return WireError(400, faults=(WireFault(field, Message(key, arguments)),))


def _invalid(refusal: refusals.Invalid, names: ErrorNames) -> WireError:
    return WireError(400, faults=tuple(_fault(names.field(fault), fault.reason) for fault in refusal.faults))


def _fault(field: str, reason: str) -> WireFault:
    return WireFault(field, Message(f"field.{reason}" if reason in REASONS else "field.invalid"), reason)


def _not_found(refusal: refusals.NotFound, names: ErrorNames) -> WireError:
    """400 if a field refers to what was not found, 404 if the path does."""
    field = names.unknown_reference(refusal)
    return WireError(404, Message("not_found")) if field is None else one_field(field, "field.unknown")


def _closed(refusal: refusals.Closed, names: ErrorNames) -> WireError:
    not_available = WireFault("resource_id", Message("not_available"))
    closed = WireFault(names.field(Fault("starts_at", "closed")), Message("closed"))
    return WireError(400, faults=(not_available, closed))


def _duplicate(refusal: refusals.Duplicate, names: ErrorNames) -> WireError:
    return one_field(names.field(Fault(refusal.field, "taken")), "taken")


def _wrong_code(refusal: refusals.WrongCode, names: ErrorNames) -> WireError:
    return one_field("verification_code", "code_used_up" if refusal.tries_left == 0 else "field.invalid")


def _unreachable(refusal: refusals.Unreachable, names: ErrorNames) -> WireError:
    field = names.field(Fault(refusal.field, refusal.reason))
    return one_field(field, "unreachable" if refusal.reason == "blank" else "field.invalid")


def _unavailable(problem: problems.Unavailable, names: ErrorNames) -> WireError:
    """The vendor's text, or our own where a client that tries again could book twice."""
    return WireError(503, Message("maybe_kept") if problem.maybe_kept else None)


ANSWERS: Answers = {
    Refusal: always(400, "refused"),
    refusals.Unauthenticated: always(401, "unauthenticated"),
    refusals.TooManyAttempts: always(429, "too_many_attempts"),
    refusals.Forbidden: always(403, "forbidden"),
    refusals.NotFound: _not_found,
    refusals.Invalid: _invalid,
    refusals.Duplicate: _duplicate,
    refusals.Retired: lambda refusal, names: one_field(names.object(refusal.what), "retired"),
    refusals.NotServed: fields(resource_id="not_served"),
    refusals.Closed: _closed,
    refusals.TooSoon: fields(booked_from="too_soon"),
    refusals.TooFar: fields(booked_from="too_far"),
    refusals.OffStep: fields(booked_from="off_step"),
    refusals.TooMany: fields(count="too_many_units"),
    refusals.Full: lambda refusal, names: one_field(names.object(refusal.what), "not_available"),
    refusals.SkippedTime: always(400, "refused"),
    refusals.RepeatedTime: always(400, "refused"),
    refusals.InUse: lambda refusal, names: one_field("base", "in_use", count=refusal.count),
    refusals.IllegalTransition: lambda refusal, names: one_field("state", "illegal_transition", verb=refusal.verb),
    refusals.WrongCode: _wrong_code,
    refusals.Unreachable: _unreachable,
    refusals.Barred: lambda refusal, names: one_field(names.objects.get("customer", "person_id"), "field.barred"),
    refusals.BadRecurrence: lambda refusal, names: one_field(refusal.part, "field.invalid"),
    refusals.SeparateTimes: fields(booked_from="separate_times"),
    refusals.TooManyOccurrences: lambda refusal, names: one_field(
        "collection_id", "too_many_occurrences", most=refusal.most
    ),
    refusals.Stale: always(409, "stale"),
    refusals.Outdated: always(409, "stale"),
    Problem: always(400, "bad_request"),
    problems.Malformed: malformed(UNREADABLE),
    problems.TooSlow: always(408, "too_slow"),
    problems.TooLarge: always(413, "too_large"),
    problems.TooDeep: always(400, "too_deep"),
    problems.TooManyParameters: always(400, "too_many_parameters"),
    problems.UnsupportedMedia: always(415, "unsupported_media"),
    problems.IdempotencyKeyReused: always(422, "idempotency_key_reused"),
    problems.RequestInProgress: always(409, "request_in_progress"),
    problems.PreconditionFailed: always(409, "stale"),
    problems.PreconditionRequired: always(409, "stale"),
    problems.RouteNotFound: always(404, "not_found"),
    problems.MethodNotAllowed: always(405, "method_not_allowed"),
    problems.CrossSite: always(403, "forbidden"),
    problems.Limited: always(429, "limited"),
    problems.Unavailable: _unavailable,
    problems.TimedOut: lambda problem, names: WireError(503),
    problems.Unexpected: lambda problem, names: WireError(500),
}

TEXTS = read_catalogues(Path(__file__).parent / "texts")

answer = answering(
    ANSWERS, render_error, names=ErrorNames(noun=""), catalogues=TEXTS, language=first_of(accept_language)
)
"""Renders an error in the language that the client prefers, else in English."""

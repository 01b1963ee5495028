"""Errors as the vendor has them, and which error each refusal and problem is.

    what the client sent is at fault     400  {"field": ["text", ...], ...}
    who asks, or for what                401, 402, 403, 404  {"error": {"description": "text"}}
    the server is at fault               5xx  {"error": "system error"}

What is in the way and which times are free has no room in this form: clients show every text of it to people.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kalends.dialects.kit.languages import accept_language, first_of
from kalends.dialects.kit.wire_errors import Answers, Say, WireError, WireFault, always, answering
from kalends.dialects.makeplans.error_names import PERSON_ATTRIBUTES, ErrorNames
from kalends.engine import refusals
from kalends.engine.refusals import Fault, Refusal
from kalends.notices.texts import Message, read_catalogues
from kalends.web import problems as bad
from kalends.web.door import Answer
from kalends.web.problems import Problem

# Reasons of faults that have a text of their own, `field.REASON`; others are `field.invalid`.
REASONS = (
    "barred",
    "before_start",
    "below_booked",
    "blank",
    "invalid",
    "negative",
    "not_a_number",
    "not_bookable",
    "not_included",
    "not_positive",
    "out_of_range",
    "past",
    "too_deep",
    "too_long",
    "too_many",
    "unknown",
    "unsupported",
)
UNREADABLE = ("json", "form", "encoding", "character")
"""Reasons of Malformed that have a text of their own, `unreadable.REASON`."""


def render_error(wire: WireError, say: Say) -> Answer:
    """The error in the vendor's form; the fields of a booking's person stand apart, as the vendor has them."""
    if wire.status >= 500:
        return Answer(wire.status, msgspec.json.encode({"error": say(wire.message or Message("system_error"))}))
    if wire.message is not None:
        return Answer(wire.status, msgspec.json.encode({"error": {"description": say(wire.message)}}))
    texts: dict[str, list[str]] = {}
    for fault in wire.faults:
        known = texts.setdefault(fault.field, [])
        if (text := say(fault.message)) not in known:
            known.append(text)
    body: dict[str, Any] = {name: texts[name] for name in texts if not name.startswith(PERSON_ATTRIBUTES)}
    if person := {name[len(PERSON_ATTRIBUTES) :]: texts[name] for name in texts if name not in body}:
        body |= {"person": [say(Message("field.invalid"))], "person_attributes": person}
    return Answer(wire.status, msgspec.json.encode(body))


def fields(**keys: str) -> Callable[[Any, Any], WireError]:
    """An error that is always about the same fields, each with one text."""
    wire = WireError(400, faults=tuple(WireFault(field, Message(key)) for field, key in keys.items()))
    return lambda error, names: wire


def one_field(field: str, key: str, **arguments: Any) -> WireError:
    """An error about one field."""
    return WireError(400, faults=(WireFault(field, Message(key, arguments)),))


def _invalid(refusal: refusals.Invalid, names: ErrorNames) -> WireError:
    return WireError(400, faults=tuple(_fault(names.field(fault), fault.reason) for fault in refusal.faults))


def _fault(field: str, reason: str) -> WireFault:
    return WireFault(field, Message(f"field.{reason}" if reason in REASONS else "field.invalid"), reason)


def _not_found(refusal: refusals.NotFound, names: ErrorNames) -> WireError:
    """What a field names and nobody knows is a fault of the field; what the path names is not found."""
    field = names.unknown_reference(refusal)
    return WireError(404, Message("not_found")) if field is None else one_field(field, "field.unknown")


def _closed(refusal: refusals.Closed, names: ErrorNames) -> WireError:
    outside = WireFault(names.field(Fault("starts_at", "closed")), Message("closed"))
    return WireError(400, faults=(WireFault("resource_id", Message("not_available")), outside))


def _duplicate(refusal: refusals.Duplicate, names: ErrorNames) -> WireError:
    return one_field(names.field(Fault(refusal.field, "taken")), "taken")


def _unreachable(refusal: refusals.Unreachable, names: ErrorNames) -> WireError:
    return one_field(names.field(Fault(refusal.field, "blank")), "unreachable")


def _unavailable(problem: bad.Unavailable, names: ErrorNames) -> WireError:
    """The vendor's text, and our own addition where a client that simply tries again could book twice."""
    return WireError(503, Message("maybe_kept") if problem.maybe_kept else None)


def _malformed(problem: bad.Malformed, names: ErrorNames) -> WireError:
    known = problem.reason in UNREADABLE
    return WireError(400, Message(f"unreadable.{problem.reason}" if known else "unreadable"))


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
    refusals.InUse: lambda refusal, names: one_field("base", "in_use", count=refusal.count),
    refusals.IllegalTransition: lambda refusal, names: one_field("state", "illegal_transition", verb=refusal.verb),
    refusals.WrongCode: fields(verification_code="field.invalid"),
    refusals.Unreachable: _unreachable,
    refusals.Barred: lambda refusal, names: one_field(names.objects.get("customer", "person_id"), "field.barred"),
    refusals.BadRecurrence: lambda refusal, names: one_field(refusal.part, "field.invalid"),
    refusals.SeparateTimes: fields(booked_from="separate_times"),
    refusals.TooManyOccurrences: lambda refusal, names: one_field(
        "collection_id", "too_many_occurrences", most=refusal.most
    ),
    refusals.Stale: always(409, "stale"),
    Problem: always(400, "bad_request"),
    bad.Malformed: _malformed,
    bad.TooSlow: always(408, "too_slow"),
    bad.TooLarge: always(413, "too_large"),
    bad.TooDeep: always(400, "too_deep"),
    bad.TooManyParameters: always(400, "too_many_parameters"),
    bad.UnsupportedMedia: always(415, "unsupported_media"),
    bad.IdempotencyKeyReused: always(422, "idempotency_key_reused"),
    bad.RequestInProgress: always(409, "request_in_progress"),
    bad.RouteNotFound: always(404, "not_found"),
    bad.MethodNotAllowed: always(405, "method_not_allowed"),
    bad.CrossSite: always(403, "forbidden"),
    bad.Limited: always(429, "limited"),
    bad.Unavailable: _unavailable,
    bad.TimedOut: lambda problem, names: WireError(503),
    bad.Unexpected: lambda problem, names: WireError(500),
}

TEXTS = read_catalogues(Path(__file__).parent / "texts")

answer = answering(
    ANSWERS, render_error, names=ErrorNames(noun=""), catalogues=TEXTS, language=first_of(accept_language)
)
"""The error in the vendor's form, in the language that the client accepts best, else English."""

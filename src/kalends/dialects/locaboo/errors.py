"""Answers errors: the status and text of each refusal and problem, in the one form that clients parse.

    {"data": [], "total": 0, "success": false, "message": "date_to must not be before date_from"}

The vendor's page says only that 200 means success; everything else in this file is inferred.
"""

from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.bookings.find import MOST_ITEMS
from kalends.dialects.kit.dates import clock
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
from kalends.dialects.locaboo.error_names import ErrorNames
from kalends.dialects.locaboo.fields.customers import MOST_ADDRESSES
from kalends.dialects.locaboo.fields.resources import end_clock
from kalends.engine import refusals
from kalends.engine.refusals import Fault, Refusal
from kalends.engine.time.span import Span
from kalends.engine.time.wall_time import WallTime
from kalends.notices.texts import Message, read_catalogues
from kalends.web import problems as bad
from kalends.web.door import Answer
from kalends.web.languages import accept_language, first_of
from kalends.web.problems import Problem

# Reasons of faults with a text of their own, `field.REASON`; the others have the text `field.invalid`.
REASONS = (
    "before_start",
    "below_booked",
    "blank",
    "fixed",
    "in_use",
    "invalid",
    "negative",
    "not_a_number",
    "not_bookable",
    "not_booked",
    "not_included",
    "not_inventory",
    "not_part",
    "not_positive",
    "not_served",
    "out_of_range",
    "too_deep",
    "too_long",
    "too_many",
    "unequal",
    "unknown",
    "unsupported",
)
UNREADABLE = ("json", "form", "encoding", "character")
"""Reasons of Malformed with a text of their own, `unreadable.REASON`."""
STATES = ("confirmed", "draft", "cancelled", "awaiting_confirmation")
"""States with a text of their own, `state.STATE`."""
VERBS = ("cancel", "confirm", "remove", "decline")
"""Verbs with a text of their own, `verb.VERB`."""
MOST_FAULTS = 20
"""Faults in one message."""
MOST_SPANS = 5
"""Times in one message."""
LONGEST_ID = 100
"""Characters of an id that was not found, for a message to repeat it."""


def render_error(error: WireError, say: Translate) -> Answer:
    """The error with one sentence as its message, or with one for each fault: `customer_id is required; ...`."""
    texts = list(dict.fromkeys(f"{fault.field} {say(fault.message)}" for fault in error.faults))
    if len(texts) > MOST_FAULTS:
        texts = [*texts[:MOST_FAULTS], say(Message("more", {"count": len(texts) - MOST_FAULTS}))]
    message = "; ".join(texts) or say(error.message or Message("invalid"))
    body = {"data": [], "total": 0, "success": False, "message": message}
    return Answer(error.status, msgspec.json.encode(body))


def _invalid(refusal: refusals.Invalid, names: ErrorNames) -> WireError:
    return WireError(400, faults=tuple(_fault(names.field(fault), fault.reason) for fault in refusal.faults))


def _fault(field: str, reason: str) -> WireFault:
    if (field, reason) == ("address", "too_many"):
        message = Message("too_many_addresses", {"most": MOST_ADDRESSES})
    elif (field, reason) == ("limit", "too_many"):
        message = Message("too_many_instances", {"most": MOST_ITEMS})
    elif (field, reason) == ("date_to", "before_start"):
        message = Message("before_first")
    else:
        start = field.replace("_to", "_from").replace("[to]", "[from]")
        ids = field.replace("conditions", "ids").replace("values", "ids")
        message = Message(f"field.{reason}" if reason in REASONS else "field.invalid", {"start": start, "ids": ids})
    return WireFault(field, message, reason)


def _not_found(refusal: refusals.NotFound, names: ErrorNames) -> WireError:
    name = names.object(refusal.what)
    object_id = str("" if refusal.which is None else refusal.which)
    if object_id and object_id.isprintable() and len(object_id) <= LONGEST_ID:
        name = f"{name} {object_id}"
    return WireError(404, faults=(WireFault(name, Message("field.unknown")),))


def _one_field(status: int, field: str, key: str) -> WireError:
    return WireError(status, faults=(WireFault(field, Message(key)),))


def _duplicate(refusal: refusals.Duplicate, names: ErrorNames) -> WireError:
    return _one_field(409, names.field(Fault(refusal.field, "taken")), "taken")


def _retired(refusal: refusals.Retired, names: ErrorNames) -> WireError:
    return _one_field(409, names.object(refusal.what), "retired")


def _in_use(refusal: refusals.InUse, names: ErrorNames) -> WireError:
    return WireError(409, Message("in_use", {"count": refusal.count}))


def _unreachable(refusal: refusals.Unreachable, names: ErrorNames) -> WireError:
    field = names.field(Fault(refusal.field, refusal.reason))
    return _one_field(400, field, "field.blank" if refusal.reason == "blank" else "field.invalid")


def _full(refusal: refusals.Full, names: ErrorNames) -> WireError:
    """The title of the first resource that is full, up to five times at which it is taken, and the number of others."""
    first = [
        conflict for conflict in refusal.conflicts if (conflict.what, conflict.which) == (refusal.what, refusal.which)
    ]
    taken = (span_text(claim.span, names.zone) for conflict in first for claim in conflict.in_the_way)
    times = list(dict.fromkeys(taken))
    more = max(len(times) - MOST_SPANS, 0) + refusal.count - len(first)
    what = _what_is_full(refusal, names)
    if not times:
        return WireError(409, what)
    arguments = {"what": what, "times": ", ".join(times[:MOST_SPANS]), "count": more}
    return WireError(409, Message("full_and_more" if more > 0 else "full", arguments))


def _what_is_full(refusal: refusals.Full, names: ErrorNames) -> Message:
    resource = names.full
    if resource is None:
        return Message("session_taken" if refusal.what == "session" else "resource_taken")
    arguments = {"title": resource.title, "capacity": resource.capacity}
    if resource.kind != "inventory":
        return Message("taken_by_itself" if refusal.by_itself else "taken_by_title", arguments)
    return Message("too_few_left" if refusal.in_the_way else "too_few", arguments)


def span_text(span: Span, zone: ZoneInfo) -> str:
    """`2027-03-02 09:00 - 10:00` in wall times of the zone; with the date of the end if it is another."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    end_format = "%H:%M" if end.date() == start.date() else "%Y-%m-%d %H:%M"
    return f"{start:%Y-%m-%d %H:%M} - {end:{end_format}}"


def time_text(time: WallTime) -> str:
    """The same of a time on the wall, whose end at midnight is the 23:59 that bookings show."""
    last = "" if time.last == time.first else f"{time.last:%Y-%m-%d} "
    return f"{time.first:%Y-%m-%d} {clock(time.from_minute)} - {last}{end_clock(time.until_minute)}"


def _separate_times(refusal: refusals.SeparateTimes, names: ErrorNames) -> WireError:
    """Up to five times of the booking, and the number of others."""
    times = [time_text(time) for time in refusal.times]
    more = len(times) - MOST_SPANS
    arguments = {"times": ", ".join(times[:MOST_SPANS]), "count": more}
    return WireError(409, Message("separate_times_and_more" if more > 0 else "separate_times", arguments))


def _unavailable(problem: bad.Unavailable, names: ErrorNames) -> WireError:
    """The text warns if the change may have been committed: a client that tries again could book twice."""
    return WireError(503, Message("maybe_kept" if problem.maybe_kept else "unavailable"))


def _illegal(refusal: refusals.IllegalTransition, names: ErrorNames) -> WireError:
    state = Message(f"state.{refusal.state}") if refusal.state in STATES else refusal.state
    verb = Message(f"verb.{refusal.verb}" if refusal.verb in VERBS else "verb.change")
    return WireError(409, Message("illegal_transition", {"state": state, "verb": verb}))


ANSWERS: Answers = {
    Refusal: always(400, "refused"),
    refusals.Unauthenticated: always(401, "unauthenticated"),
    refusals.TooManyAttempts: always(429, "too_many_attempts"),
    refusals.Forbidden: always(403, "forbidden"),
    refusals.NotFound: _not_found,
    refusals.Invalid: _invalid,
    refusals.Duplicate: _duplicate,
    refusals.Retired: _retired,
    refusals.NotServed: always(400, "not_served"),
    refusals.Closed: always(409, "closed"),
    refusals.TooSoon: always(400, "too_soon"),
    refusals.TooFar: always(400, "too_far"),
    refusals.OffStep: always(400, "off_step"),
    refusals.TooMany: with_limit(400, "too_many_units"),
    refusals.Full: _full,
    refusals.SkippedTime: always(400, "refused"),
    refusals.RepeatedTime: always(400, "refused"),
    refusals.InUse: _in_use,
    refusals.IllegalTransition: _illegal,
    refusals.WrongCode: always(400, "wrong_code"),
    refusals.Unreachable: _unreachable,
    refusals.Barred: always(409, "barred"),
    refusals.BadRecurrence: always(400, "bad_recurrence"),
    refusals.SeparateTimes: _separate_times,
    refusals.TooManyOccurrences: with_limit(400, "too_many_occurrences"),
    refusals.Stale: always(409, "stale"),
    refusals.Outdated: always(409, "stale"),
    Problem: always(400, "unreadable"),
    bad.Malformed: malformed(UNREADABLE),
    bad.TooSlow: always(408, "too_slow"),
    bad.TooLarge: with_limit(413, "too_large"),
    bad.TooDeep: with_limit(400, "too_deep"),
    bad.TooManyParameters: with_limit(400, "too_many_parameters"),
    bad.UnsupportedMedia: always(415, "unsupported_media"),
    bad.IdempotencyKeyReused: always(422, "idempotency_key_reused"),
    bad.RequestInProgress: always(409, "request_in_progress"),
    bad.PreconditionFailed: always(409, "stale"),
    bad.PreconditionRequired: always(409, "stale"),
    bad.RouteNotFound: always(404, "route_not_found"),
    bad.MethodNotAllowed: always(405, "method_not_allowed"),
    bad.CrossSite: always(403, "forbidden"),
    bad.Limited: always(429, "limited"),
    bad.Unavailable: _unavailable,
    bad.TimedOut: always(503, "timed_out"),
    bad.Unexpected: always(500, "unexpected"),
}

TEXTS = read_catalogues(Path(__file__).parent / "texts")

answer = answering(ANSWERS, render_error, names=ErrorNames(), catalogues=TEXTS, language=first_of(accept_language))
"""The error in the door's form, in the known language that the client prefers, else English."""

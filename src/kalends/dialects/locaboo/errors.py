"""Every "no" of the house and every request that can't be put to it, in the one form that clients parse.

    {"data": [], "total": 0, "success": false, "message": "date_to must not be before date_from"}

The vendor says only that 200 means success; the rest is our choice, and stands in this file alone. Names in refusals
are the wire's already, and times are wall times: `words.py` has seen to it.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from kalends.dialects.kit.answers import answering
from kalends.dialects.locaboo.fields.customers import MOST_ADDRESSES
from kalends.engine import refusals as no
from kalends.engine.refusals import Fault, Refusal
from kalends.engine.span import Span
from kalends.web import problems as bad
from kalends.web.door import Answer
from kalends.web.problems import Problem

# reason of a fault -> text, for one field first
TEXTS = {
    "address too_many": f"has more than the {MOST_ADDRESSES} that a customer may have",
    "date_to before_start": "must not be before date_from",
    "before_start": "must be after {start}",
    "below_booked": "is less than what is booked",
    "blank": "is required",
    "in_use": "can't be changed while it is used",
    "invalid": "is not valid",
    "negative": "must not be negative",
    "not_a_number": "is not a number",
    "not_bookable": "can't be booked",
    "not_booked": "is not a resource of this booking",
    "not_included": "is not one of the accepted values",
    "not_inventory": "is not an inventory",
    "not_part": "is not a part of the resource it stands under",
    "not_positive": "must be at least 1",
    "not_served": "is not offered with this resource",
    "out_of_range": "is out of range",
    "too_deep": "is nested too deep",
    "too_long": "is too long",
    "too_many": "are too many",
    "unequal": "must have as many values as free_text_field_ids",
    "unknown": "is unknown",
    "unsupported": "is not supported",
}
NOT_READ = {
    "json": "The body is not a JSON object",
    "form": "The parameters contradict each other",
    "encoding": "The request is not UTF-8",
    "character": "The request has a character that can't be kept",
}
STATES = {"confirmed": "Live", "draft": "Draft", "cancelled": "cancelled", "awaiting_confirmation": "a booking request"}
VERBS = {"cancel": "cancelled", "confirm": "made Live", "remove": "deleted", "decline": "declined"}
MOST_FAULTS, MOST_SPANS, LONGEST_NAME = 20, 5, 100


def said(status: int, message: str) -> Answer:
    """A failure with its message."""
    return Answer(status, msgspec.json.encode({"data": [], "total": 0, "success": False, "message": message}))


def plainly(status: int, message: str) -> Callable[[Any], Answer]:
    """An answer that is always the same."""
    return lambda _: said(status, message)


def fault_text(fault: Fault) -> str:
    """What is wrong with one parameter: `customer_id is required`."""
    text = TEXTS.get(f"{fault.field} {fault.reason}") or TEXTS.get(fault.reason, TEXTS["invalid"])
    return f"{fault.field} {text.format(start=fault.field.replace('_to', '_from').replace('[to]', '[from]'))}"


def span_text(span: Span) -> str:
    """`2027-03-02 09:00 - 10:00`, with the date of the end when it is another one; wall times."""
    end = f"{span.end:%H:%M}" if span.end.date() == span.start.date() else f"{span.end:%Y-%m-%d %H:%M}"
    return f"{span.start:%Y-%m-%d %H:%M} - {end}"


def _invalid(refusal: no.Invalid) -> Answer:
    texts = list(dict.fromkeys(map(fault_text, refusal.faults)))
    more = [f"{len(texts) - MOST_FAULTS} more"] if len(texts) > MOST_FAULTS else []
    return said(400, "; ".join(texts[:MOST_FAULTS] + more) or "The parameters are not valid")


def _not_found(refusal: no.NotFound) -> Answer:
    which = str("" if refusal.which is None else refusal.which)
    named = f"{refusal.what} {which}" if which and which.isprintable() and len(which) <= LONGEST_NAME else refusal.what
    return said(404, f"{named} is unknown")


def _full(refusal: no.Full) -> Answer:
    """`what` is a sentence here."""
    spans = list(dict.fromkeys(map(span_text, refusal.in_the_way)))
    more = [f"and {len(spans) - MOST_SPANS} more"] if len(spans) > MOST_SPANS else []
    times = ", ".join(spans[:MOST_SPANS] + more)
    return said(409, f"{refusal.what}: {times}" if times else refusal.what)


def _separate_times(refusal: no.SeparateTimes) -> Answer:
    times = ", ".join(map(span_text, refusal.spans[:MOST_SPANS]))
    more = f" and {len(refusal.spans) - MOST_SPANS} more" if len(refusal.spans) > MOST_SPANS else ""
    return said(
        409,
        f"The booking has separate times ({times}{more}): date_from and date_to must be the day of one of them, or the"
        " first and the last day moved by the same number of days",
    )


def _illegal(refusal: no.IllegalTransition) -> Answer:
    state, done = STATES.get(refusal.state, refusal.state), VERBS.get(refusal.verb, "changed")
    return said(409, f"A booking that is {state} can't be {done}")


def _unavailable(problem: bad.Unavailable) -> Answer:
    """A client that simply tries again could book twice, where the first try may have been kept."""
    advice = "the change may have been made: look before you try again" if problem.maybe_kept else "try again"
    return said(503, f"Not available, {advice}")


def _malformed(problem: bad.Malformed) -> Answer:
    return said(400, NOT_READ.get(problem.reason, "The request can't be read"))


ANSWERS: dict[type[Exception], Callable[[Any], Answer]] = {
    Refusal: plainly(400, "Refused"),
    no.Unauthenticated: plainly(401, "api_secret_key is missing or not valid"),
    no.TooManyAttempts: plainly(429, "Too many attempts"),
    no.Forbidden: plainly(403, "api_secret_key is not good for this"),
    no.NotFound: _not_found,
    no.Invalid: _invalid,
    no.Duplicate: lambda refusal: said(409, f"{refusal.field} is already in use"),
    no.Retired: lambda refusal: said(409, f"{refusal.what} is no longer in use"),
    no.NotServed: plainly(400, "The resource does not offer this service"),
    no.Closed: plainly(409, "The resource is closed at this time"),
    no.TooSoon: plainly(400, "date_from with time_from is too early"),
    no.TooFar: plainly(400, "date_from is too far in the future"),
    no.OffStep: plainly(400, "time_from is not a time at which this can be booked"),
    no.TooMany: lambda refusal: said(400, f"quantity is more than one booking may have, which is {refusal.most}"),
    no.Full: _full,
    no.InUse: lambda refusal: said(409, f"It is needed for {refusal.count} bookings still to come"),
    no.IllegalTransition: _illegal,
    no.WrongCode: plainly(400, "The verification code is not the one that was sent"),
    no.Unreachable: lambda refusal: said(400, f"{refusal.field} is required"),
    no.Barred: plainly(409, "The customer is blocked from booking"),
    no.BadRecurrence: plainly(400, "The recurrence has no instance between date_from and date_to"),
    no.SeparateTimes: _separate_times,
    no.TooManyOccurrences: lambda refusal: said(400, f"Too many instances, a booking has at most {refusal.most}"),
    no.Stale: plainly(409, "Somebody else changed it meanwhile, please try again"),
    Problem: plainly(400, "The request can't be read"),
    bad.Malformed: _malformed,
    bad.TooSlow: plainly(408, "The body did not arrive in time"),
    bad.TooLarge: lambda problem: said(413, f"The body is larger than {problem.most} bytes"),
    bad.TooDeep: lambda problem: said(400, f"The parameters are nested deeper than {problem.most} levels"),
    bad.TooManyParameters: lambda problem: said(400, f"There are more than {problem.most} parameters"),
    bad.UnsupportedMedia: plainly(415, "The body must be a form or JSON"),
    bad.RouteNotFound: plainly(404, "There is no such call"),
    bad.MethodNotAllowed: plainly(405, "This call does not exist with this method"),
    bad.Limited: plainly(429, "Too many requests"),
    bad.Unavailable: _unavailable,
    bad.TimedOut: plainly(503, "It took too long and nothing was changed, try again"),
    bad.Unexpected: plainly(500, "System error"),
}

answer = answering(ANSWERS)
"""The error in the door's form."""

"""Every "no" of the house and every request that can't be put to it, as the vendor would say it.

    what the client sent is at fault     400  {"field": ["text", ...], ...}
    who asks, or for what                401, 402, 403, 404  {"error": {"description": "text"}}
    the server is at fault               5xx  {"error": "system error"}

Names of fields are the wire's already: `words.py` has seen to it. What is in the way and which times are free has no
room in the form of the vendor's errors: clients show every text of it to people.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from kalends.dialects.kit.answers import answering
from kalends.dialects.makeplans.words import PERSON_ATTRIBUTES
from kalends.engine import refusals as no
from kalends.engine.refusals import Refusal
from kalends.web import problems as bad
from kalends.web.door import Answer
from kalends.web.problems import Problem

# reason of a fault -> text
TEXTS = {
    "blank": "can't be blank",
    "invalid": "is invalid",
    "unknown": "must exist",
    "not_a_number": "is not a number",
    "not_positive": "must be greater than 0",
    "out_of_range": "is out of range",
    "not_included": "is not included in the list",
    "before_start": "must be after start",
    "past": "must be in the future",
    "too_long": "is too long",
    "too_deep": "is too deep",
    "barred": "is blocked from booking",
    "negative": "must be greater than or equal to 0",
    "unsupported": "is not supported",
    "not_bookable": "can't be booked",
    "below_booked": "is less than what is booked",
    "too_many": "are too many",
}
UNAVAILABLE = "Not available for booking at this time"
NOT_READ = {
    "json": "The body is not a JSON object",
    "form": "The parameters of the form contradict each other",
    "encoding": "The request is not UTF-8",
    "character": "The request has a character that can't be kept",
}


def fields(status: int = 400, **texts: str) -> Callable[[Any], Answer]:
    """An answer that blames fields, each with one text."""
    body = msgspec.json.encode({field: [text] for field, text in texts.items()})
    return lambda _: Answer(status, body)


def described(status: int, text: str) -> Callable[[Any], Answer]:
    """An answer about the whole request."""
    body = msgspec.json.encode({"error": {"description": text}})
    return lambda _: Answer(status, body)


def blamed(texts: dict[str, list[str]], status: int = 400) -> Answer:
    """An answer that blames fields; those of the person are told apart, as the vendor does."""
    body: dict[str, Any] = {name: said for name, said in texts.items() if not name.startswith(PERSON_ATTRIBUTES)}
    if person := {name[len(PERSON_ATTRIBUTES) :]: said for name, said in texts.items() if name not in body}:
        body |= {"person": ["is invalid"], "person_attributes": person}
    return Answer(status, msgspec.json.encode(body))


def _invalid(refusal: no.Invalid) -> Answer:
    texts: dict[str, list[str]] = {}
    for fault in refusal.faults:
        known = texts.setdefault(fault.field, [])
        said = TEXTS.get(fault.reason, TEXTS["invalid"])
        if said not in known:
            known.append(said)
    return blamed(texts)


def _full(refusal: no.Full) -> Answer:
    return blamed({refusal.what: [UNAVAILABLE]})


def _too_many(refusal: no.TooMany) -> Answer:
    return blamed({"count": ["More than maximum count per booking"]})


def _illegal(refusal: no.IllegalTransition) -> Answer:
    return blamed({"state": [f'cannot transition via "{refusal.verb}"']})


def _too_many_occurrences(refusal: no.TooManyOccurrences) -> Answer:
    return blamed({"collection_id": [f"has too many occurrences, the maximum is {refusal.most}"]})


def _system(status: int) -> Callable[[Any], Answer]:
    return lambda _: Answer(status, b'{"error":"system error"}')


def _unavailable(problem: bad.Unavailable) -> Answer:
    """The vendor's text, and our own addition where a client that simply tries again could book twice."""
    text = "system error, the change may have been made" if problem.maybe_kept else "system error"
    return Answer(503, msgspec.json.encode({"error": text}))


def _malformed(problem: bad.Malformed) -> Answer:
    return described(400, NOT_READ.get(problem.reason, "The request can't be read"))(problem)


ANSWERS: dict[type[Exception], Callable[[Any], Answer]] = {
    Refusal: described(400, "Refused"),
    no.Unauthenticated: described(401, "Invalid or missing API key"),
    no.TooManyAttempts: described(429, "Too many attempts"),
    no.Forbidden: described(403, "Not permitted"),
    no.NotFound: described(404, "Not found"),
    no.Invalid: _invalid,
    no.Duplicate: lambda refusal: blamed({refusal.field: ["has already been taken"]}),
    no.Retired: lambda refusal: blamed({refusal.what: ["is not active"]}),
    no.NotServed: fields(resource_id="does not provide this service"),
    no.Closed: fields(resource_id=UNAVAILABLE, booked_from="is outside opening hours"),
    no.TooSoon: fields(booked_from="is too early"),
    no.TooFar: fields(booked_from="is too far in the future"),
    no.OffStep: fields(booked_from="is not an available time"),
    no.TooMany: _too_many,
    no.Full: _full,
    no.InUse: lambda refusal: blamed({"base": [f"has {refusal.count} upcoming bookings or events"]}),
    no.IllegalTransition: _illegal,
    no.WrongCode: fields(verification_code="is invalid"),
    no.Unreachable: lambda refusal: blamed({refusal.field: ["cannot be empty"]}),
    no.Barred: fields(person_id="is blocked from booking"),
    no.BadRecurrence: lambda refusal: blamed({refusal.part: ["is invalid"]}),
    no.SeparateTimes: fields(booked_from="is not one of the times of this booking"),
    no.TooManyOccurrences: _too_many_occurrences,
    no.Stale: described(409, "Changed by somebody else in between, please try again"),
    Problem: described(400, "Bad request"),
    bad.Malformed: _malformed,
    bad.TooSlow: described(408, "The body did not arrive in time"),
    bad.TooLarge: described(413, "The body is too large"),
    bad.TooDeep: described(400, "The parameters are nested too deep"),
    bad.TooManyParameters: described(400, "Too many parameters"),
    bad.UnsupportedMedia: described(415, "The body must be JSON or a form"),
    bad.RouteNotFound: described(404, "Not found"),
    bad.MethodNotAllowed: described(405, "Method not allowed"),
    bad.Limited: described(429, "Too many requests"),
    bad.Unavailable: _unavailable,
    bad.TimedOut: _system(503),
    bad.Unexpected: _system(500),
}

answer = answering(ANSWERS)
"""The error in the vendor's form."""

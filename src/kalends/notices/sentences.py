"""Refusals as English sentences, for people at a terminal. Doors have texts of their own in the caller's language."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from kalends.engine import refusals
from kalends.engine.all_refusals import Several
from kalends.engine.conflict import Conflict
from kalends.engine.refusals import Fault, Invalid, Refusal

FaultSentences: TypeAlias = Mapping[tuple[str, str], str]
"""Whole sentences by field and reason, where the words of the reason would not say enough."""

REASONS: Mapping[str, str] = {
    "after": "must be before the end",
    "before_start": "must be after the start",
    "below_booked": "is less than what is already booked",
    "blank": "is missing",
    "cancelled": "is cancelled already",
    "credited": "is credited already",
    "in_use": "is in use",
    "fixed": "can't be changed",
    "invalid": "is not valid",
    "invoiced": "is on an invoice already",
    "last_owner": "is that of the last owner",
    "negative": "must not be negative",
    "nobody_there": "needs somebody who works there",
    "not_a_number": "is not a number",
    "not_bookable": "can't be booked",
    "not_for_administering": "can't be set for a key that administers, which sees everything",
    "not_for_publishable": "is more than a publishable key may be allowed",
    "not_granted": "is more than you may grant",
    "not_for_owners": "can't be set for an owner, who sees everything",
    "not_included": "is not one of the possible values",
    "not_inventory": "is not inventory",
    "not_positive": "must be more than 0",
    "not_served": "does not go with this resource",
    "nothing_to_invoice": "has nothing to invoice",
    "out_of_range": "is out of range",
    "past": "must be in the future",
    "several_customers": "belongs to several customers",
    "too_deep": "has too many levels",
    "too_long": "is too long",
    "too_many": "has too many entries",
    "too_short": "is too short",
    "unknown": "is not known",
    "unsupported": "is not supported",
}
"""What is wrong with a field, by the reason of a Fault."""

_FIELDS = {
    "email": "e-mail address",
    "ends_at": "end",
    "expires_at": "expiry",
    "phone": "phone number",
    "starts_at": "start",
}
"""Fields whose names are not the words that people use."""


def sentence(refusal: Refusal, own: FaultSentences = MappingProxyType({})) -> str:
    """The refusal as one or more sentences, with all of its faults or conflicts; `own` are the caller's for faults."""
    if isinstance(refusal, Several):
        return " ".join(dict.fromkeys(sentence(single, own) for single in refusal.refusals))
    return _invalid(refusal, own) if isinstance(refusal, Invalid) else SENTENCES[type(refusal)](refusal)


def fault_sentences(faults: Iterable[Fault], own: FaultSentences = MappingProxyType({})) -> list[str]:
    """A sentence for each fault, none twice."""
    return list(dict.fromkeys(own.get((fault.field, fault.reason)) or _as_sentence(fault) for fault in faults))


def fault_text(fault: Fault) -> str:
    """One fault without a full stop: `title is missing` for (title, blank)."""
    return f"{_words(fault.field)} {REASONS[fault.reason]}"


def _words(field: str) -> str:
    return _FIELDS.get(field) or field.removesuffix("_ids").removesuffix("_id").replace("_", " ")


def _as_sentence(*faults: Fault) -> str:
    text = "; ".join(map(fault_text, faults))
    return f"{text[:1].upper()}{text[1:]}."


def _invalid(refusal: Invalid, own: FaultSentences) -> str:
    usual = [fault for fault in refusal.faults if (fault.field, fault.reason) not in own]
    special = fault_sentences((fault for fault in refusal.faults if fault not in usual), own)
    return " ".join([*([_as_sentence(*usual)] if usual else []), *special])


def _not_found(refusal: refusals.NotFound) -> str:
    which = "" if refusal.which is None else f" {refusal.which}"
    return f"There is no {_words(refusal.what)}{which}."


def _full(refusal: refusals.Full) -> str:
    named = [_conflict(conflict) for conflict in refusal.conflicts]
    more = refusal.count - len(named)
    others = "There is 1 more conflict." if more == 1 else f"There are {more} more conflicts."
    itself = ["The request overlaps itself."] if refusal.by_itself else []
    return " ".join([*itself, *named, others] if more > 0 else [*itself, *named])


def _conflict(conflict: Conflict) -> str:
    which = "" if conflict.which is None else f" {conflict.which}"
    times = ", ".join(f"{taken.span.start:%Y-%m-%d %H:%M} to {taken.span.end:%H:%M}" for taken in conflict.in_the_way)
    return f"Too little is left of {_words(conflict.what)}{which}" + (f": {times} (UTC) is taken." if times else ".")


def _wrong_code(refusal: refusals.WrongCode) -> str:
    if refusal.tries_left == 0:
        return "The verification code was tried too often. Ask for a new one."
    return "The verification code is wrong."


SENTENCES: Mapping[type[Refusal], Callable[[Any], str]] = {
    refusals.Unauthenticated: lambda no: "The login or key is not valid.",
    refusals.TooManyAttempts: lambda no: f"Too many attempts; try again in {no.retry_after} seconds.",
    refusals.Forbidden: lambda no: "This is not permitted.",
    refusals.NotFound: _not_found,
    refusals.Duplicate: lambda no: f"Another one has this {_words(no.field)} already.",
    refusals.Retired: lambda no: f"This {_words(no.what)} is not in use any more.",
    refusals.NotServed: lambda no: "The resource does not offer this service.",
    refusals.Closed: lambda no: "It is closed at that time.",
    refusals.TooSoon: lambda no: "The start is in the past, or sooner than the service allows.",
    refusals.TooFar: lambda no: "The start is further ahead than the service can be booked.",
    refusals.OffStep: lambda no: "The service does not start at that time.",
    refusals.TooMany: lambda no: f"One booking can take {no.most} at most.",
    refusals.Full: _full,
    refusals.InUse: lambda no: f"The {_words(no.what)} is needed until {no.until:%Y-%m-%d}: {no.count} are booked.",
    refusals.IllegalTransition: lambda no: f"What is {_words(no.state)} can't {_words(no.verb)}.",
    refusals.WrongCode: _wrong_code,
    refusals.Unreachable: lambda no: f"The customer has no {_words(no.field)} to which a message could be sent.",
    refusals.Barred: lambda no: "The customer is blocked from booking.",
    refusals.BadRecurrence: lambda no: f"The recurrence can't be read: see its {no.part}.",
    refusals.SeparateTimes: lambda no: "The booking has several times, and these dates are for one.",
    refusals.TooManyOccurrences: lambda no: f"A series can have {no.most} occurrences at most.",
    refusals.SkippedTime: lambda no: f"The {_words(no.field)} is a time that clocks skip when they go forward.",
    refusals.RepeatedTime: lambda no: f"The {_words(no.field)} is a time that there is twice, as clocks go back.",
    refusals.Stale: lambda no: "Somebody else changed it meanwhile. Try again.",
    refusals.Outdated: lambda no: "Somebody else changed it meanwhile. Read it again.",
}

"""Refusals as English sentences, for people at a terminal. Doors have texts of their own in the caller's language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kalends.engine import refusals
from kalends.engine.billing.selection import MOST_SELECTED
from kalends.engine.billing.terms import LATEST_DUE_DAYS
from kalends.engine.refusals import Conflict, Fault, Refusal

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
    "negative": "must not be negative",
    "not_bookable": "can't be booked",
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

_NO_DAYS = "Say which days of the customer: --month, or --from and --until."
_NO_SUCH_YEAR = "There are no bookings in that year."

FAULTS: Mapping[tuple[str, str], str] = {
    ("issuer.name", "blank"): "Your name is missing: set `company` in [profile].",
    ("issuer.address", "blank"): "Your address is missing: set `street`, `postcode` and `city` in [profile].",
    ("issuer.tax_number", "blank"): (
        "Your tax number and VAT id are missing: set `tax_number` or `vat_id` in [profile]."
    ),
    ("customer.name", "blank"): "The customer's name is missing, which only small amounts may do without.",
    ("customer.address", "blank"): (
        "The customer's address (street, postcode, city) is missing, which only small amounts may do without."
    ),
    ("rows.title", "blank"): "Something that is charged has no title.",
    ("rows.exemption", "blank"): (
        "The reason for taking no tax is missing: set `exemption` of the price or in [profile], or a `tax_rate`."
    ),
    ("booking_ids", "blank"): "Say what to invoice: --booking, --item, or --customer with --month.",
    ("booking_ids", "invalid"): "Say one of --booking, --item and --customer, not several.",
    ("booking_ids", "too_many"): f"One invoice can name at most {MOST_SELECTED} bookings.",
    ("booking_ids", "several_customers"): "The bookings are of several customers: each needs an invoice of its own.",
    ("booking_ids", "out_of_range"): "The sum is more than an invoice can hold.",
    ("booking_ids", "nothing_to_invoice"): "There is nothing to invoice any more.",
    ("booking_ids", "invoiced"): "All of it is on an invoice already.",
    ("item_ids", "too_many"): f"One invoice can name at most {MOST_SELECTED} items.",
    ("first", "blank"): _NO_DAYS,
    ("until", "blank"): _NO_DAYS,
    ("first", "out_of_range"): _NO_SUCH_YEAR,
    ("until", "out_of_range"): _NO_SUCH_YEAR,
    ("until", "before_start"): "--until is the first day that is not included: it must be after --from.",
    ("customer_id", "blank"): "The booking is for nobody: an invoice needs a customer.",
    ("due_days", "out_of_range"): f"There can be 0 to {LATEST_DUE_DAYS} days to pay.",
    ("payment_method", "unknown"): "There is no such way to pay.",
    ("discount_rate", "out_of_range"): "The discount is below zero or more than the sum.",
    ("kind", "invalid"): "That can be done to an invoice only (and a credit note can be cancelled).",
    ("kind", "cancelled"): "It is cancelled already.",
    ("kind", "credited"): "It has a credit note: cancel that first, or credit the rest.",
    ("positions", "blank"): "Say what to credit: --row, or --amount such as 19=50.00.",
    ("positions", "unknown"): "There is no such row on the invoice.",
    ("positions", "credited"): "A row was credited already.",
    ("amounts", "unknown"): "There is no such tax rate on the invoice.",
    ("amounts", "out_of_range"): "An amount must be more than 0, in whole cents, and no more than is left of its rate.",
    ("amounts_title", "blank"): "Say the --reason: it stands on the row of the amount.",
    ("amounts_title", "too_long"): "The reason is too long.",
    ("amounts_title", "invalid"): "The reason has a character that can't be stored.",
    ("invoice_id", "invalid"): "Only a document of the kind invoice can stand for an invoice.",
    ("limit", "too_many"): "There are more bookings than one page can hold: ask for fewer days, or for fewer per page.",
    ("processed_on", "before_start"): "A document can't be dealt with before its own day.",
}
"""Faults, by field and reason, of which the words of the reason would not say enough: each is a whole sentence."""


def sentence(refusal: Refusal) -> str:
    """The refusal as one or more sentences, with all of its faults or conflicts."""
    return SENTENCES[type(refusal)](refusal)


def fault_sentences(faults: Iterable[Fault]) -> list[str]:
    """A sentence for each fault, none twice."""
    return list(dict.fromkeys(FAULTS.get((fault.field, fault.reason)) or _as_sentence(fault) for fault in faults))


def fault_text(fault: Fault) -> str:
    """One fault without a full stop: `title is missing` for (title, blank)."""
    return f"{_words(fault.field)} {REASONS[fault.reason]}"


def _words(field: str) -> str:
    return _FIELDS.get(field) or field.removesuffix("_ids").removesuffix("_id").replace("_", " ")


def _as_sentence(*faults: Fault) -> str:
    text = "; ".join(map(fault_text, faults))
    return f"{text[:1].upper()}{text[1:]}."


def _invalid(refusal: refusals.Invalid) -> str:
    usual = [fault for fault in refusal.faults if (fault.field, fault.reason) not in FAULTS]
    own = fault_sentences(fault for fault in refusal.faults if fault not in usual)
    return " ".join([*([_as_sentence(*usual)] if usual else []), *own])


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


SENTENCES: Mapping[type[Refusal], Callable[[Any], str]] = {
    refusals.Unauthenticated: lambda no: "The login or key is not valid.",
    refusals.TooManyAttempts: lambda no: f"Too many failed attempts; try again in {no.retry_after} seconds.",
    refusals.Forbidden: lambda no: "This is not permitted.",
    refusals.NotFound: _not_found,
    refusals.Invalid: _invalid,
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
    refusals.WrongCode: lambda no: "The verification code is wrong.",
    refusals.Unreachable: lambda no: f"The customer has no {_words(no.field)} to send the verification to.",
    refusals.Barred: lambda no: "The customer is blocked from booking.",
    refusals.BadRecurrence: lambda no: f"The recurrence can't be read: see its {no.part}.",
    refusals.SeparateTimes: lambda no: "The booking has several times, and these dates are for one.",
    refusals.TooManyOccurrences: lambda no: f"A series can have {no.most} occurrences at most.",
    refusals.Stale: lambda no: "Somebody else changed it meanwhile. Try again.",
}

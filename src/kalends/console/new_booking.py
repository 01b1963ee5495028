"""Reads the form for a new booking: who it is for, what, with whom, when, and how often."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec
from msgspec import UNSET

from kalends.actions.bookings.appointments import with_repeats
from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.people import NEW, NOBODY, PERSON, read_person
from kalends.console.telling import TELL
from kalends.console.values import Values
from kalends.console.views.panel import OVERLAP_REASON
from kalends.engine.bookings.request import (
    BookingRequest,
    DateRange,
    OnConflict,
    RequestedLine,
)
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.notices.texts import Message

FIELDS = (
    *PERSON,
    *("service", "resource", "start", "fold", "length", "units", "notes"),
    *TELL,
    *("repeat", "times", "if_taken", "overlap", "overlap_reason", "at"),
)
"""What the form sends, and what a link to it may say."""
UNITS = ("day", "week", "month")
ON_CONFLICT: Mapping[str, OnConflict] = {"": "refuse", "skip": "skip", "nearest": "nearest"}
_MOST_REPEATS = 730
NAMES = {
    "starts_at": "start",
    "ends_at": "length",
    "resource_id": "resource",
    "service_id": "service",
    "customer_id": "customer",
    "first_name": "name",
    "rrule": "times",
}
"""The form's names of the engine's fields."""


class Draft(msgspec.Struct, frozen=True):
    """What the form asks for. `customer` describes somebody new; `rule` how it repeats, None for once."""

    request: BookingRequest
    rule: RepeatRule | None
    customer: CustomerPatch | None


def as_taken(sent: Mapping[str, str], take: str) -> dict[str, str]:
    """The fields with the free time that was chosen instead: `RESOURCE FOLD START`, "" for none."""
    resource, _, rest = take.partition(" ")
    fold, _, start = rest.partition(" ")
    taken = {"resource": resource, "start": start, "fold": fold, "end": "", "end_fold": ""}
    return {**sent, **taken} if start else dict(sent)


def as_linked(sent: Mapping[str, str]) -> dict[str, str]:
    """The fields as a link fills them in: `at` is the start, the first of two without `fold`, or a day alone."""
    at = sent["at"]
    start = sent["start"] or (at if "T" in at or not at else f"{at}T09:00")
    return {**sent, "start": start, "fold": sent["fold"] or ("0" if at else "")}


def read_draft(at: AtSite, values: Values) -> Draft:
    """What the form asks for; what can't be read is a fault of the values."""
    start, length = values.moment("start", "fold", at.zone), values.number("length")
    ends_at = start + timedelta(minutes=length) if start and isinstance(length, int) and 0 < length < 10**7 else None
    patch = read_person(values)
    overlap = values.flag("overlap")
    reason = values.text("overlap_reason")
    if not values.text("customer"):
        values.faults["customer"] = Message("fault.blank")
    if overlap and not reason:
        values.faults["overlap_reason"] = Message("fault.blank")
    door, name = OVERLAP_REASON
    line = RequestedLine(
        service_id=_set(values.id("service")),
        resource_id=_set(values.id("resource")),
        site_id=at.site.id,
        starts_at=start,
        ends_at=ends_at,
        units=_set(values.number("units", 1)) or 1,
        notes=values.text("notes") or None,
        details={door: {name: reason}} if overlap else {},
    )
    request = BookingRequest(
        lines=(line,),
        customer_id=None if values.text("customer") in (NEW, NOBODY) else _set(values.id("customer")),
        customer=patch,
        on_conflict="overlap" if overlap else values.choice("if_taken", ON_CONFLICT) or "refuse",
    )
    return Draft(request, _rule(values), patch)


async def expanded(ctx: Context, at: AtSite, draft: Draft) -> BookingRequest:
    """The request with a line for each time. Raises what `with_repeats` raises."""
    request = await with_repeats(ctx, draft.request, draft.rule)
    if draft.rule is None:
        return request
    days = [_day(line.starts_at, at) for line in request.lines if line.starts_at is not None]
    return msgspec.structs.replace(request, repeats=DateRange(min(days), max(days)))


def _day(moment: datetime, at: AtSite) -> date:
    return moment.astimezone(at.zone).date()


def _set(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _rule(values: Values) -> RepeatRule | None:
    unit = values.choice("repeat", {"": None, **{unit: unit for unit in UNITS}})
    if unit is None or unit is UNSET:
        return None
    times = values.number("times", 0)
    if not isinstance(times, int) or not 2 <= times <= _MOST_REPEATS + 1:
        values.faults.setdefault("times", Message("fault.out_of_range"))
        return None
    return RepeatRule(unit, 1, times - 1)

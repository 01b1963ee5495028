"""Bookings: which are asked for, and what is to become of one."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.bookings import BOOKER, LIST, SALUTATIONS, SAVE, STATUSES
from kalends.dialects.locaboo.fields.view import DOOR, RenderContext
from kalends.dialects.locaboo.parse.arrays import require
from kalends.dialects.locaboo.parse.reader import filled
from kalends.dialects.locaboo.parse.recurring import check_dates, check_hours, check_time
from kalends.engine.bookings.layout import lines_at
from kalends.engine.bookings.patch import BookingPatch, NewTimes, RequestedResource
from kalends.engine.bookings.queries import BookingQuery
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.states import ACTIVE
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Fault
from kalends.engine.time import repeats
from kalends.engine.time.clock import FIRST_YEAR, LAST_YEAR, MINUTES_A_DAY, day_span
from kalends.engine.time.span import Span

Sent: TypeAlias = Mapping[str, Any]

_TIMES = {"date_from": "first", "date_to": "last", "time_from": "from_minute", "time_to": "until_minute"}
_ALL_DAY = {"time_from": 0, "time_to": MINUTES_A_DAY}


class Saving(msgspec.Struct, frozen=True):
    """What is to be saved: of which booking, None of a new one, and the parameters that were sent, read."""

    booking_id: int | None
    sent: Mapping[str, Any]
    fields: Mapping[str, Any]


def parse_list(params: Mapping[str, Any], ctx: Context, view: RenderContext) -> tuple[BookingQuery, bool]:
    """Which bookings are asked for, and whether in detail. Raises Invalid."""
    reader = Reader(ctx, filled(params))
    asked = reader.fields(LIST)
    unknown = [one for one in asked.get("resource_id") or () if one not in view.resources]
    reader.faults += [Fault(f"resource_id {one}", "unknown") for one in unknown]
    check_dates(reader, asked)
    check_hours(reader, asked)
    reader.done()
    return BookingQuery(
        resource_ids=asked.get("resource_id"),
        window=_window(asked.get("date_from"), asked.get("date_to"), ctx),
        from_minute=asked.get("time_from"),
        until_minute=asked.get("time_to"),
        states=ACTIVE,
        limit=asked.get("limit"),
        offset=asked.get("offset", 0),
    ), bool(asked.get("show_details"))


def parse_saving(params: Mapping[str, Any], ctx: Context) -> Saving:
    """What is to be saved; a new booking needs a resource and its dates. Raises Invalid."""
    reader = Reader(ctx, filled(params))
    sent = reader.fields(SAVE)
    booker = {**reader.fields(BOOKER), **_salutation(sent)}
    if "booking_id" not in reader.sent:
        require(reader, "resource_id", "date_from", "date_to")
        check_time(reader, {**_ALL_DAY, **sent})
    else:
        check_time(reader, sent)
    reader.done()
    fields: dict[str, Any] = {"title": sent["title"]} if "title" in sent else {}
    if "booking_status" in sent:
        fields["state"], fields["status"] = STATUSES[sent["booking_status"]]
    if booker:
        fields["customer"] = patch_of(CustomerPatch, booker)
    return Saving(sent.get("booking_id"), sent, fields)


def new_request(saving: Saving, ctx: Context) -> BookingRequest:
    """The booking to be made; whole days where no times are named. Raises Invalid, TooManyOccurrences."""
    spans = _spans({**_ALL_DAY, **saving.sent}, ctx)
    fields = dict(saving.fields)
    resources = [RequestedResource(saving.sent["resource_id"])]
    lines = lines_at(resources, spans, fields.get("title") or "", fields.pop("status", None))
    return BookingRequest(lines=lines, **fields)


def booking_patch(saving: Saving, ctx: Context) -> BookingPatch:
    """What changes of a booking that is there: only what was sent."""
    sent, fields = saving.sent, dict(saving.fields)
    if "resource_id" in sent:
        fields["resources"] = (RequestedResource(sent["resource_id"]),)
    times = {name: sent[wire] for wire, name in _TIMES.items() if wire in sent}
    if times:
        fields["times"] = NewTimes(zone=ctx.zone, **times)
    return BookingPatch(**fields)


def _spans(time: Sent, ctx: Context) -> tuple[Span, ...]:
    """The time that these parameters name. Raises Invalid, TooManyOccurrences."""
    reader = Reader(ctx, {})
    check_time(reader, time)
    reader.done()
    days, hours = (time["date_from"], time["date_to"]), (time["time_from"], time["time_to"])
    return tuple(repeats.once(*days, *hours, ctx.zone))


def _salutation(sent: Mapping[str, Any]) -> dict[str, Any]:
    said = SALUTATIONS.get(sent.get("customer_salutation") or "")
    return {"details": {DOOR: said}} if said else {}


def _window(first: date | None, last: date | None, ctx: Context) -> Span | None:
    """The days asked for, with no bound where none is named."""
    if first is None and last is None:
        return None
    start = day_span(first or date(FIRST_YEAR, 1, 1), ctx.zone).start
    return Span(start, day_span(last or date(LAST_YEAR, 12, 31), ctx.zone).end)

"""Parses booking_list and booking_save."""

from collections.abc import Mapping
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

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
from kalends.engine.time.clock import MINUTES_A_DAY
from kalends.engine.time.span import Span

Sent: TypeAlias = Mapping[str, Any]

# Names in SAVE -> fields of NewTimes.
_TIMES = {"date_from": "first", "date_to": "last", "time_from": "from_minute", "time_to": "until_minute"}
PLACE_AND_TIME = {"resource_id", *_TIMES}
"""Names in SAVE that move a booking."""
_ALL_DAY = {"time_from": 0, "time_to": MINUTES_A_DAY}


class Saving(msgspec.Struct, frozen=True):
    """A parsed booking_save. `booking_id` is None for a new booking.

    `sent` are the values by their names in SAVE, `fields` those that BookingRequest and BookingPatch both have.
    """

    booking_id: int | None
    sent: Mapping[str, Any]
    fields: Mapping[str, Any]


def parse_list(params: Mapping[str, Any], ctx: Context, context: RenderContext) -> tuple[BookingQuery, bool]:
    """The query for active bookings, and whether they are shown with details. `context` needs resources.

    Raises Invalid(a parameter: unreadable; resource_id ID: unknown; date_to, time_to: before_start).
    """
    reader = Reader(ctx, filled(params))
    sent = reader.fields(LIST)
    unknown_ids = [resource_id for resource_id in sent.get("resource_id") or () if resource_id not in context.resources]
    reader.faults += [Fault(f"resource_id {resource_id}", "unknown") for resource_id in unknown_ids]
    check_dates(reader, sent)
    check_hours(reader, sent)
    reader.done()
    query = BookingQuery(
        resource_ids=sent.get("resource_id"),
        first=sent.get("date_from"),
        last=sent.get("date_to"),
        from_minute=sent.get("time_from"),
        until_minute=sent.get("time_to"),
        states=ACTIVE,
        limit=sent.get("limit"),
        offset=sent.get("offset", 0),
    )
    return query, bool(sent.get("show_details"))


def parse_saving(params: Mapping[str, Any], ctx: Context) -> Saving:
    """The booking to be saved; a new one needs a resource and dates.

    Raises Invalid(a parameter: unreadable; resource_id, date_from, date_to: blank; date_to, time_to: before_start).
    """
    reader = Reader(ctx, filled(params))
    sent = reader.fields(SAVE)
    customer = {**reader.fields(BOOKER), **_salutation_details(sent)}
    if "booking_id" not in reader.sent:
        require(reader, "resource_id", "date_from", "date_to")
        check_time(reader, {**_ALL_DAY, **sent})
    else:
        check_time(reader, sent)
    reader.done()
    fields: dict[str, Any] = {"title": sent["title"]} if "title" in sent else {}
    if "booking_status" in sent:
        fields["state"], fields["status"] = STATUSES[sent["booking_status"]]
    if customer:
        fields["customer"] = patch_of(CustomerPatch, customer)
    return Saving(sent.get("booking_id"), sent, fields)


def new_request(saving: Saving, ctx: Context, zone: ZoneInfo) -> BookingRequest:
    """The request for a new booking, of whole days if no times were sent. `zone` is that of the resource.

    Raises Invalid(date_to, time_to: before_start; starts_at: invalid; starts_at, ends_at: out_of_range),
    TooManyOccurrences.
    """
    spans = _spans({**_ALL_DAY, **saving.sent}, ctx, zone)
    fields = dict(saving.fields)
    resources = [RequestedResource(saving.sent["resource_id"])]
    lines = lines_at(resources, spans, fields.get("title") or "", fields.pop("status", None))
    return BookingRequest(lines=lines, **fields)


def booking_patch(saving: Saving) -> BookingPatch:
    """The patch of an existing booking: only what was sent."""
    sent, fields = saving.sent, dict(saving.fields)
    if "resource_id" in sent:
        fields["resources"] = (RequestedResource(sent["resource_id"]),)
    times = {name: sent[wire] for wire, name in _TIMES.items() if wire in sent}
    if times:
        fields["times"] = NewTimes(**times)
    return BookingPatch(**fields)


def _spans(sent: Sent, ctx: Context, zone: ZoneInfo) -> tuple[Span, ...]:
    reader = Reader(ctx, {})
    check_time(reader, sent)
    reader.done()
    return tuple(repeats.once(sent["date_from"], sent["date_to"], sent["time_from"], sent["time_to"], zone))


def _salutation_details(sent: Sent) -> dict[str, Any]:
    salutation = SALUTATIONS.get(sent.get("customer_salutation") or "")
    return {"details": {DOOR: salutation}} if salutation else {}

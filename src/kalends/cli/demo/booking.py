"""One booking of the demo."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.context import Context
from kalends.cli.demo.dates import at
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.time.clock import MINUTE


class DemoBooking(msgspec.Struct, frozen=True):
    """One booking: `day` counts from the Monday of this week, `hour` is wall time; `verbs` are applied afterwards."""

    day: int
    hour: int
    service: str | None
    resource: str | None
    customer: str | None
    more: Mapping[str, Any] = {}
    verbs: Sequence[str] = ()


async def make(ctx: Context, booking: DemoBooking, ids: Mapping[str, int]) -> Item:
    """Book it, apply its verbs, and return what was booked; `ids` are those of services, resources and customers by
    name."""
    fields = dict(booking.more)
    starts_at = at(ctx, booking.day, booking.hour)
    if "length" in fields:
        fields["ends_at"] = starts_at + fields.pop("length") * MINUTE
    if "expires_at" in fields:
        fields["expires_at"] += ctx.now
    initiate = fields.pop("initiate", False)
    named = {"service_id": booking.service, "resource_id": booking.resource}
    fields |= {field: ids[name] for field, name in named.items() if name is not None}
    customer_id = None if booking.customer is None else ids[booking.customer]
    line = RequestedLine(starts_at=starts_at, **fields)
    booked = await book(ctx, BookingRequest(lines=(line,), customer_id=customer_id, initiate=initiate))
    for verb in booking.verbs:
        if verb in ("cancel", "decline", "remove"):
            await change_item_state(ctx, booked.items[0].item.id, verb)
        else:
            await set_status(ctx, booked.items[0].item.id, verb)
    return booked.items[0].item

"""Parses requests for new bookings. Source: the page's booking_add."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.bookings import ADD, KEPT, MODES
from kalends.dialects.locaboo.fields.view import DOOR, RenderContext
from kalends.dialects.locaboo.parse.arrays import require
from kalends.dialects.locaboo.parse.reader import filled
from kalends.dialects.locaboo.parse.recurring import read_times
from kalends.dialects.locaboo.parse.requested_resources import read_custom_fields, read_resources
from kalends.engine.bookings.layout import by_zone, lines_at
from kalends.engine.bookings.request import BookingRequest, DateRange


def parse_add(params: Mapping[str, Any], ctx: Context, context: RenderContext) -> BookingRequest:
    """The booking to be made.

    `context` needs what the parameters refer to: resources, custom fields, inventory, services.
    Raises Invalid(with all faults: a parameter: blank, or unreadable; date_to, time_to: before_start; those of
    read_resources, read_custom_fields and read_times), BadRecurrence, TooManyOccurrences.
    """
    reader = Reader(ctx, filled(params))
    sent = reader.fields(ADD)
    details = {name: value for name, value in reader.pass_through(KEPT).items() if value is not None}
    require(reader, "booking_mode")
    if details.get("custom_color"):
        require(reader, "color")
    resources = read_resources(reader, context, sent.get("main_resource"))
    custom_fields = read_custom_fields(reader, context, resources)
    times_in = read_times(reader, sent)
    reader.done()
    if custom_fields:
        details["custom_fields"] = custom_fields
    title = sent.get("title", "")
    return BookingRequest(
        lines=tuple(
            line
            for zone, in_zone in by_zone(resources, context.zone_of).items()
            for line in lines_at(in_zone, times_in(zone), title)
        ),
        state=MODES[details["booking_mode"]],
        title=title,
        comments=sent.get("comments", ""),
        customer_id=sent.get("customer_id"),
        repeats=DateRange(sent["date_from"], sent["date_to"]) if sent.get("recurring") else None,
        details={DOOR: details},
    )

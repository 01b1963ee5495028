"""New bookings and booking requests, with all that can be said of them."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.bookings import ADD, KEPT, MODES
from kalends.dialects.locaboo.fields.view import DOOR, RenderContext
from kalends.dialects.locaboo.parse.arrays import require
from kalends.dialects.locaboo.parse.reader import filled
from kalends.dialects.locaboo.parse.recurring import read_spans
from kalends.dialects.locaboo.parse.requested_resources import read_custom_fields, read_resources
from kalends.engine.bookings.layout import lines_at
from kalends.engine.bookings.request import BookingRequest, DateRange


def parse_add(params: Mapping[str, Any], ctx: Context, view: RenderContext) -> BookingRequest:
    """The booking that is asked for. Raises Invalid with all faults, BadRecurrence, TooManyOccurrences."""
    reader = Reader(ctx, filled(params))
    sent, kept = reader.fields(ADD), {name: value for name, value in reader.kept(KEPT).items() if value is not None}
    require(reader, "booking_mode")
    if kept.get("custom_color"):
        require(reader, "color")
    places = read_resources(reader, view, sent.get("main_resource"))
    custom_fields = read_custom_fields(reader, view, places)
    spans = read_spans(reader, sent)
    reader.done()
    details = {**kept, "custom_fields": custom_fields} if custom_fields else kept
    title = sent.get("title", "")
    return BookingRequest(
        lines=lines_at(places, spans, title),
        state=MODES[kept["booking_mode"]],
        title=title,
        comments=sent.get("comments", ""),
        customer_id=sent.get("customer_id"),
        repeats=DateRange(sent["date_from"], sent["date_to"]) if sent.get("recurring") else None,
        details={DOOR: details},
    )

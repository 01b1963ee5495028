"""New bookings and booking requests, with all that can be said of them."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.bookings import ADD, KEPT, MODES
from kalends.dialects.locaboo.fields.view import DOOR, View
from kalends.dialects.locaboo.parse.arrays import require
from kalends.dialects.locaboo.parse.places import read_custom_fields, read_places
from kalends.dialects.locaboo.parse.reader import filled
from kalends.dialects.locaboo.parse.recurring import read_spans
from kalends.engine.order import Order


def parse_add(params: Mapping[str, Any], ctx: Context, view: View) -> Order:
    """The booking that is asked for. Raises Invalid with all faults, BadRecurrence, TooManyOccurrences."""
    reader = Reader(ctx, filled(params))
    sent, kept = reader.fields(ADD), {name: value for name, value in reader.kept(KEPT).items() if value is not None}
    require(reader, "booking_mode")
    if kept.get("custom_color"):
        require(reader, "color")
    places = read_places(reader, view, sent.get("main_resource"))
    custom_fields = read_custom_fields(reader, view, places)
    spans = read_spans(reader, sent)
    reader.done()
    details = {**kept, "custom_fields": custom_fields} if custom_fields else kept
    return Order(
        places=places,
        spans=spans,
        state=MODES[kept["booking_mode"]],
        title=sent.get("title", ""),
        comments=sent.get("comments", ""),
        customer_id=sent.get("customer_id"),
        recurs=bool(sent.get("recurring")),
        details={DOOR: details},
    )

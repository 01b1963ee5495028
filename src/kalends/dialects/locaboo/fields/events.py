"""Advertised events, and the documents about them. Source: the page's event_list and event_details."""

from collections.abc import Callable
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.dates import clock
from kalends.dialects.kit.fields import Computed, Field, Line, from_row, renderer
from kalends.dialects.locaboo.fields.amounts import exact
from kalends.dialects.locaboo.fields.instances import by_main_resource, label, times
from kalends.dialects.locaboo.fields.view import RenderContext
from kalends.dialects.locaboo.fields.wall import CLOCK, DAY, MOMENT, date_as, end_as, start_as
from kalends.engine.billing.document import OccasionWithDocuments, Paper
from kalends.engine.bookings.views import BookingWithItems, ItemView

KINDS = {"offer": "Offer", "order_confirmation": "Order confirmation", "invoice": "Invoice"}


def _processed_status(paper: Paper) -> int:
    return int(paper.document.processed_on is not None)


def _bookings(context: RenderContext) -> Callable[[Paper], list[dict[str, Any]]]:
    render_booking = _booking(context)
    return lambda paper: list(map(render_booking, paper.bookings))


def _booking(context: RenderContext) -> Callable[[BookingWithItems], dict[str, Any]]:
    titles = context.titles

    def render_instance(view: ItemView, name: str) -> dict[str, Any]:
        return {
            "id": view.item.id,
            "resource_id": view.item.resource_id,
            "resource": name,
            **times(view, context, MOMENT),
        }

    def render(booking: BookingWithItems) -> dict[str, Any]:
        resources = [
            {
                "resource_id": main_id,
                "resource": titles.get(main_id, ""),
                "instances": [render_instance(view, label(resource, titles)) for view, resource in instances],
            }
            for main_id, instances in by_main_resource(booking.current_items(context.now)).items()
        ]
        return {"id": booking.booking.id, "title": booking.booking.title, "resources": resources}

    return render


def _documents(context: RenderContext) -> Callable[[OccasionWithDocuments], list[Any]]:
    render_document = document(context)
    return lambda occasion: list(map(render_document, occasion.papers))


_text = codecs.text()
_day = date_as(DAY)
_minute = codecs.write_only(clock)

ADVERTISED: tuple[Line, ...] = (
    Field("event_title", "title", _text, "out"),
    Field("marketing_data_title", "headline", _text, "out"),
    Field("marketing_data_description", "description", _text, "out"),
    Field("date_from", "starts_at", start_as(DAY), "out"),
    Field("date_to", "ends_at", end_as(DAY), "out"),
    Field("time_from", "starts_at", start_as(CLOCK), "out"),
    Field("time_to", "ends_at", end_as(CLOCK), "out"),
    Field("entrance_time", "entrance_minute", _minute, "out"),
    Field("beginning_time", "beginning_minute", _minute, "out"),
    Field("marketing_data_ticket_link", "ticket_link", _text, "out"),
    Field("marketing_data_price", "ticket_price", _text, "out"),
    Field("marketing_data_notice_text", "notice", _text, "out"),
    Field("image", "image", _text, "out"),
)
DOCUMENT: tuple[Line, ...] = (
    Field("document_type", "kind", codecs.write_only(KINDS.__getitem__), "out"),
    Field("document_number", "number", _text, "out"),
    Field("price", "amount", codecs.write_only(exact), "out"),
    Field("document_date", "day", _day, "out"),
    Field("processed_date", "processed_on", _day, "out"),
    Computed("processed_status", from_row(_processed_status)),
    Computed("bookings", _bookings),
)
QUERY = (
    Field("date_from", "first", codecs.day, "in"),
    Field("date_to", "last", codecs.day, "in"),
)

event = renderer("Event", (Field("id", "id", codecs.identifier, "out"), *ADVERTISED))
# The page shows the id as text here, and as a number in the list.
details = renderer(
    "EventDetails",
    (Field("id", "id", codecs.write_only(str), "out"), *ADVERTISED, Computed("documents", _documents)),
    "event",
)
document = renderer("Document", DOCUMENT, "document")

"""Events as they are advertised, and the documents about them."""

from collections.abc import Callable
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.dates import clock
from kalends.dialects.kit.fields import Computed, Field, Line, renderer
from kalends.dialects.locaboo.fields.amounts import exact
from kalends.dialects.locaboo.fields.instances import by_main_resource, label
from kalends.dialects.locaboo.fields.view import RenderContext
from kalends.dialects.locaboo.fields.wall import CLOCK, DAY, MOMENT, end_as, end_writer, start_as, start_writer
from kalends.engine.billing.document import OccasionWithDocuments, Paper
from kalends.engine.bookings.views import BookingWithItems, ItemView

KINDS = {"offer": "Offer", "order_confirmation": "Order confirmation", "invoice": "Invoice"}


_text = codecs.text()
_day = codecs.write_only(lambda day: day.strftime(DAY))
_minute = codecs.write_only(clock)


def _processed(_: RenderContext) -> Callable[[Paper], int]:
    return lambda paper: int(paper.document.processed_on is not None)


def _bookings(view: RenderContext) -> Callable[[Paper], list[dict[str, Any]]]:
    show = _booking(view)
    return lambda paper: list(map(show, paper.bookings))


def _booking(view: RenderContext) -> Callable[[BookingWithItems], dict[str, Any]]:
    titles, start, end = view.titles, start_writer(MOMENT)(view), end_writer(MOMENT)(view)

    def instance(entry: ItemView, name: str) -> dict[str, Any]:
        item = entry.item
        times = {"from": start(item.starts_at), "to": end(item.ends_at)}
        return {"id": item.id, "resource_id": item.resource_id, "resource": name, **times}

    def write(ordered: BookingWithItems) -> dict[str, Any]:
        resources = [
            {
                "resource_id": main_id,
                "resource": titles.get(main_id, ""),
                "instances": [instance(entry, label(resource, titles)) for entry, resource in instances],
            }
            for main_id, instances in by_main_resource(ordered.items).items()
        ]
        return {"id": ordered.booking.id, "title": ordered.booking.title, "resources": resources}

    return write


def _documents(view: RenderContext) -> Callable[[OccasionWithDocuments], list[Any]]:
    show = document(view)
    return lambda occasion: [show(paper) for paper in occasion.papers]


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
    Computed("processed_status", _processed),
    Computed("bookings", _bookings),
)
QUERY = (
    Field("date_from", "first", codecs.day, "in"),
    Field("date_to", "last", codecs.day, "in"),
)

event = renderer("Event", (Field("id", "id", codecs.identifier, "out"), *ADVERTISED))
# The id is a text here, and a number in the list: so it is on the page.
details = renderer(
    "EventDetails",
    (Field("id", "id", codecs.write_only(str), "out"), *ADVERTISED, Computed("documents", _documents)),
    "event",
)
document = renderer("Document", DOCUMENT, "document")

"""Bookings, their items and statuses. What the engine has no use for is kept and shown: `utm`, `data`.

Source: CareCloud reference, schemas Booking, BookingItem, UTM and BookingStatus.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import msgspec

from kalends.dialects.carecloud.fields.customers import ACTIVE, DELETED, NON_ACTIVE, customer_id
from kalends.dialects.carecloud.fields.properties import records
from kalends.dialects.carecloud.fields.tickets import slot_id, ticket
from kalends.dialects.carecloud.fields.view import DOOR, RenderContext, local_time, local_writer
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, from_row, once_per_id, renderer, wire_names
from kalends.dialects.kit.opaque_ids import opaque_id
from kalends.engine.bookings import states
from kalends.engine.bookings.booking_status import BookingStatus
from kalends.engine.bookings.views import BookingWithSeats, Seat
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.service import Service

FULL, ITEMS_ONLY, NONE = "full", "items-only", "none"
_RESOURCE = attrgetter("view.item.resource_id")
_UTM = ("utm_source", "utm_medium", "utm_campaign")

booking_id = opaque_id("booking")
status_id = opaque_id("booking_status")


class BookingContext(RenderContext, frozen=True, kw_only=True):
    """What answers about bookings also need: which items they show, and the properties of tickets."""

    items: str = NONE
    properties: tuple[CustomField, ...] = ()


def _read_data(value: Any, context: Any) -> Any:
    """A text, a list of texts or an object."""
    if not isinstance(value, str | list | dict):
        raise Unreadable("invalid")
    if isinstance(value, list) and not all(isinstance(text, str) for text in value):
        raise Unreadable("invalid")
    _check_texts(value)
    return value


def _check_texts(value: Any) -> None:
    """Raises Unreadable(invalid) for a text that PostgreSQL can't store."""
    if isinstance(value, str):
        codecs.clean(value, codecs.TEXT)
    elif isinstance(value, list | dict):
        for part in value.items() if isinstance(value, dict) else value:
            _check_texts(list(part) if isinstance(part, tuple) else part)


def _read_utm(value: Any, context: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Unreadable("invalid")
    return {name: codecs.clean(value[name]) for name in _UTM if value.get(name) is not None}


DATA: tuple[Line, ...] = (PassThrough("data", Codec(_read_data), msgspec.UNSET),)
UTM: tuple[Line, ...] = (PassThrough("utm", Codec(_read_utm), msgspec.UNSET),)
REPLACED: tuple[Line, ...] = (
    Field("customer_id", "customer_id", customer_id, "in"),
    Field("booking_status", "booking_status_id", status_id, "in"),
    *DATA,
)
NEW: tuple[Line, ...] = (*REPLACED, *UTM, Field("created_at", "created_at", local_time, "in"))
NEW_ITEM: tuple[Line, ...] = (
    Field("time_slot_id", "session_id", slot_id, "in"),
    Field("customer_id", "customer_id", customer_id, "in"),
    Field("capacity_taken", "units", codecs.number(1), "in"),
    Field("booking_item_status", "booking_status_id", status_id, "in"),
    Field("created_at", "created_at", local_time, "in"),
)
ITEM_NAMES = {**dict.fromkeys(("service_id", "resource_id"), "time_slot_id"), **wire_names(NEW_ITEM)}
"""Names of the engine's fields of a line; its service and resource are those of the slot."""
QUERY: tuple[Line, ...] = (
    Field("customer_id", "customer_id", customer_id, "in"),
    Field("booking_status", "booking_status_id", status_id, "in"),
    Field("booking_statuses", "booking_status_ids", codecs.one_or_many(status_id), "in"),
    Field("add_booking_items", "items", codecs.choice(FULL, ITEMS_ONLY, NONE), "in"),
)
SORT = {
    "booking_id": "id",
    "customer_id": "customer_id",
    "booking_items": "seats",
    "booking_status": "booking_status_id",
    "utm": f"details.{DOOR}.utm",
    "data": f"details.{DOOR}.data",
    "created_at": "created_at",
    "last_change": "changed_at",
    "state": "is_over",
}
"""The engine's fields by the first-level properties; items are sorted by their number."""


def item_name(index: int) -> str:
    """The name of an item of a new booking, such as `booking_items[0]`."""
    return f"booking_items[{index}]"


def _ticket_of(context: BookingContext) -> Callable[[Seat], Any]:
    write: Callable[[Service], Any] = once_per_id(ticket)(context)

    def ticket_of(seat: Seat) -> Any:
        service = seat.view.service
        return write(service) if service and service.kind == "attendance" else None

    return ticket_of


def _item_state(context: BookingContext) -> Callable[[Seat], int]:
    return lambda seat: record_state(states.state_at(seat.view.item, context.now))


def record_state(state: str) -> int:
    """The state of a record on the wire: what occupies no capacity is not active."""
    if state == "deleted":
        return DELETED
    return ACTIVE if state in states.ACTIVE else NON_ACTIVE


def _items(context: BookingContext) -> Callable[[BookingWithSeats], list[Any]]:
    if context.items == NONE:
        return lambda booking: []
    write = (item_in_full if context.items == FULL else item_alone)(context)
    return lambda booking: [write(seat) for seat in booking.seats]


ITEM: tuple[Line, ...] = (
    Field("booking_item_id", "id", opaque_id("item"), source="view.item.id"),
    Field("customer_id", "customer_id", customer_id, source="view.item.customer_id"),
    Field("time_slot_id", "session_id", slot_id, source="view.item.session_id"),
    Computed("valid_from", local_writer(attrgetter("view.item.starts_at"), _RESOURCE)),
    Computed("valid_to", local_writer(attrgetter("view.item.ends_at"), _RESOURCE)),
    Field("capacity_taken", "units", codecs.number(), source="view.item.units"),
    Field("booking_item_status", "booking_status_id", status_id, source="status_id"),
    Field("created_at", "created_at", local_time, source="view.item.created_at"),
    Field("last_change", "updated_at", local_time, source="view.item.updated_at"),
    Computed("booking_ticket", _ticket_of),
    Computed("state", _item_state),
)
item_alone = renderer("BookingItem", ITEM, omit_null=True)
item_in_full = renderer(
    "BookingItem",
    (*ITEM, Computed("additional_properties", lambda context: records(context, context.properties))),
    omit_null=True,
)
booking = renderer(
    "Booking",
    (
        Field("booking_id", "id", booking_id),
        Field("customer_id", "customer_id", customer_id),
        Field("booking_status", "booking_status_id", status_id, source="status_id"),
        Field("created_at", "created_at", local_time),
        Field("last_change", "changed_at", local_time, source="changed_at"),
        Computed("booking_items", _items),
        Computed("state", from_row(lambda row: record_state(row.state))),
        *UTM,
        *DATA,
    ),
    source="booking",
    door=DOOR,
    omit_null=True,
)


def _name(context: RenderContext) -> Callable[[BookingStatus], str]:
    return lambda status: status.name_in([context.language])


STATUS_SORT = {
    "booking_status_id": "id",
    "name": "name",
    "created_at": "created_at",
    "state": "active",
    "last_change": "updated_at",
}
status = renderer(
    "BookingStatus",
    (
        Field("booking_status_id", "id", status_id),
        Field("created_at", "created_at", local_time),
        Field("last_change", "updated_at", local_time),
        Computed("name", _name),
        Computed("state", from_row(lambda row: int(row.active))),
    ),
)

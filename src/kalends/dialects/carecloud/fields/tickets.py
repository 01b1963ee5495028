"""Booking tickets, which are services that are attended; time slots, which are sessions; how busy these are.

Source: CareCloud reference, schemas BookingTicket, TimeSlot and ChartPointData.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter

from kalends.dialects.carecloud.fields.customers import customer_id
from kalends.dialects.carecloud.fields.properties import property_id
from kalends.dialects.carecloud.fields.view import local_time, local_writer
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, Line, from_row, renderer
from kalends.dialects.kit.opaque_ids import opaque_id
from kalends.engine.bookings.busy_times import UNITS, BusyTime
from kalends.engine.bookings.views import SessionWithSeats

_RESOURCE = attrgetter("session.resource_id")
ticket_id = opaque_id("service")
slot_id = opaque_id("session")

TICKET: tuple[Line, ...] = (
    Field("ticket_id", "id", ticket_id),
    Field("name", "title", codecs.text()),
    Field("created_at", "created_at", local_time),
    Field("valid_from", "valid_from", local_time),
    Field("valid_to", "valid_until", local_time),
    Computed("state", from_row(lambda service: int(service.active))),
    Field("last_change", "updated_at", local_time),
)
SLOT: tuple[Line, ...] = (
    Field("time_slot_id", "id", slot_id, source="session.id"),
    Field("ticket_id", "service_id", ticket_id, source="session.service_id"),
    Computed("valid_from", local_writer(attrgetter("session.starts_at"), _RESOURCE)),
    Computed("valid_to", local_writer(attrgetter("session.ends_at"), _RESOURCE)),
    Field("total_capacity", "capacity", codecs.number(), source="session.capacity"),
    Field("free_capacity", "free", codecs.number(), source="free"),
    Computed("state", from_row(lambda seats: int(seats.session.archived_at is None))),
    Field("last_change", "updated_at", local_time, source="session.updated_at"),
)
BY_PROPERTY: tuple[Line, ...] = (
    Field("booking_ticket_property_id", "custom_field_id", property_id, "in"),
    Field("booking_ticket_property_value", "value", codecs.search_text(codecs.TEXT), "in"),
)
TICKET_QUERY: tuple[Line, ...] = (
    Field("customer_id", "customer_id", customer_id, "in"),
    Field("valid_from", "valid_from", local_time, "in"),
    Field("valid_to", "valid_to", local_time, "in"),
    Field("valid_only", "valid_only", codecs.flag, "in"),
    *BY_PROPERTY,
)
SLOT_QUERY: tuple[Line, ...] = (
    Field("customer_id", "customer_id", customer_id, "in"),
    Field("time_from", "time_from", local_time, "in"),
    Field("time_to", "time_to", local_time, "in"),
    Field("free_only", "free_only", codecs.flag, "in"),
    *BY_PROPERTY,
)
BUSY_TIMES: tuple[Line, ...] = (
    Field("booking_date", "day", codecs.day, "in"),
    Field("time_period", "period", codecs.choice(*UNITS), "in"),
    Field("booking_ticket_id", "service_id", ticket_id, "in"),
    Field("booking_property_id", "custom_field_id", property_id, "in"),
    Field("booking_property_value", "value", codecs.search_text(codecs.TEXT), "in"),
)
TICKET_SORT = {
    "ticket_id": "id",
    "name": "title",
    "created_at": "created_at",
    "valid_from": "valid_from",
    "valid_to": "valid_until",
    "state": "is_archived",
    "last_change": "updated_at",
}
SLOT_SORT = {
    "time_slot_id": "id",
    "ticket_id": "service_id",
    "valid_from": "starts_at",
    "valid_to": "ends_at",
    "total_capacity": "capacity",
    "free_capacity": "free",
    "state": "is_archived",
    "last_change": "updated_at",
}

ticket = renderer("BookingTicket", TICKET, omit_null=True)
slot: Callable[..., Callable[[SessionWithSeats], object]] = renderer("TimeSlot", SLOT, omit_null=True)


def chart_point(time: BusyTime) -> Mapping[str, str]:
    """One unit of time and how busy it is, in percent."""
    return {"x_axis_value": str(time.number), "y_axis_value": str(time.percent)}

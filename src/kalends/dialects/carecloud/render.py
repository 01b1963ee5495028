"""Writes the vendor's answers: `{"data": {...}}`, and nothing where a change worked."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec

from kalends.dialects.carecloud.fields import bookings, tickets
from kalends.dialects.carecloud.fields.bookings import BookingContext
from kalends.dialects.carecloud.fields.customers import customer
from kalends.dialects.carecloud.fields.logins import user
from kalends.dialects.carecloud.fields.properties import ticket_property
from kalends.dialects.carecloud.fields.view import RenderContext, local
from kalends.engine.accounts.user import StaffUser
from kalends.engine.bookings.booking_status import BookingStatus
from kalends.engine.bookings.busy_times import UNITS, BusyTime
from kalends.engine.bookings.views import BookingWithSeats, SessionWithSeats
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.service import Service
from kalends.engine.customers.customer import Customer
from kalends.engine.query import Page
from kalends.web.door import Answer

_encoder = msgspec.json.Encoder()

NO_CONTENT = Answer(204)


def data(content: Any, status: int = 200) -> Answer:
    """An answer with this content."""
    return Answer(status, _encoder.encode({"data": content}))


def created(name: str, value: str) -> Answer:
    """The answer to a new object: its id under this name."""
    return data({name: value}, 201)


def page_of(name: str, page: Page[Any], write: Callable[[Any], Any]) -> Answer:
    """One page of a list under this name, with the number of all that match."""
    return data({name: [write(row) for row in page.rows], "total_items": page.total})


def render_login(
    staff_user: StaffUser, secret: str, expires_at: datetime, logged_in_at: datetime, context: RenderContext
) -> Answer:
    """The token of a user who has logged in, and until when it is good."""
    content = {"bearer_token": secret, "valid_to": local(expires_at, context.zone)}
    return data({**content, "user": user(context, logged_in_at)(staff_user)})


def render_customer_id(customer_id: int, context: RenderContext) -> Answer:
    """The customer who has logged in."""
    return data({"customer_id": context.opaque_ids.encode("customer", customer_id)})


def render_customer(row: Customer, context: RenderContext) -> Answer:
    """One customer."""
    return data(customer(context)(row))


def render_customers(page: Page[Customer], context: RenderContext) -> Answer:
    """One page of customers."""
    return page_of("customers", page, customer(context))


def render_languages(languages: Iterable[str]) -> Answer:
    """The languages in which there are texts."""
    rows = [{"language_id": language, "state": 1} for language in languages]
    return data({"languages": rows, "total_items": len(rows)})


def render_booking(row: BookingWithSeats, context: BookingContext) -> Answer:
    """One booking."""
    return data(bookings.booking(context)(row))


def render_bookings(page: Page[BookingWithSeats], context: BookingContext) -> Answer:
    """One page of bookings."""
    return page_of("bookings", page, bookings.booking(context))


def render_status(row: BookingStatus, context: RenderContext) -> Answer:
    """One booking status."""
    return data(bookings.status(context)(row))


def render_statuses(page: Page[BookingStatus], context: RenderContext) -> Answer:
    """One page of booking statuses."""
    return page_of("booking_statuses", page, bookings.status(context))


def render_ticket(row: Service, context: RenderContext) -> Answer:
    """One ticket."""
    return data(tickets.ticket(context)(row))


def render_tickets(page: Page[Service], context: RenderContext) -> Answer:
    """One page of tickets."""
    return page_of("booking_tickets", page, tickets.ticket(context))


def render_slots(page: Page[SessionWithSeats], context: RenderContext) -> Answer:
    """One page of time slots."""
    return page_of("time_slots", page, tickets.slot(context))


def render_property(row: CustomField, context: RenderContext) -> Answer:
    """One property of tickets."""
    return data(ticket_property(context)(row))


def render_properties(page: Page[CustomField], context: RenderContext) -> Answer:
    """One page of properties of tickets."""
    return page_of("booking_ticket_properties", page, ticket_property(context))


def render_busy_times(period: str, times: Iterable[BusyTime]) -> Answer:
    """How busy each unit of a period is."""
    return data({"time_unit": UNITS[period], "chart_data": [tickets.chart_point(time) for time in times]})

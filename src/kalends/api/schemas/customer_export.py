"""All that is known of a person, as it is handed out to them."""

from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from kalends.actions.customers.export import CustomerExport as ActionExport
from kalends.api.ids import BookingId, CustomerId, ItemId, MessageId, ResourceId, ServiceId, write_id, write_optional_id
from kalends.api.schemas.consent import Consent, shown_consent
from kalends.api.schemas.customers import Customer, shown_customer
from kalends.api.schemas.invoices import Invoice, shown_invoice
from kalends.api.schemas.lines import FROM
from kalends.api.schemas.refused_messages import RefusedMessages, shown_refused
from kalends.api.times import Moment, shown
from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.customers.case import CustomerCase
from kalends.engine.messages.message import OutboxMessage

Text = Annotated[str, Meta(examples=["Prefers mornings"])]
Kept = Annotated[dict[str, Any], Meta(description="What other doors keep with it, by door.", examples=[{}])]


class ExportedCase(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer is treated or served for over several bookings."""

    customer: CustomerId
    name: Annotated[str, Meta(examples=["Knee"])]
    notes: Text
    closed: bool
    issued_on: date | None
    expires_on: date | None
    details: Kept
    created_at: Moment


class ExportedBooking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking of the customer."""

    id: BookingId
    customer: CustomerId | None
    title: Text
    comments: Text
    consent: Consent | None
    details: Kept
    created_at: Moment


class ExportedItem(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """A time that was booked for the customer, or by them."""

    id: ItemId
    booking: BookingId
    state: Annotated[str, Meta(examples=["confirmed"])]
    status: Annotated[str | None, Meta(description="Attendance.", examples=["completed"])]
    from_: Annotated[Moment, Meta(description="Its start.")]
    to: Annotated[Moment, Meta(description="Its end, not included.")]
    service: ServiceId | None
    resource: ResourceId | None
    customer: CustomerId | None
    booked_by: CustomerId | None
    title: Text | None
    notes: Text | None
    cancellation_reason: Text | None
    custom: Annotated[dict[str, Any] | None, Meta(examples=[{}])]
    details: Kept
    created_at: Moment


class ExportedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message to the customer, or to the staff about their booking."""

    id: MessageId
    kind: Annotated[str, Meta(examples=["confirmation"])]
    channel: Annotated[str, Meta(examples=["email"])]
    audience: Annotated[str, Meta(examples=["customer"])]
    state: Annotated[str, Meta(examples=["sent"])]
    at: Annotated[Moment, Meta(description="When it was asked for.")]
    address: Annotated[str | None, Meta(examples=["kari@example.org"])]
    subject: Annotated[str | None, Meta(examples=["Your booking"])]
    body: Annotated[str | None, Meta(examples=["Welcome on Monday."])]


class CustomerExport(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a person."""

    customer: Customer
    details: Kept
    merged: Annotated[list[Customer], Meta(description="Doubles that were merged into the customer.")]
    login: Annotated[str | None, Meta(description="What the customer logs in by, if they do.", examples=["kari"])]
    cases: list[ExportedCase]
    bookings: list[ExportedBooking]
    items: Annotated[list[ExportedItem], Meta(description="In order of time.")]
    messages: list[ExportedMessage]
    refused_messages: list[RefusedMessages]
    invoices: list[Invoice]


def shown_export(export: ActionExport, tz: ZoneInfo) -> CustomerExport:
    """An export as it is answered; moments are in this zone."""
    return CustomerExport(
        customer=shown_customer(export.customer, tz),
        details=export.customer.details,
        merged=[shown_customer(customer, tz) for customer in export.merged],
        login=export.login,
        cases=[_case(case, tz) for case in export.cases],
        bookings=[_booking(booking, tz) for booking in export.bookings],
        items=[_item(item, tz) for item in export.items],
        messages=[_message(message, tz) for message in export.messages],
        refused_messages=[shown_refused(refusal, tz) for refusal in export.refusals],
        invoices=[shown_invoice(invoice, tz) for invoice in export.invoices],
    )


def export_file(export: ActionExport, tz: ZoneInfo) -> bytes:
    """An export as a file for the person, in the form in which it is answered."""
    return msgspec.json.format(msgspec.json.encode(shown_export(export, tz)), indent=2)


def _case(case: CustomerCase, tz: ZoneInfo) -> ExportedCase:
    return ExportedCase(
        customer=write_id("customer", case.customer_id),
        name=case.name,
        notes=case.notes,
        closed=case.closed,
        issued_on=case.issued_on,
        expires_on=case.expires_on,
        details=case.details,
        created_at=shown(case.created_at, tz),
    )


def _booking(booking: Booking, tz: ZoneInfo) -> ExportedBooking:
    return ExportedBooking(
        id=write_id("booking", booking.id),
        customer=write_optional_id("customer", booking.customer_id),
        title=booking.title,
        comments=booking.comments,
        consent=shown_consent(booking.consent, tz),
        details=booking.details,
        created_at=shown(booking.created_at, tz),
    )


def _item(item: Item, tz: ZoneInfo) -> ExportedItem:
    return ExportedItem(
        id=write_id("item", item.id),
        booking=write_id("booking", item.booking_id),
        state=item.state,
        status=item.status,
        from_=shown(item.starts_at, tz),
        to=shown(item.ends_at, tz),
        service=write_optional_id("service", item.service_id),
        resource=write_optional_id("resource", item.resource_id),
        customer=write_optional_id("customer", item.customer_id),
        booked_by=write_optional_id("customer", item.booked_by_customer_id),
        title=item.title,
        notes=item.notes,
        cancellation_reason=item.cancellation_reason,
        custom=item.custom,
        details=item.details,
        created_at=shown(item.created_at, tz),
    )


def _message(message: OutboxMessage, tz: ZoneInfo) -> ExportedMessage:
    return ExportedMessage(
        id=write_id("message", message.id),
        kind=message.template,
        channel=message.channel,
        audience=message.audience,
        state=message.state,
        at=shown(message.created_at, tz),
        address=message.address,
        subject=message.subject,
        body=message.body,
    )

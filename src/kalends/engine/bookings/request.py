"""A request for a booking and its lines. All lines are booked or none, unless the request says otherwise."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from kalends.engine.bookings.consent import Consent
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.extra import Extra
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Refusal
from kalends.engine.time.span import Span

TEMPLATES = ("verification", "confirmation", "notification", "modification", "decline", "cancellation")
CHANNELS = ("email", "sms")
EVERY_MESSAGE = tuple((template, channel) for template in TEMPLATES for channel in CHANNELS)

OnConflict = Literal["refuse", "skip", "nearest", "overlap"]


class MessageOverrides(msgspec.Struct, frozen=True):
    """Messages that the caller turns on or off, by (template, channel); the account's policy decides the others.

    `delay_seconds`: how long customers are not told, so that a change that is taken back meanwhile is not told at all;
    None leaves it to the author.
    """

    flags: Mapping[tuple[str, str], bool] = {}
    delay_seconds: int | None = None


BY_POLICY = MessageOverrides()
SILENT = MessageOverrides(dict.fromkeys(EVERY_MESSAGE, False))


class DateRange(msgspec.Struct, frozen=True):
    """First and last date between which a booking repeats, both included."""

    first: date
    last: date


class RequestedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One requested time of a resource, seats in a group session, or a time of any resource that serves a service.

    `session_id`: book seats; times, resource and service are the session's.
    `resource_id`: book this resource. With neither, a free resource that serves `service_id` is chosen.
    `site_id`: where the resource must be. `resource_kind`: what it must be, such as `person`.
    `preferred_ids`: of what is chosen, these resources before others, where they are free.
    `also_resource_ids`: book these as well. Kinds of resources that the service also needs and that are not among them
    are chosen.
    `ends_at`: None means that the line lasts as long as the service takes on the resource.
    `units`: None means the whole capacity of the resource.
    `customer_id`: who it is for, if not the customer of the booking, who has booked it then.
    `state`: None means that of the booking.
    `overlap_allowed`: book even if the time is taken.
    `remind`: True sets `reminder_at` by the account's policy, False does not; None leaves it to the policy.

    The other fields are copied to the item.
    """

    resource_id: int | None = None
    session_id: int | None = None
    service_id: int | None = None
    site_id: int | None = None
    resource_kind: str | None = None
    preferred_ids: tuple[int, ...] = ()
    also_resource_ids: tuple[int, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    units: int | None = 1
    extras: tuple[Extra, ...] = ()
    overlap_allowed: bool = False
    customer_id: int | None = None
    state: str | None = None
    booking_status_id: int | None = None
    booked_by_customer_id: int | None = None
    case_id: int | None = None
    status: str | None = None
    expires_at: datetime | None = None
    title: str | None = None
    notes: str | None = None
    external_id: str | None = None
    external_url: str | None = None
    external_host_url: str | None = None
    reminder_at: datetime | None = None
    reminded_at: datetime | None = None
    remind: bool | None = None
    paid_at: datetime | None = None
    paid_amount: Decimal | None = None
    coupon_id: int | None = None
    verification_code: str | None = None
    custom: Mapping[str, Any] | None = None
    details: Mapping[str, Any] = {}


class BookingRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request for one booking.

    `customer`: the customer's details, to match an existing customer or to create one.
    `public`: apply the rules for the public: opening hours, notice, horizon, steps, no overlap.
    `open_only`: of the rules for the public, apply the opening hours alone.
    `initiate`: begin with verification or confirmation if the account's policy requires it; of `state` only that it
    awaits confirmation counts then.
    `state`: confirmed, draft (takes no time), awaiting_confirmation (a hold without an end) or cancelled.
    `hold_until`: hold the times for somebody who is about to book them: they await confirmation, and lapse then.
    `booking_status_id`: a status that stands for `state`.
    `repeats`: the dates between which the client says that the booking repeats.
    `consent`: what the customer agreed to on the booking page.
    `on_conflict`: if a line can't be booked, `refuse` the whole request, `skip` the line, move it to the `nearest`
    free time, or `overlap`: book it over what takes a person's time, see engine/bookings/overlap.py.
    """

    lines: tuple[RequestedLine, ...]
    customer_id: int | None = None
    customer: CustomerPatch | None = None
    title: str = ""
    comments: str = ""
    state: str = "confirmed"
    booking_status_id: int | None = None
    hold_until: datetime | None = None
    initiate: bool = False
    public: bool = False
    open_only: bool = False
    repeats: DateRange | None = None
    details: Mapping[str, Any] = {}
    consent: Consent | None = None
    messages: MessageOverrides = BY_POLICY
    on_conflict: OnConflict = "refuse"


def with_customer_of_line(request: BookingRequest) -> BookingRequest:
    """The request; if it is for nobody and its one line is for a customer, for that customer."""
    if request.customer_id is not None or request.customer is not None or len(request.lines) != 1:
        return request
    return msgspec.structs.replace(request, customer_id=request.lines[0].customer_id)


class LineOutcome(msgspec.Struct, frozen=True):
    """Result of one requested line: `booked`, `moved` to the nearest free time, or `skipped` because of `refusal`."""

    outcome: Literal["booked", "moved", "skipped"]
    span: Span | None = None
    item_id: int | None = None
    refusal: Refusal | None = None


class Booked(BookingWithItems, frozen=True, kw_only=True):
    """A new booking, with the outcome of each line in the order of the request."""

    outcomes: tuple[LineOutcome, ...]

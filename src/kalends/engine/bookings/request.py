"""What a client asks to book: a booking with its lines, all of them or none unless the request says otherwise."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.extra import Extra
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Refusal
from kalends.engine.time.span import Span

TEMPLATES = ("verification", "confirmation", "notification", "modification", "decline", "cancellation")
CHANNELS = ("email", "sms")
EVERY_MESSAGE = tuple((template, channel) for template in TEMPLATES for channel in CHANNELS)

OnConflict = Literal["refuse", "skip", "nearest"]


class MessageOverrides(msgspec.Struct, frozen=True):
    """Which messages the caller asks for or forbids, by (template, channel); the account's policy decides the rest."""

    flags: Mapping[tuple[str, str], bool] = {}


BY_POLICY = MessageOverrides()


class DateRange(msgspec.Struct, frozen=True):
    """The dates between which a booking repeats, both included."""

    first: date
    last: date


class RequestedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One wanted time: of a resource, of seats in a group session, or of any resource that serves the service then.

    With `session_id` the session gives times, resource and service. Without it the line is on `resource_id`; without
    that, on a free resource that serves `service_id`, at `site_id` if one is named. `also_resource_ids` are taken with
    it; of the kinds that the service also needs, those that none of them is of are picked. Without `ends_at` it lasts
    as long as the service does on the resource. `units` None is the whole capacity of the resource. `overlap_allowed`
    books over others on purpose. `remind` sets `reminder_at` by the account's policy; None does if the policy says so.
    The other fields are the item's own.
    """

    resource_id: int | None = None
    session_id: int | None = None
    service_id: int | None = None
    site_id: int | None = None
    also_resource_ids: tuple[int, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    units: int | None = 1
    extras: tuple[Extra, ...] = ()
    overlap_allowed: bool = False
    booked_by_customer_id: int | None = None
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
    """A booking as it is asked for.

    `customer` says whom to match or make a customer from. `public` asks for the rules that
    bind the public: opening hours, notice, horizon, steps, no overlap. `initiate` starts with a verification or a
    confirmation where the account's policy wants one; otherwise `state` counts: confirmed, draft (takes no time),
    awaiting_confirmation (holds without end) or cancelled. `repeats` are the dates between which it was said to repeat.
    `on_conflict` says what becomes of lines that can't be had: `refuse` all, `skip` them, or take the `nearest` free
    time.
    """

    lines: tuple[RequestedLine, ...]
    customer_id: int | None = None
    customer: CustomerPatch | None = None
    title: str = ""
    comments: str = ""
    state: str = "confirmed"
    initiate: bool = False
    public: bool = False
    repeats: DateRange | None = None
    details: Mapping[str, Any] = {}
    messages: MessageOverrides = BY_POLICY
    on_conflict: OnConflict = "refuse"


class LineOutcome(msgspec.Struct, frozen=True):
    """What became of one requested line: `booked`, `moved` to the nearest free time, or `skipped` for a refusal."""

    outcome: Literal["booked", "moved", "skipped"]
    span: Span | None = None
    item_id: int | None = None
    refusal: Refusal | None = None


class Booked(BookingWithItems, frozen=True, kw_only=True):
    """A new booking, and what became of each line, in the order of the request."""

    outcomes: tuple[LineOutcome, ...]

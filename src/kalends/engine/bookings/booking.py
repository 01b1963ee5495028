"""Bookings and their items."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from kalends.engine.bookings.consent import Consent
from kalends.engine.catalog.extra import Extra


class Booking(msgspec.Struct, frozen=True):
    """A booking. Its times are in its items; `uid` is its id in APIs that use UUIDs.

    `booking_status_id`: what was set; what is shown also depends on its items, see booking_status.py.
    `consent`: what its customer agreed to on the booking page.
    """

    account_id: int
    id: int
    uid: str
    customer_id: int | None
    title: str
    comments: str
    recurrence: dict[str, Any] | None
    details: dict[str, Any]
    created_at: datetime
    created_by: str
    revision: int
    updated_at: datetime
    updated_by: str
    booking_status_id: int | None = None
    consent: Consent | None = None


class Item(msgspec.Struct, frozen=True):
    """One occupied time, or a number of seats in a session.

    `kind`: appointment, seat or block.
    `state`, `status`: see states.py; `status` is attendance.
    `booking_status_id`: the account's status that was set; see booking_status.py.
    `overlap_allowed`: it was booked although its time was taken.
    `cancelled_at`, `archived_at`: when it was cancelled, and when it was removed.
    `extras`: claimed, or charged, for the same time as the item.
    `also_resource_ids`: resources it takes besides `resource_id`, with the same buffers.
    `case_id`: the customer's case that it is part of.
    `revision`: number of changes so far.
    """

    account_id: int
    id: int
    booking_id: int
    kind: str
    state: str
    status: str | None
    service_id: int | None
    session_id: int | None
    resource_id: int | None
    site_id: int | None
    customer_id: int | None
    booked_by_customer_id: int | None
    starts_at: datetime
    ends_at: datetime
    units: int
    expires_at: datetime | None
    overlap_allowed: bool
    title: str | None
    notes: str | None
    external_id: str | None
    external_url: str | None
    external_host_url: str | None
    reminder_at: datetime | None
    reminded_at: datetime | None
    paid_at: datetime | None
    paid_amount: Decimal | None
    coupon_id: int | None
    verification_method: str | None
    verification_code: str | None
    cancelled_at: datetime | None
    cancellation_reason: str | None
    archived_at: datetime | None
    custom: dict[str, Any] | None
    extras: tuple[Extra, ...]
    details: dict[str, Any]
    revision: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    also_resource_ids: tuple[int, ...] = ()
    case_id: int | None = None
    booking_status_id: int | None = None

"""Patches of items, bookings and group sessions. A field that is UNSET stays as it is."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.bookings.overlap import IfTaken
from kalends.engine.catalog.extra import Extra
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.patch import Patch
from kalends.engine.time.span import Span

Scope = Literal["this", "following", "all"]
"""What a change of an item applies to: the item, it and the later ones of its booking, or all items of its booking."""

LINES = ("title", "external_id", "verification_code")
TEXTS = ("notes", "external_url", "external_host_url")
"""The texts of an item and of a requested line: those of one line, and others."""


class ItemPatch(Patch, frozen=True, kw_only=True):
    """Changes of one item. Nulls for required fields are ignored, and times, resource and service of a seat.

    `starts_at` without `ends_at` keeps the length on the wall clock.
    `overlap_allowed`: move it even if the new time is taken.
    `if_taken`: what becomes of it if the new time is taken, see engine/bookings/overlap.py.
    `site_id`: where its resource must be. `resource_kind`: what a new resource must be, such as `person`.
    `remind`: set `reminder_at` by the account's policy.
    """

    starts_at: datetime | UnsetType | None = UNSET
    ends_at: datetime | UnsetType | None = UNSET
    service_id: int | UnsetType | None = UNSET
    session_id: int | UnsetType | None = UNSET
    resource_id: int | UnsetType | None = UNSET
    also_resource_ids: tuple[int, ...] | UnsetType = UNSET
    units: int | UnsetType | None = UNSET
    extras: tuple[Extra, ...] | UnsetType = UNSET
    customer_id: int | UnsetType | None = UNSET
    customer: CustomerPatch | UnsetType = UNSET
    booked_by_customer_id: int | UnsetType | None = UNSET
    case_id: int | UnsetType | None = UNSET
    status: str | UnsetType | None = UNSET
    expires_at: datetime | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET
    external_id: str | UnsetType | None = UNSET
    external_url: str | UnsetType | None = UNSET
    external_host_url: str | UnsetType | None = UNSET
    reminder_at: datetime | UnsetType | None = UNSET
    reminded_at: datetime | UnsetType | None = UNSET
    paid_at: datetime | UnsetType | None = UNSET
    paid_amount: Decimal | UnsetType | None = UNSET
    coupon_id: int | UnsetType | None = UNSET
    cancellation_reason: str | UnsetType | None = UNSET
    verification_code: str | UnsetType | None = UNSET
    custom: Mapping[str, Any] | UnsetType | None = UNSET
    details: Mapping[str, Any] | UnsetType = UNSET
    overlap_allowed: bool = False
    if_taken: IfTaken = "refuse"
    site_id: int | UnsetType | None = UNSET
    resource_kind: str | None = None
    remind: bool = False


class RequestedResource(msgspec.Struct, frozen=True):
    """A resource that is booked as a whole at each time of a booking, with its extras.

    In a patch no extras means that the present ones stay.
    """

    resource_id: int
    extras: tuple[Extra, ...] = ()


class NewTimes(msgspec.Struct, frozen=True, kw_only=True):
    """New dates and hours for the times of a booking; see `retime`.

    Both dates are included. Minutes count from midnight on the wall clock of each resource's site; 1440 is the end of
    the day.
    """

    first: date | UnsetType = UNSET
    last: date | UnsetType = UNSET
    from_minute: int | UnsetType = UNSET
    until_minute: int | UnsetType = UNSET


class BookingPatch(Patch, frozen=True, kw_only=True):
    """Changes of a booking as a whole. They apply to its drafts and active items; if there are none, to all items.

    `resources` and `times`: every resource is booked at every time.
    `state` and `status`: of all items.
    `booking_status_id`: of the booking and all items; `state` is the one that it stands for.
    `repeats`: whether the booking is shown as repeating.
    """

    title: str | UnsetType = UNSET
    comments: str | UnsetType = UNSET
    state: str | UnsetType = UNSET
    status: str | UnsetType | None = UNSET
    booking_status_id: int | UnsetType | None = UNSET
    customer_id: int | UnsetType | None = UNSET
    customer: CustomerPatch | UnsetType = UNSET
    resources: tuple[RequestedResource, ...] | UnsetType = UNSET
    times: tuple[Span, ...] | NewTimes | UnsetType = UNSET
    repeats: bool | UnsetType = UNSET
    details: Mapping[str, Any] | UnsetType = UNSET


class SessionPatch(Patch, frozen=True, kw_only=True):
    """Fields of a new group session, or changes of one. `starts_at` without `ends_at` keeps the length on the
    wall clock. `site_id` is where its resource must be, `resource_kind` what a new one must be, such as `person`.

    Defaults of a new one: `ends_at` by the duration of its service, `title` of its service, `capacity` by the
    `session_capacity` of its service, else of its resource, else 1.
    """

    service_id: int | UnsetType | None = UNSET
    resource_id: int | UnsetType | None = UNSET
    site_id: int | UnsetType | None = UNSET
    resource_kind: str | UnsetType = UNSET
    also_resource_ids: tuple[int, ...] | UnsetType = UNSET
    title: str | UnsetType | None = UNSET
    notes: str | UnsetType | None = UNSET
    starts_at: datetime | UnsetType | None = UNSET
    ends_at: datetime | UnsetType | None = UNSET
    capacity: int | UnsetType | None = UNSET
    external_id: str | UnsetType | None = UNSET
    custom: Mapping[str, Any] | UnsetType | None = UNSET
    details: Mapping[str, Any] | UnsetType = UNSET
    archived_at: datetime | UnsetType | None = UNSET

"""What is to become of items and bookings that are there: a field that is not set is left as it is."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.catalog.extra import Extra
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.patch import Patch
from kalends.engine.time.span import Span

Scope = Literal["this", "following", "all"]
"""What a change of an item is meant for: it alone, it and the later items of its booking, or all of them."""


class ItemPatch(Patch, frozen=True, kw_only=True):
    """Changes of one item. Without `ends_at` an item that is moved keeps its length; null leaves what it can't lack.

    A seat's times, resource and service are its session's and stay as they are. `overlap_allowed` moves it over others
    on purpose; `remind` sets `reminder_at` where the account's policy puts it.
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
    verification_code: str | UnsetType | None = UNSET
    custom: Mapping[str, Any] | UnsetType | None = UNSET
    details: Mapping[str, Any] | UnsetType = UNSET
    overlap_allowed: bool = False
    remind: bool = False


class RequestedResource(msgspec.Struct, frozen=True):
    """A resource, or a part of one, that is wanted whole at each time of a booking, and what is to go with it there.

    In a patch one without extras keeps those that are there.
    """

    resource_id: int
    extras: tuple[Extra, ...] = ()


class NewTimes(msgspec.Struct, frozen=True, kw_only=True):
    """Dates and hours of the day to be given to the times that a booking has; see `retime`.

    Dates are both included, minutes are of the wall clock of `zone`, 1440 is the end of the day.
    """

    zone: ZoneInfo
    first: date | UnsetType = UNSET
    last: date | UnsetType = UNSET
    from_minute: int | UnsetType = UNSET
    until_minute: int | UnsetType = UNSET


class BookingPatch(Patch, frozen=True, kw_only=True):
    """Changes of a booking as a whole, for those of its items that are not over.

    `resources` and `times` say where and when all its items are to be; `state` and `status` what all of them are to
    become.
    """

    title: str | UnsetType = UNSET
    comments: str | UnsetType = UNSET
    state: str | UnsetType = UNSET
    status: str | UnsetType | None = UNSET
    customer_id: int | UnsetType | None = UNSET
    customer: CustomerPatch | UnsetType = UNSET
    resources: tuple[RequestedResource, ...] | UnsetType = UNSET
    times: tuple[Span, ...] | NewTimes | UnsetType = UNSET
    repeats: bool | UnsetType = UNSET
    details: Mapping[str, Any] | UnsetType = UNSET


class SessionPatch(Patch, frozen=True, kw_only=True):
    """Changes of a group session, or all that is said of a new one. Without `ends_at` one that is moved keeps its
    length.

    A new one without `ends_at` lasts as long as its service, without `title` is called like it, and without `capacity`
    has as many seats as its resource has units, else one.
    """

    service_id: int | UnsetType | None = UNSET
    resource_id: int | UnsetType | None = UNSET
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

"""What lists are asked for, and what they answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec

from kalends.engine.booking import Booking, Item
from kalends.engine.catalogue import GroupSession, Resource, Service
from kalends.engine.people import Customer
from kalends.engine.span import Span

T = TypeVar("T")
Ids = tuple[int, ...] | None


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of rows, and how many there are in all."""

    rows: list[T]
    total: int


class ItemQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which items, chronological, the newest or the latest changed first. None asks nothing; `listing` is `active`,
    `upcoming`, `unconfirmed`, `all`, `visible` or `no_status`.

    `states` replaces the listing's own choice of states. Source: MakePlans reference, Listing and Query Parameters.
    """

    listing: str = "active"
    service_ids: Ids = None
    session_ids: Ids = None
    resource_ids: Ids = None
    customer_ids: Ids = None
    of_customer_id: int | None = None  # for this customer, or booked by them
    external_id: str | None = None
    starts_after: datetime | None = None
    ends_before: datetime | None = None
    updated_after: datetime | None = None
    uid: str | None = None
    states: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None
    newest_first: bool = False
    latest_change_first: bool = False
    limit: int = 750
    offset: int = 0


class ItemView(msgspec.Struct, frozen=True):
    """An item with what it refers to; `siblings` counts the items of its booking, `recurs` says it is a series."""

    item: Item
    booking_uid: str
    siblings: int
    customer: Customer | None = None
    resource: Resource | None = None
    service: Service | None = None
    session: GroupSession | None = None
    recurs: bool = False

    @property
    def site_id(self) -> int | None:
        """Where it is: at the site of its resource, else at its own; None is nowhere in particular."""
        return self.resource.site_id if self.resource else self.item.site_id


class BookingWithItems(msgspec.Struct, frozen=True):
    """A booking with its items in the order of their times, those that are deleted left out."""

    booking: Booking
    customer: Customer | None
    items: tuple[ItemView, ...]


class BookingQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which bookings, in the order of their ids, and which of their items: those that overlap `window`.

    `resource_ids` means these resources and all their parts. `from_minute` and `until_minute` ask for items that
    overlap that part of the day, wall time, on one of their days. `states` None is any but deleted.
    """

    resource_ids: Ids = None
    window: Span | None = None
    from_minute: int | None = None
    until_minute: int | None = None
    states: tuple[str, ...] | None = None
    limit: int | None = None
    offset: int = 0


class Outcome(msgspec.Struct, frozen=True):
    """What became of one occurrence of a series: `outcome` is pending, made, refused, withdrawn or failed."""

    starts_at: datetime
    ends_at: datetime
    outcome: str
    item_id: int | None = None
    refusal: Mapping[str, Any] | None = None


class ExceptionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which days a resource is open otherwise, `first` and `last` included; `service_id`: for that service alone."""

    resource_id: int
    service_id: int | None = None
    first: date | None = None
    last: date | None = None
    limit: int = 50
    offset: int = 0


class CustomerQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which customers; `search` looks in names, email, phone and national id."""

    ids: Ids = None
    search: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    external_id: str | None = None
    national_id: str | None = None
    date_of_birth: date | None = None
    updated_after: datetime | None = None
    parent_ids: Ids = None
    with_deleted: bool = False
    limit: int = 50
    offset: int = 0


class SessionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions, chronological, the newest or the latest changed first.

    `ends_after` with `starts_before` asks for all that overlap the time between. `series` is an uuid.
    """

    ids: Ids = None
    without_ids: Ids = None
    service_ids: Ids = None
    resource_ids: Ids = None
    series: str | None = None
    starts_after: datetime | None = None
    starts_before: datetime | None = None
    ends_after: datetime | None = None
    ends_before: datetime | None = None
    updated_after: datetime | None = None
    with_deleted: bool = False
    with_archived: bool = True
    newest_first: bool = False
    latest_change_first: bool = False
    limit: int = 50
    offset: int = 0

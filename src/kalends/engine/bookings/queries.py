"""Filters, order and page of lists of items, bookings and group sessions. A filter that is None is not applied."""

from datetime import date, datetime

import msgspec

from kalends.engine.query import Filter, Ids, Query


class Follower(msgspec.Struct, frozen=True):
    """A system that keeps its own copy of the bookings: the id of its key, and the actor as the journal has it."""

    token_id: int
    actor: str


class FollowQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which items a system that keeps its own copy of the bookings wants: those of `query` that also have this
    reservation number, that it needs to be told of, and that were changed since a time.

    `name` tells lists of different filters apart; "" is one without filters.
    """

    query: "ItemQuery"
    number: str | None = None
    only_unsynced: bool = False
    since: datetime | None = None
    name: str = ""


class ItemQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which items to list: in order of time, the newest first, or the latest changed first.

    `listing`: active, upcoming, unconfirmed, all, visible or no_status.
    `states` replaces the states that `listing` selects.
    `of_customer_id`: booked for or by this customer.
    `with_resource`: whether they are on one resource; blocks of whole sites are not.
    `also_resource_ids`: that take one of these besides their own. `with_resource_ids`: that take place with one of
    these, as their own, besides it, or as what their session takes.

    Source: MakePlans reference, Listing and Query Parameters.
    """

    listing: str = "active"
    ids: Ids = None
    kinds: tuple[str, ...] | None = None
    site_id: int | None = None
    with_resource: bool | None = None
    service_ids: Ids = None
    session_ids: Ids = None
    resource_ids: Ids = None
    also_resource_ids: Ids = None
    with_resource_ids: frozenset[int] | None = None
    customer_ids: Ids = None
    of_customer_id: int | None = None
    customer_email: str | None = None
    external_id: str | None = None
    starts_after: datetime | None = None
    starts_before: datetime | None = None
    ends_after: datetime | None = None
    ends_before: datetime | None = None
    updated_after: datetime | None = None
    uid: str | None = None
    states: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None
    without_status: str | None = None
    unsynced_by: Follower | None = None
    newest_first: bool = False
    latest_change_first: bool = False
    limit: int = 750
    offset: int = 0


class BookingQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which bookings to list, in order of their ids. A booking is listed with those of its items that match.

    `resource_ids`: at these resources or their parts.
    `first`, `last`: items on these days or on one between them.
    `from_minute`, `until_minute`: items that overlap these hours, in wall minutes from midnight, on one of their days.
    `states`: None is any but deleted.

    Days and minutes are those of the clock of the site where the item's resource is.
    """

    resource_ids: Ids = None
    first: date | None = None
    last: date | None = None
    from_minute: int | None = None
    until_minute: int | None = None
    states: tuple[str, ...] | None = None
    limit: int | None = None
    offset: int = 0


class BookingSearch(msgspec.Struct, frozen=True):
    """A page of the bookings that match a query, and have an item that matches all of the filters `items`."""

    query: Query
    items: tuple[Filter, ...] = ()


class SessionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions to list: in order of time, the newest first, or the latest changed first.

    `ends_after` together with `starts_before` selects all that overlap the time between. `series` is a UUID.
    `with_resource_ids`: that take place with one of these, as their own or besides it.
    """

    ids: Ids = None
    without_ids: Ids = None
    service_ids: Ids = None
    resource_ids: Ids = None
    with_resource_ids: frozenset[int] | None = None
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

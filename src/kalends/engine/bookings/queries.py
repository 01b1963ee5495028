"""Filters, order and page of lists of items, bookings and group sessions. A filter that is None is not applied."""

from datetime import date, datetime

import msgspec

from kalends.engine.query import Ids


class ItemQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which items to list: in order of time, the newest first, or the latest changed first.

    `listing`: active, upcoming, unconfirmed, all, visible or no_status.
    `states` replaces the states that `listing` selects.
    `of_customer_id`: booked for or by this customer.

    Source: MakePlans reference, Listing and Query Parameters.
    """

    listing: str = "active"
    service_ids: Ids = None
    session_ids: Ids = None
    resource_ids: Ids = None
    customer_ids: Ids = None
    of_customer_id: int | None = None
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


class SessionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions to list: in order of time, the newest first, or the latest changed first.

    `ends_after` together with `starts_before` selects all that overlap the time between. `series` is a UUID.
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

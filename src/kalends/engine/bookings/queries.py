"""What lists of items, bookings and group sessions are asked for."""

from datetime import datetime

import msgspec

from kalends.engine.query import Ids
from kalends.engine.time.span import Span


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

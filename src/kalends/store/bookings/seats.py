"""Reads bookings with their seats in group sessions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking
from kalends.engine.query import OffsetPage, Query
from kalends.store.bookings.items import AT_SITES
from kalends.store.db import Db
from kalends.store.query import Column, compile_query
from kalends.store.rows import columns, reader


class SeatScope(msgspec.Struct, frozen=True):
    """Which seats a caller may see, and how states are shown.

    At these sites or at none, of this customer or booked by them; None is any. `usual_status_ids` are the statuses to
    show for confirmed, awaiting_confirmation and cancelled where none was set that stands for the state.
    """

    account_id: int
    now: datetime
    site_ids: Collection[int] | None
    customer_id: int | None
    usual_status_ids: Sequence[int | None]


class FoundBooking(msgspec.Struct, frozen=True):
    """A booking, what its seats come to (see engine.bookings.views.BookingWithSeats), and their ids."""

    booking: Booking
    state: str
    status_id: int | None
    changed_at: datetime
    seat_ids: Sequence[int]


_COLUMNS: Mapping[str, Column] = {
    "id": Column("b.id", int),
    "customer_id": Column("b.customer_id", int),
    "seats": Column("s.seats", int),
    "booking_status_id": Column("status_id", int),
    "details": Column("b.details", dict),
    "created_at": Column("b.created_at", datetime),
    "changed_at": Column("greatest(b.updated_at, s.updated_at)", datetime),
    "is_over": Column("s.rank > 1", bool),
}
"""Fields by which bookings are filtered and sorted."""
_OF_SEATS = {"seats", "booking_status_id", "changed_at", "is_over"}
_BOOKING = columns(Booking, "b")
_GIVEN = """
    from (select $2::timestamptz as now, $3::bigint[] as site_ids, $4::bigint as customer_id, $5::bigint[] as usual,
        $6::bigint as booking_id, $7::boolean as with_deleted) given
    cross join booking b"""
_MAY_SEE = f"""
    i.account_id = $1 and i.booking_id = b.id and i.kind = 'seat'
        and (given.customer_id is null or given.customer_id in (i.customer_id, i.booked_by_customer_id))
        and (given.site_ids is null or {AT_SITES.format("given.site_ids")})"""
# The rank is the place of the booking's state among BY_PROMINENCE.
_SEATS = f"""
    cross join lateral (
        select count(*) filter (where i.state <> 'deleted') as seats,
            array_agg(i.id order by i.starts_at, i.id) filter (where i.state <> 'deleted') as ids,
            array_agg(i.id order by i.starts_at, i.id) as all_ids, max(i.updated_at) as updated_at,
            coalesce(min(case when i.expires_at <= given.now then 2 when i.state = 'confirmed' then 0
                when i.state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation') then 1
                else 2 end) filter (where i.state <> 'deleted'), 3) as rank
        from item i where {_MAY_SEE}
    ) s
    left join booking_status own on own.account_id = $1 and own.id = b.booking_status_id
    cross join lateral (
        select (array['confirmed', 'awaiting_confirmation', 'cancelled', 'deleted'])[s.rank + 1] as state) shown
    cross join lateral (
        select case when own.state = shown.state then own.id
            else given.usual[least(s.rank, 2) + 1] end as status_id) named
    where b.account_id = $1 and (given.booking_id is null or b.id = given.booking_id)
        and (s.seats > 0 or (given.with_deleted and s.all_ids is not null))"""
_HAS_SEATS = f"""
    where b.account_id = $1 and (given.booking_id is null or b.id = given.booking_id)
        and (given.usual is null or given.now is null or true)
        and exists (select from item i where {_MAY_SEE} and (i.state <> 'deleted' or given.with_deleted))"""
# Follows from the rest, and is found by an index that has only seats.
_HAVE_SEATS = " and b.id in (select booking_id from item where account_id = $1 and kind = 'seat')"
# Follows from what a customer may see, and is found by an index.
_OF_CUSTOMER = """ and b.id in (
    select booking_id from item where account_id = $1 and customer_id = $4
    union select booking_id from item where account_id = $1 and booked_by_customer_id = $4)"""
_FOUND = f"{_BOOKING}, shown.state, status_id, greatest(b.updated_at, s.updated_at), coalesce(s.ids, s.all_ids)"


async def find_booking_with_seats(db: Db, scope: SeatScope, booking_id: int) -> FoundBooking | None:
    """A booking of which the caller may see a seat, or None; if all its seats are deleted, with these."""
    rows = await db.fetch(f"select {_FOUND} {_GIVEN} {_SEATS}", *_arguments(scope, booking_id))
    return _found(rows[0]) if rows else None


async def list_bookings_with_seats(db: Db, scope: SeatScope, query: Query) -> tuple[list[FoundBooking], int]:
    """A page of the bookings of which the caller may see a seat that is not deleted, and the number of all.

    Fields of the query: id, customer_id, seats (their number), booking_status_id (the one to show), details.DOOR.NAME,
    created_at, changed_at, is_over. Raises Invalid(FIELD: unsupported, invalid).
    """
    assert isinstance(query.page, OffsetPage)
    compiled = compile_query(_COLUMNS, query, _arguments(scope, None), "b.id")
    where = f"{_HAVE_SEATS if scope.customer_id is None else _OF_CUSTOMER} and {compiled.where}"
    statement = f"select {_FOUND} {_GIVEN} {_SEATS} {where} order by {compiled.order} {compiled.page}"
    rows = await db.fetch(statement, *compiled.values)
    found = [_found(row) for row in rows]
    if 0 < len(rows) < query.page.limit or (not rows and not query.page.offset):  # the last page tells the number
        return found, query.page.offset + len(rows)
    needs_seats = any(condition.field in _OF_SEATS for condition in query.filters)
    counted = _SEATS if needs_seats else _HAS_SEATS
    statement = f"select count(*) {_GIVEN} {counted} {where}"
    total = await db.fetchval(statement, *compiled.values[: compiled.counted])
    return found, total


def _arguments(scope: SeatScope, booking_id: int | None) -> list[Any]:
    return [
        scope.account_id,
        scope.now,
        scope.site_ids,
        scope.customer_id,
        list(scope.usual_status_ids),
        booking_id,
        booking_id is not None,
    ]


_WIDTH = len(Booking.__struct_fields__)


def _found(row: Any) -> FoundBooking:
    return FoundBooking(reader(Booking)(row), *row[_WIDTH : _WIDTH + 4])

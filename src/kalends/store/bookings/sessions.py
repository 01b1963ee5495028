"""Reads group sessions, and how many of their seats are taken. `commit` writes them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.bookings.views import SessionWithSeats
from kalends.engine.query import Query
from kalends.store.bookings.items import RESOURCE_AT_SITES
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column
from kalends.store.rows import columns, reader

_SESSION = columns(GroupSession)
_MATCHES = """
    account_id = $1
    and ($2::bigint[] is null or id = any ($2))
    and ($3::bigint[] is null or service_id = any ($3))
    and ($4::bigint[] is null or resource_id = any ($4))
    and ($5::timestamptz is null or starts_at >= $5)
    and ($6::timestamptz is null or starts_at < $6)
    and ($7::timestamptz is null or ends_at > $7)
    and ($8::timestamptz is null or ends_at <= $8)
    and ($9::timestamptz is null or updated_at > $9)
    and ($10::bigint[] is null or id <> all ($10))
    and ($11::uuid is null or series = $11)
    and (deleted_at is null or $12)
    and (archived_at is null or $13)
    and ($14::bigint[] is null or resource_id = any ($14) or also_resource_ids && $14)
    """
_AT_SITES = f"""
    ({{0}}::bigint[] is null or resource_id is null or {RESOURCE_AT_SITES.format("{0}", "resource_id")})"""


class SessionScope(msgspec.Struct, frozen=True):
    """Which sessions a caller lists: at these sites or at none, with a seat of this customer; None is any.

    `time_zone` is that of the account, and of sessions at no site.
    """

    account_id: int
    now: datetime
    time_zone: str
    site_ids: Collection[int] | None = None
    of_customer_id: int | None = None


async def find_session(
    db: Db, account_id: int, session_id: int, site_ids: Collection[int] | None = None
) -> GroupSession | None:
    """A session, deleted ones included, at a resource of these sites (None: any) or without a resource; or None."""
    statement = f"select {_SESSION} from group_session where account_id = $1 and id = $2 and {_AT_SITES.format('$3')}"
    row = await db.fetchrow(statement, account_id, session_id, site_ids)
    return None if row is None else reader(GroupSession)(row)


async def list_sessions(
    db: Db, account_id: int, query: SessionQuery, site_ids: Collection[int] | None = None
) -> tuple[list[GroupSession], int]:
    """A page of the sessions that match, at these sites (None: any) or without a resource, and the number of all."""
    condition, values = f"{_MATCHES} and {_AT_SITES.format('$15')}", (account_id, *_values(query), site_ids)
    rows = await db.fetch(
        f"""
        select {_SESSION} from group_session where {condition}
        order by case when $16 then updated_at when $17 then starts_at end desc,
            case when $16 or $17 then id end desc, starts_at, id
        limit $18 offset $19
        """,
        *values,
        query.latest_change_first,
        query.newest_first,
        query.limit,
        query.offset,
    )
    total = await db.fetchval(f"select count(*) from group_session where {condition}", *values)
    return list(map(reader(GroupSession), rows)), total


_SLOTS: Mapping[str, Column] = {
    "id": Column("t.id", int),
    "service_id": Column("t.service_id", int),
    "starts_at": Column("t.starts_at", datetime),
    "ends_at": Column("t.ends_at", datetime),
    "starts_on_wall": Column("t.starts_at at time zone site_zone.name at time zone $5", datetime),
    "ends_on_wall": Column("t.ends_at at time zone site_zone.name at time zone $5", datetime),
    "capacity": Column("t.capacity", int),
    "free": Column("case when t.archived_at is null then greatest(t.capacity - taken.units, 0) else 0 end", int),
    "is_archived": Column("t.archived_at is not null", bool),
    "updated_at": Column("t.updated_at", datetime),
}
"""Fields by which sessions with their seats are filtered and sorted. Those on the wall are the moments at which the
account's clocks show what those at the session's site show then: they are compared with wall times read in its zone."""
_WITH_SEATS = f"""
    from group_session t
    cross join lateral (
        select coalesce(sum(i.units), 0)::bigint as units from item i
        where i.account_id = $1 and i.session_id = t.id and (i.expires_at is null or i.expires_at > $2) and i.state in (
            'awaiting_verification', 'awaiting_payment', 'awaiting_confirmation', 'confirmed')) taken
    cross join lateral (
        select coalesce((
            select s.time_zone from resource r join site s on s.account_id = $1 and s.id = r.site_id
            where r.account_id = $1 and r.id = t.resource_id), $5::text) as name) site_zone
    where t.account_id = $1 and t.deleted_at is null and {_AT_SITES.format("$3")} and ($4::bigint is null or exists (
        select from item i where i.account_id = $1 and i.session_id = t.id and i.customer_id = $4
            and i.state <> 'deleted'))"""


async def list_sessions_with_seats(db: Db, scope: SessionScope, query: Query) -> tuple[list[SessionWithSeats], int]:
    """A page of the sessions in a scope, archived ones included, with their seats, and the number of all.

    Fields of the query: id, service_id, starts_at, ends_at, starts_on_wall, ends_on_wall, capacity, free, is_archived,
    updated_at. Raises as `fetch_page`.
    """
    fixed = (scope.account_id, scope.now, scope.site_ids, scope.of_customer_id, scope.time_zone)
    sessions, total = await fetch_page(db, GroupSession, _SLOTS, query, _WITH_SEATS, *fixed)
    taken = await seats_taken(db, scope.account_id, [session.id for session in sessions], scope.now)
    return [SessionWithSeats(session, taken[session.id]) for session in sessions], total


async def seats_taken(
    db: Db, account_id: int, session_ids: Sequence[int], now: datetime, without: Collection[int] = ()
) -> dict[int, int]:
    """The number of seats taken, by session id; neither a hold that ends by `now` nor the items `without` take any."""
    rows = await db.fetch(
        """
        select session_id, sum(units) from item
        where account_id = $1 and session_id = any ($2) and (expires_at is null or expires_at > $3) and state in (
            'awaiting_verification', 'awaiting_payment', 'awaiting_confirmation', 'confirmed') and id <> all ($4)
        group by session_id
        """,
        account_id,
        session_ids,
        now,
        list(without),
    )
    return dict.fromkeys(session_ids, 0) | {session_id: int(units) for session_id, units in rows}


async def customers_in(
    db: Db, account_id: int, session_ids: Sequence[int], now: datetime
) -> dict[int, tuple[int, ...]]:
    """The customers who have seats, by session id, in order of booking; a hold that ends by `now` is none."""
    rows = await db.fetch(
        """
        select session_id, array_agg(customer_id order by id) from item
        where account_id = $1 and session_id = any ($2) and customer_id is not null and is_active(state)
            and (expires_at is null or expires_at > $3)
        group by session_id
        """,
        account_id,
        session_ids,
        now,
    )
    return {session_id: tuple(dict.fromkeys(customer_ids)) for session_id, customer_ids in rows}


def _values(query: SessionQuery) -> tuple[Any, ...]:
    return (
        query.ids,
        query.service_ids,
        query.resource_ids,
        query.starts_after,
        query.starts_before,
        query.ends_after,
        query.ends_before,
        query.updated_after,
        query.without_ids,
        query.series,
        query.with_deleted,
        query.with_archived,
        query.with_resource_ids,
    )

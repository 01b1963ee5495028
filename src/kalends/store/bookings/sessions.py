"""Reads group sessions, and how many of their seats are taken. `commit` writes them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import SessionQuery
from kalends.store.bookings.items import RESOURCE_AT_SITES
from kalends.store.db import Db
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
    """
_AT_SITES = f"""
    ({{0}}::bigint[] is null or resource_id is null or {RESOURCE_AT_SITES.format("{0}", "resource_id")})"""


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
    condition, values = f"{_MATCHES} and {_AT_SITES.format('$14')}", (account_id, *_values(query), site_ids)
    rows = await db.fetch(
        f"""
        select {_SESSION} from group_session where {condition}
        order by case when $15 then updated_at when $16 then starts_at end desc,
            case when $15 or $16 then id end desc, starts_at, id
        limit $17 offset $18
        """,
        *values,
        query.latest_change_first,
        query.newest_first,
        query.limit,
        query.offset,
    )
    total = await db.fetchval(f"select count(*) from group_session where {condition}", *values)
    return list(map(reader(GroupSession), rows)), total


async def seats_taken(db: Db, account_id: int, session_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """The number of seats taken, by session id; a hold that ends by `now` takes none."""
    rows = await db.fetch(
        """
        select session_id, sum(units) from item
        where account_id = $1 and session_id = any ($2) and (expires_at is null or expires_at > $3) and state in (
            'awaiting_verification', 'awaiting_payment', 'awaiting_confirmation', 'confirmed')
        group by session_id
        """,
        account_id,
        session_ids,
        now,
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
    )

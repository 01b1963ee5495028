"""What must be true of the stored data, asked in statements that each find the exceptions to one law, in all accounts.

Every statement answers rows of (account_id, kind, subject_id, detail), and is read as a stream: it may be asked of
millions of rows, and of a broken database may find as many.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from kalends.engine.booking import ACTIVE, HOLDING
from kalends.store.db import Db, transaction
from kalends.store.laws import LAST_CAPACITY, LAWS

_PATIENCE = timedelta(hours=6).total_seconds()
_OVERDUE = timedelta(hours=1)

# The law of store/schema.sql, guard_check, swept at once over all claims that end after a moment. A share is a division
# here, hence the margin, far below the share of one unit of the largest capacity; of no capacity any unit is more than
# the whole. What was forced is nobody's mistake and counts for nothing.
_OVERFULL = f"""
    with part as (
        select r.account_id, r.id, r.path, coalesce($4, {LAST_CAPACITY.format("r", "any (r.path)")}) as since
        from resource r
        where ($2::bigint is null or r.account_id = $2) and ($3::bigint is null or r.root_id = $3)
            and not exists (select from resource c where c.account_id = r.account_id and c.parent_id = r.id)
    ), node as materialized (
        select part.account_id, part.id, part.since, r.id as node_id, case when exists (
            select from resource none
            where none.account_id = r.account_id and none.id = any (r.path) and none.capacity = 0
        ) then 0.5 else r.capacity end as capacity
        from part join resource r on r.account_id = part.account_id and r.id = any (part.path)
    ), share as (
        select node.account_id, node.id, c.span, c.units::numeric(40, 20) / node.capacity as share
        from node
        join claim c on c.account_id = node.account_id and c.resource_id = node.node_id and upper(c.span) > node.since
        left join item i on i.account_id = c.account_id and i.id = c.item_id
        where i.forced is not true and (c.session_id is null or not exists (
            select from journal j where j.account_id = c.account_id and j.kind = 'session'
                and j.subject_id = c.session_id and j.what = any ($1)))
    ), level as (
        select account_id, id, at, sum(change) over (partition by account_id, id order by at, change) as held
        from share cross join lateral (values (lower(span), share), (upper(span), -share)) as event (at, change)
    )
    select account_id, 'resource', id, min(at)::text from level where held > 1.000000000001 group by account_id, id
    """

_LAWS: dict[str, str] = {
    "unclaimed": """
        select i.account_id, 'item', i.id, i.state from item i
        where i.state = any ($1) and i.kind <> 'seat' and i.resource_id is not null and not exists (
            select from claim c join resource r on r.account_id = c.account_id and r.id = c.resource_id
            where c.account_id = i.account_id and c.item_id = i.id and c.resource_id = i.resource_id
                and c.span @> tstzrange(i.starts_at, i.ends_at) and c.expires_at is not distinct from i.expires_at
                and c.units = case when i.kind = 'block' then greatest(r.capacity, 1) else i.units end)
        union all
        select i.account_id, 'item', i.id, i.state from item i
        cross join jsonb_to_recordset(i.extras) as e (resource_id bigint, units integer)
        where i.state = any ($1) and e.resource_id is not null and not exists (
            select from claim c
            where c.account_id = i.account_id and c.item_id = i.id and c.resource_id = e.resource_id
                and c.span = tstzrange(i.starts_at, i.ends_at) and c.expires_at is not distinct from i.expires_at
                and c.units = e.units)
        union all
        select s.account_id, 'session', s.id, 'planned' from session s
        where s.deleted_at is null and s.resource_id is not null and not exists (
            select from claim c join resource r on r.account_id = c.account_id and r.id = c.resource_id
            where c.account_id = s.account_id and c.session_id = s.id and c.resource_id = s.resource_id
                and c.span @> tstzrange(s.starts_at, s.ends_at) and c.units = greatest(r.capacity, 1))
        """,
    "idle_claim": """
        select c.account_id, 'item', i.id, i.state from claim c
        join item i on i.account_id = c.account_id and i.id = c.item_id
        where i.state <> all ($1) or (
            (i.kind = 'seat' or c.resource_id is distinct from i.resource_id) and not exists (
                select from jsonb_to_recordset(i.extras) as e (resource_id bigint)
                where e.resource_id = c.resource_id))
        union all
        select c.account_id, 'session', s.id, 'deleted' from claim c
        join session s on s.account_id = c.account_id and s.id = c.session_id
        where s.deleted_at is not null
        """,
    "claimed_twice": """
        select c.account_id, 'item', c.item_id, count(*)::text from claim c
        where c.item_id is not null
        group by c.account_id, c.item_id, c.resource_id having count(*) > 1
        """,
    "overbooked": """
        select s.account_id, 'session', s.id, sum(i.units) || ' of ' || s.capacity from session s
        join item i on i.account_id = s.account_id and i.session_id = s.id and i.state = any ($1) and not i.forced
        group by s.account_id, s.id, s.capacity having sum(i.units) > s.capacity
        """,
    "itemless": """
        select account_id, 'booking', booking_id, starts_at::text from occurrence
        where outcome = 'made' and item_id is null
        """,
    "unnumbered": """
        select c.account_id, 'year', c.year, count(i.number) || ' of ' || c.last from invoice_count c
        left join invoice i on i.account_id = c.account_id and i.year = c.year and i.number <= c.last
        group by c.account_id, c.year, c.last having count(i.number) <> c.last
        """,
    "missummed": """
        select i.account_id, 'invoice', i.id, i.total::text from invoice i
        where i.total is distinct from (
            select sum(r.total) from invoice_row r where r.account_id = i.account_id and r.invoice_id = i.id)
        """,
}

_SUBJECTS = """
    select account_id, 'item' as kind, id, revision from item
    union all select account_id, 'session', id, revision from session
    union all select account_id, 'customer', id, revision from customer
    """
_UNJOURNALLED = f"""
    select coalesce(s.account_id, j.account_id), coalesce(s.kind, j.kind), coalesce(s.id, j.subject_id),
        coalesce(j.rows, 0) || ' of ' || coalesce(s.revision + 1, 0)
    from ({_SUBJECTS}) s full join (
        select account_id, kind, subject_id, count(*) as rows, min(revision) as first, max(revision) as last
        from journal where kind in ('item', 'session', 'customer') group by account_id, kind, subject_id
    ) j on j.account_id = s.account_id and j.kind = s.kind and j.subject_id = s.id
    where (j.rows, j.first, j.last) is distinct from (s.revision + 1::bigint, 0, s.revision)
    """

# What is not in the journal's images: the code is secret, and the rest are the journal row's own columns.
_ASIDE = "'{verification_code,revision,updated_at,updated_by}'::text[]"
_PRESENT = f"""
    select account_id, 'item' as kind, id, revision, jsonb_strip_nulls(to_jsonb(i)) - {_ASIDE} as image from item i
    union all select account_id, 'session', id, revision, jsonb_strip_nulls(to_jsonb(s)) - {_ASIDE} from session s
    union all select account_id, 'customer', id, revision, jsonb_strip_nulls(to_jsonb(c)) - {_ASIDE} from customer c
    """
# What older images do not have, since the column came later: it was as it is by default.
_LATER = """ case when p.kind = 'item' then '{"extras": []}'::jsonb else '{}' end """
# Most are never changed, and need no replay: those are compared one to one. Of equal keys jsonb keeps the last.
_MISTOLD = f"""
    select p.account_id, p.kind, p.id, 'revision 0' from ({_PRESENT}) p
    join journal j on j.account_id = p.account_id and j.kind = p.kind and j.subject_id = p.id and j.revision = 0
    where p.revision = 0 and ({_LATER} || jsonb_strip_nulls(j.after)) - {_ASIDE} <> p.image
    union all
    select p.account_id, p.kind, p.id, 'revision ' || p.revision from ({_PRESENT}) p
    join (
        select account_id, kind, subject_id, jsonb_object_agg(key, value order by revision) as image
        from journal cross join jsonb_each(after) where exists (
            select from journal later where later.account_id = journal.account_id and later.kind = journal.kind
                and later.subject_id = journal.subject_id and later.revision > 0)
        group by account_id, kind, subject_id
    ) told on told.account_id = p.account_id and told.kind = p.kind and told.subject_id = p.id
    where p.revision > 0 and ({_LATER} || jsonb_strip_nulls(told.image)) - {_ASIDE} <> p.image
    """
_LINGERING = """
    select account_id, 'item', id, expires_at::text from item where state = any ($1) and expires_at < $2
    """

_UNMADE = """
    with job as materialized (
        select convert_from(payload, 'UTF8')::jsonb as asked from pgqueuer
        where entrypoint = 'make_series' and status in ('queued', 'picked'))
    select o.account_id, 'booking', o.booking_id, min(o.starts_at)::text from occurrence o
    join booking b on b.account_id = o.account_id and b.id = o.booking_id and b.created_at < $1
    where o.outcome = 'pending' and not exists (
        select from job where asked @> jsonb_build_object('account_id', o.account_id, 'booking_id', o.booking_id))
    group by o.account_id, o.booking_id
    """

FORCE = "force"
"""The verb of a session that is placed over others on purpose; an item carries a mark of its own."""


class Finding(msgspec.Struct, frozen=True):
    """One exception to a law."""

    law: str
    account_id: int
    kind: str
    subject_id: int
    detail: str


async def find_breaches(db: Db, now: datetime) -> AsyncIterator[Finding]:
    """All exceptions to all laws, one law after the other, in one snapshot."""
    asked: list[tuple[str, str, tuple[Any, ...]]] = [
        ("overfull", _OVERFULL, ([FORCE], None, None, None)),
        *((law, text, (list(ACTIVE),) if "$1" in text else ()) for law, text in _LAWS.items()),
        ("unjournalled", _UNJOURNALLED, ()),
        ("mistold", _MISTOLD, ()),
        *((law, text, ()) for law, text in LAWS),
        ("lingering", _LINGERING, (list(HOLDING), now - _OVERDUE)),
        ("unmade", _UNMADE, (now - _OVERDUE,)),
    ]
    async with transaction(db) as tx:
        await tx.execute("set transaction isolation level repeatable read, read only")
        await tx.execute("set local work_mem = '128MB'")
        assert not isinstance(tx, asyncpg.Pool)
        for law, statement, values in asked:
            async for row in tx.cursor(statement, *values, prefetch=200, timeout=_PATIENCE):
                yield Finding(law, *row)


async def is_overfull(db: Db, account_id: int, root_id: int, since: datetime) -> bool:
    """Whether more is claimed somewhere in one tree of resources, at some instant from then on, than it can hold."""
    return bool(await db.fetch(_OVERFULL, [FORCE], account_id, root_id, since))

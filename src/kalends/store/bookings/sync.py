"""How far systems that keep their own copy of the bookings have followed: what each was shown, and has confirmed.

What changed since a time is read from the change feed (store/changes.py), in the order of commits: a list that is read
leaves a mark of the last change that was settled then, and changes after the mark are new, however late they committed.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from kalends.engine.bookings.followed import ItemPlace, Shown
from kalends.engine.bookings.queries import Follower, FollowQuery
from kalends.store.bookings.items import NEEDS_SYNC
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.rows import fetch_one


class SyncState(msgspec.Struct, frozen=True):
    """What is known of an item for one system: its own id for it, whether it needs to be told, what it was shown."""

    item_id: int
    external_id: str | None
    needs_sync: bool
    shown: Shown


async def load_states(
    db: Db, account_id: int, follower: Follower, item_ids: Sequence[int]
) -> tuple[bytes, dict[int, SyncState]]:
    """The secret of reservation numbers, and the states of these items by their ids."""
    rows = await db.fetch(
        f"""
        select n.opaque_id_secret, i.id, s.external_id, {NEEDS_SYNC.format("$3")}, s.shown_revision,
            s.shown_customer_id, s.shown_customer_revision
        from installation n
        left join item i on i.account_id = $1 and i.id = any ($4)
        left join sync_state s on s.account_id = $1 and s.token_id = $2 and s.item_id = i.id
        """,
        account_id,
        follower.token_id,
        follower.actor,
        item_ids,
    )
    states = {
        item_id: SyncState(item_id, external_id, needs_sync, Shown(item_id, *known))
        for _, item_id, external_id, needs_sync, *known in rows
        if item_id is not None
    }
    return rows[0][0], states


async def find_place(db: Db, account_id: int, token_id: int, item_id: int) -> ItemPlace | None:
    """Where an item is, and what the system calls it; None if there is none."""
    return await fetch_one(
        db,
        ItemPlace,
        """
        select i.id, i.kind, coalesce(r.site_id, i.site_id), t.time_zone, s.external_id
        from item i
        left join resource r on r.account_id = $1 and r.id = i.resource_id
        left join site t on t.account_id = $1 and t.id = coalesce(r.site_id, i.site_id)
        left join sync_state s on s.account_id = $1 and s.token_id = $2 and s.item_id = i.id
        where i.account_id = $1 and i.id = $3
        """,
        account_id,
        token_id,
        item_id,
    )


async def save_shown(db: Db, account_id: int, token_id: int, shown: Sequence[Shown]) -> None:
    """A system was shown this of items that it needs to be told of; what it was shown later than this stays."""
    await db.execute(
        """
        insert into sync_state as s (account_id, token_id, item_id, is_block, shown_revision, shown_customer_id,
            shown_customer_revision)
        select $1, $2, n.item_id, i.kind = 'block', n.revision, n.customer_id, n.customer_revision
        from jsonb_to_recordset($3) n (item_id bigint, revision integer, customer_id bigint, customer_revision integer)
        join item i on i.account_id = $1 and i.id = n.item_id
        order by n.item_id
        on conflict (account_id, token_id, item_id) do update
        set (shown_revision, shown_customer_id, shown_customer_revision) = (excluded.shown_revision,
            excluded.shown_customer_id, excluded.shown_customer_revision)
        where s.shown_revision is null or excluded.shown_revision > s.shown_revision or (
            excluded.shown_revision = s.shown_revision
            and excluded.shown_customer_revision > coalesce(s.shown_customer_revision, -1))
        """,
        account_id,
        token_id,
        shown,
    )


async def set_external_id(db: Db, account_id: int, token_id: int, item_id: int, external_id: str | None) -> None:
    """The system knows an item by this id; None leaves it. Raises Duplicate(external_id)."""
    with conflicts():
        await db.execute(
            """
            insert into sync_state as s (account_id, token_id, item_id, is_block, external_id)
            select $1, $2, id, kind = 'block', $4 from item where account_id = $1 and id = $3
            on conflict (account_id, token_id, item_id) do update
            set external_id = coalesce(excluded.external_id, s.external_id)
            """,
            account_id,
            token_id,
            item_id,
            external_id,
        )


async def confirm(db: Db, account_id: int, token_id: int, item_id: int) -> str | None:
    """The system has what it was last shown of an item. Returns its own id for it."""
    external_id: str | None = await db.fetchval(
        """
        update sync_state set (confirmed_revision, confirmed_customer_id, confirmed_customer_revision)
            = (shown_revision, shown_customer_id, shown_customer_revision)
        where account_id = $1 and token_id = $2 and item_id = $3
        returning external_id
        """,
        account_id,
        token_id,
        item_id,
    )
    return external_id


async def find_item_of(db: Db, account_id: int, token_id: int, external_id: str, is_block: bool) -> int | None:
    """The item that the system knows by this id."""
    item_id: int | None = await db.fetchval(
        """
        select item_id from sync_state
        where account_id = $1 and token_id = $2 and external_id = $3 and is_block = $4
        """,
        account_id,
        token_id,
        external_id,
        is_block,
    )
    return item_id


# $1 account, $2 key, $3 name of the list, $4 the present, $5 changed since (null: only a mark is left), $6 whether a
# mark is left.
# `earlier` is the mark of the last list read until then, `later` of the one that was read within a minute after it:
# clients take the time before they ask or after they were answered. A list that was read again, since the same time,
# says nothing of what was kept of it.
_CHANGED = """
    with settled as (
        select xid, id from journal
        where account_id = $1 and xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid desc, id desc limit 1
    ), marked as (
        insert into sync_mark (account_id, token_id, list, at, since, position_xid, position_id)
        select $1, $2, $3, $4, $5, s.xid, s.id from settled s
        where $6 and (s.xid, s.id) is distinct from (
            select (m.position_xid, m.position_id) from sync_mark m
            where m.account_id = $1 and m.token_id = $2 and m.list = $3 order by m.at desc, m.id desc limit 1)
    ), forgotten as (
        delete from sync_mark where account_id = $1 and token_id = $2 and list = $3 and at < $4 - interval '90 days'
    ), earlier as (
        select at, position_xid as xid, position_id as id from sync_mark
        where account_id = $1 and token_id = $2 and list in ($3, '') and at <= $5
        order by list = $3 desc, at desc, id desc limit 1
    ), later as (
        select position_xid as xid, position_id as id from sync_mark
        where account_id = $1 and token_id = $2 and list in ($3, '') and at > $5 and at <= $5 + interval '1 minute'
            and since is distinct from $5
        order by list = $3 desc, at, id limit 1
    ), bounds as (
        select e.at as earlier_at, coalesce(e.xid, '0') as from_xid, coalesce(e.id, 0) as from_id, e.xid is not null
            as has_earlier, l.xid is not null as has_later, coalesce(l.xid, e.xid) as xid, coalesce(l.id, e.id) as id
        from (values (1)) one left join earlier e on true left join later l on true
    ), changed as (
        select j.kind, j.subject_id, j.after from bounds b join journal j on j.account_id = $1
            and (j.xid, j.id) > (b.from_xid, b.from_id) and j.xid < pg_snapshot_xmin(pg_current_snapshot())
        where $5::timestamptz is not null and (j.kind = 'customer' or (j.kind = 'item' and j.verb <> 'follow'))
            and (j.at >= $5 or (b.xid is not null and (j.xid, j.id) > (b.xid, b.id))
                or (b.has_earlier and b.has_later and j.at < b.earlier_at))
    )
    select subject_id from changed where kind = 'item'
    union
    select i.id from changed c join item i on i.account_id = $1 and i.customer_id = c.subject_id
    where c.kind = 'customer' and c.after ?| '{first_name,last_name,company,email,phone,phone_e164}'::text[]
    """


async def read_changed(db: Db, account_id: int, follower: Follower, follow: FollowQuery, now: datetime) -> list[int]:
    """The ids of the items that were changed since the time asked for, by whomever; the first page leaves a mark."""
    is_first = not follow.query.offset
    rows = await db.fetch(_CHANGED, account_id, follower.token_id, follow.name, now, follow.since, is_first)
    return [row[0] for row in rows]

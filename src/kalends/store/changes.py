"""The change feed: journal entries in order of their transactions.

Each entry has the id of its transaction. A page leaves out entries of transactions that are still running and of all
later ones. So no entry can appear later before a position that was already returned.
"""

from collections.abc import Mapping, Sequence

from kalends.engine.bookings.change_set import Change
from kalends.store.db import Db

# What makes a Change. Images of new records have the defaults of the columns that were not given, and no nulls.
CHANGE = """
    xid::text || '-' || id, at, actor, door, verb, kind, subject_id, revision, before, case
        when revision > 0 then after
        when kind = 'item' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::item, after)))
        when kind = 'session' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::group_session, after)))
        when kind = 'customer' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::customer, after)))
        else after end, request_id
"""


async def list_changes(
    db: Db, account_id: int, after: str, limit: int, hidden_kinds: Sequence[str] = ()
) -> list[Change]:
    """Return up to `limit` changes after a position ("" is the beginning), in order of position; those of hidden kinds
    are left out.

    Raises ValueError for a malformed position.
    """
    rows = await db.fetch(
        f"""
        select {CHANGE} from journal
        where account_id = $1 and (xid, id) > ($2::text::xid8, $3::bigint)
            and xid < pg_snapshot_xmin(pg_current_snapshot()) and kind <> all ($5)
        order by xid, id limit $4
        """,
        account_id,
        *xid_and_id(after or "0-0"),
        limit,
        hidden_kinds,
    )
    return [Change(*row) for row in rows]


async def find_change(db: Db, account_id: int, position: str) -> Change | None:
    """Return the change at a position, or None."""
    row = await db.fetchrow(
        f"select {CHANGE} from journal where account_id = $1 and xid = $2::text::xid8 and id = $3",
        account_id,
        *xid_and_id(position),
    )
    return None if row is None else Change(*row)


async def find_changes_of(db: Db, account_id: int, revisions: Mapping[int, int]) -> dict[int, Change]:
    """The changes that led to these revisions of items, by the id of the item."""
    rows = await db.fetch(
        f"""
        select {CHANGE} from journal
        join unnest($2::bigint[], $3::integer[]) named (item_id, of_revision)
            on subject_id = item_id and revision = of_revision
        where account_id = $1 and kind = 'item'
        """,
        account_id,
        list(revisions),
        list(revisions.values()),
    )
    return {change.subject_id: change for change in (Change(*row) for row in rows)}


async def list_heads(db: Db, account_ids: Sequence[int]) -> dict[int, str]:
    """Return the position of the last settled change of each account that has any."""
    rows = await db.fetch(
        """
        select a.id, j.xid::text || '-' || j.id from unnest($1::bigint[]) a (id) cross join lateral (
            select xid, id from journal
            where account_id = a.id and xid < pg_snapshot_xmin(pg_current_snapshot())
            order by xid desc, id desc limit 1) j
        """,
        account_ids,
    )
    return {row[0]: row[1] for row in rows}


async def is_unknown(db: Db, account_id: int, position: str) -> bool:
    """Return whether it can't be said what came after a position: this server has not reached it yet, as it is from
    before a restore, or changes after it are not kept any more."""
    xid, _ = xid_and_id(position)
    unknown: bool = await db.fetchval(
        """
        select $2::text::xid8 >= pg_snapshot_xmax(pg_current_snapshot())
            or $2::text::xid8 < coalesce(journal_pruned_xid, '0')
        from account where id = $1
        """,
        account_id,
        xid,
    )
    return unknown


def xid_and_id(position: str) -> tuple[str, int]:
    """The id of the transaction, and of the entry in it. Raises ValueError for a malformed position."""
    xid, entry_id = position.split("-")
    return str(int(xid)), int(entry_id)

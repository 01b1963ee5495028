"""The change feed: the journal in the order of commits.

A transaction's entries carry its id. Those of transactions that were still running when a page is read, or began later,
are left for the next page: none can come to lie before a position that was handed out.
"""

from kalends.engine.bookings.change_set import Change
from kalends.store.db import Db


async def list_changes(db: Db, account_id: int, after: str, limit: int) -> list[Change]:
    """The next changes after a position ("" is the beginning), in the order of their positions; at most `limit`.

    Errors: ValueError for what is no position.
    """
    xid, entry_id = after.split("-") if after else ("0", "0")
    rows = await db.fetch(
        """
        select xid::text || '-' || id, at, actor, door, verb, kind, subject_id, revision, before, case
            when revision > 0 then after
            when kind = 'item' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::item, after)))
            when kind = 'session' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::group_session, after)))
            when kind = 'customer' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::customer, after)))
            else after end
        from journal
        where account_id = $1 and (xid, id) > ($2::text::xid8, $3::bigint)
            and xid < pg_snapshot_xmin(pg_current_snapshot())
        order by xid, id limit $4
        """,
        account_id,
        str(int(xid)),
        int(entry_id),
        limit,
    )
    return [Change(*row) for row in rows]


async def is_yet_to_come(db: Db, position: str) -> bool:
    """Is the position one that this server has not reached? Then another server handed it out, before a restore."""
    xid, _ = position.split("-")
    found: bool = await db.fetchval("select $1::text::xid8 >= pg_snapshot_xmax(pg_current_snapshot())", str(int(xid)))
    return found

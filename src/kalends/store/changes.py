"""The change feed: journal entries in order of their transactions.

Each entry has the id of its transaction. A page leaves out entries of transactions that are still running and of all
later ones. So no entry can appear later before a position that was already returned.
"""

from kalends.engine.bookings.change_set import Change
from kalends.store.db import Db


async def list_changes(db: Db, account_id: int, after: str, limit: int) -> list[Change]:
    """Return up to `limit` changes after a position ("" is the beginning), in order of position.

    Raises ValueError for a malformed position.
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
    """Return whether this server has not reached the position yet: it is then from another server, before a restore."""
    xid, _ = position.split("-")
    ahead: bool = await db.fetchval("select $1::text::xid8 >= pg_snapshot_xmax(pg_current_snapshot())", str(int(xid)))
    return ahead

"""The change feed: journal entries in order of their transactions.

Each entry has the id of its transaction. A page leaves out entries of transactions that are still running and of all
later ones. So no entry can appear later before a position that was already returned.
"""

from kalends.engine.bookings.change_set import Change
from kalends.store.db import Db

# Images of new records have the defaults of the columns that were not given, and no nulls.
_CHANGE = """
    xid::text || '-' || id, at, actor, door, verb, kind, subject_id, revision, before, case
        when revision > 0 then after
        when kind = 'item' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::item, after)))
        when kind = 'session' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::group_session, after)))
        when kind = 'customer' then jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::customer, after)))
        else after end
"""


async def list_changes(db: Db, account_id: int, after: str, limit: int) -> list[Change]:
    """Return up to `limit` changes after a position ("" is the beginning), in order of position.

    Raises ValueError for a malformed position.
    """
    rows = await db.fetch(
        f"""
        select {_CHANGE} from journal
        where account_id = $1 and (xid, id) > ($2::text::xid8, $3::bigint)
            and xid < pg_snapshot_xmin(pg_current_snapshot())
        order by xid, id limit $4
        """,
        account_id,
        *_xid_and_id(after or "0-0"),
        limit,
    )
    return [Change(*row) for row in rows]


async def find_change(db: Db, account_id: int, position: str) -> Change | None:
    """Return the change at a position, or None."""
    row = await db.fetchrow(
        f"select {_CHANGE} from journal where account_id = $1 and xid = $2::text::xid8 and id = $3",
        account_id,
        *_xid_and_id(position),
    )
    return None if row is None else Change(*row)


async def is_yet_to_come(db: Db, position: str) -> bool:
    """Return whether this server has not reached the position yet: it is then from another server, before a restore."""
    xid, _ = _xid_and_id(position)
    ahead: bool = await db.fetchval("select $1::text::xid8 >= pg_snapshot_xmax(pg_current_snapshot())", xid)
    return ahead


def _xid_and_id(position: str) -> tuple[str, int]:
    xid, entry_id = position.split("-")
    return str(int(xid)), int(entry_id)

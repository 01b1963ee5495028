"""Ids, drawn before the rows are written, so that a change can be decided whole."""

from kalends.store.db import Db


async def next_ids(db: Db, kind: str, count: int = 1) -> list[int]:
    """That many new ids for rows of a table.

    Items and sessions share one sequence. Ids that are never used leave a gap, which is fine.
    """
    rows = await db.fetch(
        """
        select nextval(case when $1 in ('item', 'group_session') then 'occupancy_id_seq'
            else pg_get_serial_sequence($1, 'id') end::regclass) as id
        from generate_series(1, $2)
        """,
        kind,
        count,
    )
    return [row["id"] for row in rows]

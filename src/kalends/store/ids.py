"""New ids, drawn before the rows are written, so that a change set can be planned as a whole."""

from kalends.store.db import Db


async def next_ids(db: Db, kind: str, count: int = 1) -> list[int]:
    """Draw `count` new ids for rows of the table `kind`. Items and sessions share one sequence.

    Unused ids leave gaps, which do no harm.
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

"""How often somebody has asked, counted for all workers in one unlogged table."""

from datetime import datetime

from kalends.store.db import Db


async def count_hit(db: Db, subject: str, window_start: datetime) -> int:
    """Count one more request of the subject in the window; answers how many there are now."""
    hits: int = await db.fetchval(
        """
        insert into request_count (subject, window_start, hits) values ($1, $2, 1)
        on conflict (subject, window_start) do update set hits = request_count.hits + 1 returning hits
        """,
        subject,
        window_start,
    )
    return hits


async def forget_hits(db: Db, before: datetime) -> None:
    """Drop the windows that began before; addresses are kept no longer than they are needed."""
    await db.execute("delete from request_count where window_start < $1", before)

"""Request counts for rate limits, shared by all worker processes, in an unlogged table."""

from datetime import datetime

from kalends.store.db import Db


async def count_hit(db: Db, subject: str, window_start: datetime) -> int:
    """Count one request of the subject in the window; returns the new count."""
    hits: int = await db.fetchval(
        """
        insert into request_count (subject, window_start, hits) values ($1, $2, 1)
        on conflict (subject, window_start) do update set hits = request_count.hits + 1 returning hits
        """,
        subject,
        window_start,
    )
    return hits


async def take_back_hit(db: Db, subject: str, window_start: datetime) -> None:
    """Uncount one request of the subject in the window."""
    await db.execute(
        "update request_count set hits = hits - 1 where subject = $1 and window_start = $2", subject, window_start
    )


async def forget_hits(db: Db, before: datetime) -> None:
    """Delete the counts of windows that began before a time: client addresses are not kept longer than needed."""
    await db.execute("delete from request_count where window_start < $1", before)

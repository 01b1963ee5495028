"""What operators ask the database."""

from datetime import datetime

import msgspec

from kalends.store.db import Db
from kalends.store.migrations import newest


class Jobs(msgspec.Struct, frozen=True):
    """For how many seconds the job that has waited longest could have been done, 0 when none waits; and how many were
    given up after all attempts."""

    lag: float
    failed: int


async def is_current(db: Db) -> bool:
    """Does the database answer, and has it every migration that this version needs?"""
    if await db.fetchval("select to_regclass('schema_version')") is None:
        return False
    found: int = await db.fetchval("select version from schema_version")
    return found >= newest()


async def look_at_jobs(db: Db, now: datetime) -> Jobs:
    """How the queue stands."""
    row = await db.fetchrow(
        """
        select min(execute_after) filter (where status = 'queued'), count(*) filter (where status = 'failed')
        from pgqueuer
        """
    )
    assert row is not None
    return Jobs(max(0.0, (now - row[0]).total_seconds()) if row[0] else 0.0, row[1])

"""What operators ask the database."""

from datetime import datetime

from kalends.store.db import Db
from kalends.store.migrations import newest


async def is_current(db: Db) -> bool:
    """Does the database answer, and has it every migration that this version needs?"""
    if await db.fetchval("select to_regclass('alembic_version')") is None:
        return False
    found: str | None = await db.fetchval("select max(version_num) from alembic_version")
    return found is not None and found >= newest()


async def job_lag(db: Db, now: datetime) -> float:
    """For how many seconds the job that has waited longest could have been done; 0 when none waits."""
    oldest: datetime | None = await db.fetchval("select min(execute_after) from pgqueuer where status = 'queued'")
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0

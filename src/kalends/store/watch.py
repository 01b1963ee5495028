"""What operators ask the database."""

import asyncio
from datetime import datetime

import asyncpg
import msgspec

from kalends.store.db import UNAVAILABLE, Db, Pool
from kalends.store.migrations import newest

PROBE_SECONDS = 5.0
FAULTS: tuple[type[Exception], ...] = (asyncpg.PostgresError, *UNAVAILABLE)


class Backlog(msgspec.Struct, frozen=True):
    """Occurrences of series that are not made yet, in all accounts.

    How many are pending, for how many seconds the one that waits longest has been due (0.0 when none is), and how many
    were given up after repeated errors.
    """

    pending: int
    oldest_seconds: float
    failed: int


async def is_current(db: Db) -> bool:
    """Does the database answer, and has it every migration that this version needs?"""
    if await db.fetchval("select to_regclass('schema_version')") is None:
        return False
    found: int = await db.fetchval("select version from schema_version")
    return found >= newest()


async def find_fault(db: Pool) -> str | None:
    """Why nothing can be written to the database; None when it can.

    An error's name, or `read_only` where a standby answers, or a server that was made read-only; its connections are
    then not used again, as another server may answer soon. Takes five seconds at most.
    """
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            if await db.fetchval("select current_setting('transaction_read_only') = 'off'"):
                return None
            await db.expire_connections()
            return "read_only"
    except FAULTS as fault:
        return type(fault).__name__


async def measure_backlog(db: Db, now: datetime) -> Backlog:
    """The backlog of occurrences at `now`."""
    row = await db.fetchrow(
        """
        select pending.*, (select count(*) from occurrence where outcome = 'failed')
        from (select count(*), min(due_at) from occurrence where outcome = 'pending') pending
        """
    )
    assert row is not None
    return Backlog(row[0], max(0.0, (now - row[1]).total_seconds()) if row[1] else 0.0, row[2])

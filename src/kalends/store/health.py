"""What operators ask the database."""

import asyncio
from datetime import datetime

import asyncpg
import msgspec

from kalends.store.db import UNAVAILABLE, Db, Pool, ReadOnly, connect, transaction
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


async def is_writable(db: Db) -> bool:
    """Is the server a primary, and has it room on its disk?

    What does not fit into the memory of a statement is written to the disk of the data: about a megabyte here, which is
    gone with the statement. Raises what is in UNAVAILABLE, also when the disk is full.
    """
    async with transaction(db) as tx:
        await tx.execute("set local work_mem = '64kB'")
        read_only: str = await tx.fetchval("show transaction_read_only")
        await tx.fetchval("select count(*) from generate_series(1, 20000)")
        return read_only == "off"


async def find_fault(db: Pool) -> str | None:
    """Why nothing can be written to the database; None when it can.

    An error's name, or `read_only` where a standby answers, or a server that was made read-only; its connections are
    then not used again, as another server may answer soon. Takes five seconds at most.
    """
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            if await is_writable(db):
                return None
            await db.expire_connections()
            return "read_only"
    except FAULTS as fault:
        return type(fault).__name__


async def find_fault_at(url: str) -> str | None:
    """The same of a database to which there is no pool yet."""
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await (await connect(url, "kalends")).close()
            return None
    except ReadOnly:
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

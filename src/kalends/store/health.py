"""Health checks of the database, for readiness probes, metrics and the worker."""

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

    `oldest_seconds` is how long the pending one that is due longest has been due (0.0 if none is due); `failed` counts
    those given up after repeated errors.
    """

    pending: int
    oldest_seconds: float
    failed: int


async def is_current(db: Db) -> bool:
    """Return whether the database answers and has every migration that this version needs."""
    if await db.fetchval("select to_regclass('schema_version')") is None:
        return False
    version: int = await db.fetchval("select version from schema_version")
    return version >= newest()


async def is_writable(db: Db) -> bool:
    """Return whether the server is a primary. Raises an error of UNAVAILABLE, also if its disk is full.

    The statement needs more memory than it gets, so PostgreSQL writes about a megabyte to the data disk and removes it
    at the end of the statement.
    """
    async with transaction(db) as tx:
        await tx.execute("set local work_mem = '64kB'")
        read_only: str = await tx.fetchval("show transaction_read_only")
        await tx.fetchval("select count(*) from generate_series(1, 20000)")
        return read_only == "off"


async def find_fault(db: Pool) -> str | None:
    """Return why the database can't be written to, within five seconds; None if it can.

    The answer is the name of an error, or `read_only` for a standby or a read-only server. In that case the pool's
    connections are dropped, as another server may answer soon.
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
    """Return why no connection can be opened for writing, as `find_fault` does, when there is no pool yet."""
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await (await connect(url, "kalends")).close()
            return None
    except ReadOnly:
        return "read_only"
    except FAULTS as fault:
        return type(fault).__name__


async def measure_backlog(db: Db, now: datetime) -> Backlog:
    """Count the occurrences that are not made yet at `now`."""
    row = await db.fetchrow(
        """
        select pending.*, (select count(*) from occurrence where outcome = 'failed')
        from (select count(*), min(due_at) from occurrence where outcome = 'pending') pending
        """
    )
    assert row is not None
    return Backlog(row[0], max(0.0, (now - row[1]).total_seconds()) if row[1] else 0.0, row[2])


class QueueBacklog(msgspec.Struct, frozen=True):
    """What waits to be sent by a channel, in all accounts.

    `oldest_seconds` is how long ago the oldest of it was asked for (0.0 if there is nothing); `failed` counts what was
    given up, or refused by the server.
    """

    channel: str
    waiting: int
    oldest_seconds: float
    failed: int


async def measure_messages(db: Db, now: datetime) -> list[QueueBacklog]:
    """Count the messages and webhook deliveries that wait to be sent, and those that failed, by channel at `now`."""
    rows = await db.fetch(
        """
        select channel, coalesce(waiting.count, 0), waiting.oldest, coalesce(failed.count, 0)
        from (values ('email'), ('sms')) known (channel)
        left join (select channel, count(*), min(created_at) as oldest from outbox where state = 'waiting' group by 1)
            waiting using (channel)
        left join (select channel, count(*) from outbox where state = 'failed' group by 1) failed using (channel)
        union all
        select 'webhook', count(*) filter (where state = 'waiting'), min(created_at) filter (where state = 'waiting'),
            count(*) filter (where state = 'failed')
        from webhook_delivery where state in ('waiting', 'failed')
        order by channel
        """
    )
    return [
        QueueBacklog(channel, waiting, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0, failed)
        for channel, waiting, oldest, failed in rows
    ]

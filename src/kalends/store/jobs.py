"""The queue of jobs, by PgQueuer: a job is written in the transaction of what it belongs to, or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryQueueBuilder
from pgqueuer.queries import Queries

from kalends.store.db import Db

ENQUEUE = QueryQueueBuilder().build_enqueue_query("raise")


@asynccontextmanager
async def open_queue(url: str) -> AsyncIterator[PgQueuer]:
    """The queue as a worker has it, on connections of its own: PgQueuer reads and writes JSON by itself."""
    settings = {"timezone": "UTC", "application_name": "kalends jobs", "jit": "off"}
    async with asyncpg.create_pool(url, min_size=2, max_size=4, command_timeout=30, server_settings=settings) as pool:
        queue = PgQueuer.from_asyncpg_pool(pool)
        # It asks whether it hears itself while it only begins to listen: what listens already hears that.
        await queue.connection.add_listener(queue.channel, lambda _: None)
        yield queue


async def install(db: asyncpg.Connection) -> None:
    """Make the queue's tables, or bring them to the form that this version of PgQueuer needs."""
    queries = Queries(AsyncpgDriver(db))
    if await queries.schema_is_installed():
        await queries.upgrade()
    else:
        async with db.transaction():
            await queries.install()


async def enqueue(db: Db, name: str, payload: dict[str, Any]) -> None:
    """Have a job done after the transaction of `db` is kept; the payload is plain JSON."""
    # PgQueuer's statement, but not its client: that one encodes the headers, which our connections do already.
    await db.fetch(ENQUEUE, [0], [name], [msgspec.json.encode(payload)], [timedelta()], [None], [None])

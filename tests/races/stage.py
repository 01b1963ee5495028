"""Two at one time, staged: the one has done what it came for but not kept it, when the other begins."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeAlias

import asyncpg
import msgspec

from kalends.actions.context import Context
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import Refusal
from kalends.store.db import Connection
from tests.desk import PATIENCE, needs_one_server
from tests.world import World

Act: TypeAlias = Callable[[Context], Coroutine[Any, Any, Any]]
GLANCE = 0.002


async def staged(clinic: World, first: Act, second: Act, *, kept: bool = True, waits: bool = True) -> tuple[Any, Any]:
    """What both came to, a Refusal perhaps; the first is kept or undone once the second waits for it, or is through."""
    assert isinstance(clinic.db, asyncpg.Pool)
    await needs_one_server(clinic.db)
    async with clinic.db.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        pid = await pid_of(connection)
        came_to = await tried(first(msgspec.structs.replace(clinic.ctx(), db=connection)))
        other = asyncio.create_task(tried(second(clinic.ctx())))
        waited = await waits_for(clinic.db, pid, other)
        await (transaction.commit() if kept else transaction.rollback())
        then = await other
    assert waited == waits
    return came_to, then


async def resumed(clinic: World, first: Act, second: Act, then: Act) -> tuple[Any, Any]:
    """What the second came to, which waits for the first; and what the first does next, which may not wait for it."""
    assert isinstance(clinic.db, asyncpg.Pool)
    await needs_one_server(clinic.db)
    async with clinic.db.acquire() as connection, connection.transaction():
        ctx = msgspec.structs.replace(clinic.ctx(), db=connection)
        await first(ctx)
        other = asyncio.create_task(second(clinic.ctx()))
        assert await waits_for(clinic.db, await pid_of(connection), other)
        came_to = await then(ctx)
    return await other, came_to


async def tried(acting: Awaitable[Any]) -> Any:
    """What it came to; nothing but a refusal may stand in the way."""
    try:
        return await acting
    except Refusal as refusal:
        return refusal


async def pid_of(connection: Connection) -> int:
    """The process of the server that runs the connection's transaction, also behind a pooler."""
    pid: int = await connection.fetchval("select pg_backend_pid()")
    return pid


async def waits_for(db: asyncpg.Pool, pid: int, other: asyncio.Task[Any]) -> bool:
    """Whether the other comes to wait for the connection's locks, before it is through."""
    blocked = "select exists (select from pg_stat_activity where $1 = any (pg_blocking_pids(pid)))"
    async with asyncio.timeout(PATIENCE):
        while not other.done():
            if await db.fetchval(blocked, pid):
                return True
            await asyncio.sleep(GLANCE)
    return False


async def at_once(actings: Sequence[Awaitable[Any]]) -> list[Any]:
    """What all of them came to, a Refusal perhaps."""
    return await asyncio.gather(*(tried(acting) for acting in actings))


def won(results: Sequence[Any]) -> list[ItemView]:
    return [result for result in results if isinstance(result, ItemView)]


def lost(results: Sequence[Any]) -> set[type]:
    return {type(result) for result in results if not isinstance(result, ItemView)}

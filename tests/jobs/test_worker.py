"""Jobs: done when what asked for them is kept, tried again, taken up when their worker is killed, done once."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from kalends.jobs.handlers import Handler, Step
from kalends.jobs.worker import Pace, work
from kalends.store.db import Db, Pool, open_pool, transaction
from kalends.store.jobs import enqueue
from kalends.store.watch import Jobs, look_at_jobs
from tests.desk import until
from tests.world import NOW

QUICK = Pace(timedelta(seconds=1), timedelta(milliseconds=50), timedelta(seconds=1), timedelta(milliseconds=200))

# A worker that begins to note the job, and is never done.
STUCK = """
import asyncio, sys
from kalends.jobs.worker import work
from kalends.store.db import transaction
async def note(db, now, payload):
    async with transaction(db) as tx:
        await tx.execute("insert into noted values ($1)", payload.decode())
        print("in the middle", flush=True)
        await asyncio.sleep(60)
asyncio.run(work(sys.argv[1], asyncio.Event(), handlers={"note": note}))
"""


@pytest.fixture
async def pool(own_database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(own_database)
    await pool.execute("create table noted (what text not null)")
    yield pool
    await pool.close()


async def note(db: Db, _: datetime, payload: bytes) -> None:
    await db.execute("insert into noted values ($1)", payload.decode())


@asynccontextmanager
async def working(url: str, handlers: Mapping[str, Handler], retries: int = 12) -> AsyncIterator[None]:
    """A worker beside the test, which ends what it has begun."""
    stop = asyncio.Event()
    worker = asyncio.create_task(work(url, stop, msgspec.structs.replace(QUICK, retries=retries), handlers))
    yield
    stop.set()
    await asyncio.wait_for(worker, 20)


def noted(pool: Pool) -> Callable[[], Awaitable[Any]]:
    return lambda: pool.fetchval("select array_agg(what) from noted")


def queued(pool: Pool) -> Callable[[], Awaitable[Any]]:
    return lambda: pool.fetchval("select count(*) from pgqueuer")


async def test_a_job_is_done_when_its_transaction_is_kept(own_database: str, pool: Pool) -> None:
    async with working(own_database, {"note": note}):
        async with transaction(pool) as tx:
            await enqueue(tx, "note", {"n": 1})
            await asyncio.sleep(0.5)
            assert await noted(pool)() is None
        await until(noted(pool), ['{"n":1}'])
        await until(queued(pool), 0)


async def test_a_job_goes_with_a_transaction_that_is_not_kept(pool: Pool) -> None:
    async def asked_for_and_failed() -> None:
        async with transaction(pool) as tx:
            await enqueue(tx, "note", {"n": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await asked_for_and_failed()
    assert await queued(pool)() == 0


async def test_a_job_that_fails_is_tried_again(own_database: str, pool: Pool) -> None:
    attempts: list[bytes] = []

    async def third_time_lucky(db: Db, now: datetime, payload: bytes) -> None:
        attempts.append(payload)
        if len(attempts) < 3:
            raise OSError("not yet")
        await note(db, now, payload)

    await enqueue(pool, "note", {})
    async with working(own_database, {"note": third_time_lucky}):
        await until(noted(pool), ["{}"])
        await until(queued(pool), 0)
    assert attempts == [b"{}"] * 3


async def test_a_step_that_fails_keeps_no_other_from_being_done(own_database: str, pool: Pool) -> None:
    async def three(db: Db, _: datetime, __: bytes) -> list[Step]:
        async def fail() -> None:
            raise ZeroDivisionError

        return [partial(note, db, NOW, b"before"), fail, partial(note, db, NOW, b"after")]

    await enqueue(pool, "three", {})
    async with working(own_database, {"three": three}, retries=1):
        await until(lambda: look_at_jobs(pool, NOW), Jobs(0.0, failed=1))
    assert await noted(pool)() == ["before", "after"] * 2


async def test_a_job_whose_worker_is_killed_is_done_once(own_database: str, pool: Pool) -> None:
    await enqueue(pool, "note", {"n": 1})
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", STUCK, own_database, stdout=PIPE)
    assert killed.stdout
    async for line in killed.stdout:
        if line.strip() == b"in the middle":
            break
    killed.kill()
    await killed.wait()
    assert await noted(pool)() is None
    async with working(own_database, {"note": note}):
        await until(noted(pool), ['{"n":1}'])
        await until(queued(pool), 0)
    assert await noted(pool)() == ['{"n":1}']


async def test_a_worker_that_loses_the_database_comes_back(own_database: str, pool: Pool) -> None:
    async with working(own_database, {"note": note}):
        await enqueue(pool, "note", {"n": 1})
        await until(noted(pool), ['{"n":1}'])
        await pool.execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """
        )
        await enqueue(pool, "note", {"n": 2})
        await until(noted(pool), ['{"n":1}', '{"n":2}'])


async def test_what_is_begun_when_a_worker_stops_is_ended(own_database: str, pool: Pool) -> None:
    begun = asyncio.Event()

    async def slowly(db: Db, now: datetime, payload: bytes) -> None:
        begun.set()
        await asyncio.sleep(0.5)
        await note(db, now, payload)

    await enqueue(pool, "note", {"n": 1})
    async with working(own_database, {"note": slowly}):
        await begun.wait()
    assert await noted(pool)() == ['{"n":1}']
    assert await queued(pool)() == 0

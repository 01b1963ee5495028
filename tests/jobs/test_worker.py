"""The worker: does what waits as long as there is any, through every loss of the database, each thing once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from kalends.engine.backoff import OCCURRENCES, next_attempt
from kalends.jobs.worker import RowTask, Task, attempt_next
from kalends.store import embedded
from kalends.store.db import Db, Pool, open_pool, transaction
from tests import pooler
from tests.desk import until
from tests.jobs.running import working
from tests.world import NOW

TABLE = "create table chore (id int primary key, done int not null default 0)"


class Chore(msgspec.Struct, frozen=True):
    """A row of the table; the tests' tasks work them off."""

    id: int


@pytest.fixture
async def pool(own_database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(own_database)
    await pool.execute(TABLE)
    yield pool
    await pool.close()


async def do_chore(db: Db, _: datetime) -> bool:
    async with transaction(db) as tx:
        chore = await tx.fetchval("select id from chore where done = 0 order by id limit 1 for update skip locked")
        await tx.execute("update chore set done = done + 1 where id = $1", chore)
    return chore is not None


async def add(db: Db, *ids: int) -> None:
    await db.execute("insert into chore select unnest($1::int[])", list(ids))


def done(db: Db) -> Callable[[], Awaitable[Any]]:
    """How often each chore was done, in their order."""
    return lambda: db.fetchval("select array_agg(done order by id) from chore")


CHORES = (Task("chore", do_chore, at_once=3),)


async def test_what_waits_is_done_once_and_what_comes_later_too(own_database: str, pool: Pool) -> None:
    await add(pool, *range(50))
    async with working(own_database, CHORES):
        await until(done(pool), [1] * 50)
        await add(pool, 50)
        await until(done(pool), [1] * 51)


async def test_two_workers_never_do_the_same(own_database: str, pool: Pool) -> None:
    await add(pool, *range(200))
    async with working(own_database, CHORES), working(own_database, CHORES):
        await until(done(pool), [1] * 200)


async def test_a_unit_whose_connection_is_killed_is_done_again(own_database: str, pool: Pool, events: Any) -> None:
    runs: list[datetime] = []

    async def cut_off_at_first(db: Db, now: datetime) -> bool:
        runs.append(now)
        async with transaction(db) as tx:
            busy = await do_chore(tx, now)
            if len(runs) == 1:
                await tx.execute("select pg_terminate_backend(pg_backend_pid())")
        return busy

    await add(pool, 1, 2)
    async with working(own_database, (Task("chore", cut_off_at_first),)):
        await until(done(pool), [1, 1])
    assert [event["log_level"] for event in events if event["event"] == "jobs.database_lost"] == ["warning"]


async def test_a_database_that_comes_later_is_waited_for(tmp_path: Path, events: Any) -> None:
    with embedded.running(tmp_path) as server:
        url = server.url()
        await (connection := await asyncpg.connect(url)).execute(TABLE)
        await add(connection, 1)
        await connection.close()
    with ExitStack() as come:  # and there until the worker has stopped
        async with working(url, CHORES):
            await until(lambda: named(events, "jobs.database_lost"), 1)
            come.enter_context(embedded.running(tmp_path))
            pool = await open_pool(url, 1, 1)
            await until(done(pool), [1])
            await pool.close()
    assert await named(events, "jobs.database_lost") == 1


async def test_a_worker_without_a_database_stops_when_told(events: Any) -> None:
    async with working("postgresql://nobody@127.0.0.1:1/nothing", CHORES):
        await until(lambda: named(events, "jobs.database_lost"), 1)
    assert [event["fault"] for event in events if event["event"] == "jobs.database_lost"] == ["ConnectionRefusedError"]


@pytest.mark.skipif(pooler.WANTED, reason="the sessions of a pooler keep the settings that they began with")
async def test_a_standby_is_seen_and_waited_for(own_database: str, pool: Pool, events: Any) -> None:
    name = await pool.fetchval("select current_database()")
    await add(pool, 1)
    await pool.execute(f"alter database {name} set default_transaction_read_only = on")
    async with working(own_database, CHORES):
        await until(lambda: named(events, "jobs.database_lost"), 1)
        assert [event["fault"] for event in events] == ["read_only"]
        await pool.execute(f"alter database {name} reset default_transaction_read_only")
        await until(done(pool), [1])


async def named(events: Any, name: str) -> int:
    return len([event for event in events if event["event"] == name])


async def test_a_task_that_fails_keeps_no_other_from_being_done(own_database: str, pool: Pool, events: Any) -> None:
    runs: list[datetime] = []

    async def third_time_lucky(_: Db, now: datetime) -> bool:
        runs.append(now)
        if len(runs) < 3:
            raise ZeroDivisionError
        return False

    await add(pool, 1)
    async with working(own_database, (Task("unlucky", third_time_lucky, every=0.1), *CHORES)):
        await until(done(pool), [1])
        await until(lambda: named(events, "jobs.task_failed"), 2)


async def test_what_is_begun_when_a_worker_stops_is_ended(own_database: str, pool: Pool) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(db: Db, now: datetime) -> bool:
        begun.set()
        await go_on.wait()
        return await do_chore(db, now)

    await add(pool, 1, 2)
    async with working(own_database, (Task("chore", slowly),)):
        await begun.wait()
        asyncio.get_running_loop().call_later(0.2, go_on.set)
    assert await done(pool)() == [1, 0]


async def test_a_row_that_fails_is_put_off_and_the_next_is_done(pool: Pool, events: Any) -> None:
    tried, put_off = list[int](), list[int]()
    now = NOW

    async def find(_: Db, __: datetime) -> list[Chore]:
        return [Chore(1), Chore(2), Chore(3)] if put_off == [] else [Chore(2), Chore(3)]

    async def attempt(_: Db, __: datetime, chore: Chore) -> bool:
        tried.append(chore.id)
        if chore.id == 1:
            raise ZeroDivisionError
        return chore.id == 3  # somebody else has the second

    async def postpone(_: Db, __: datetime, chore: Chore) -> None:
        put_off.append(chore.id)

    run = partial(attempt_next, RowTask(find, attempt, postpone))
    assert [await run(pool, now), await run(pool, now)] == [True, True]
    assert (tried, put_off) == ([1, 2, 3], [1])
    (given_up,) = [event for event in events if event["event"] == "jobs.given_up"]
    assert (given_up["log_level"], given_up["row"]) == ("error", {"id": 1})


@pytest.mark.parametrize("lost", [ConnectionRefusedError, asyncpg.AdminShutdownError, asyncpg.CannotConnectNowError])
async def test_a_lost_database_is_no_attempt(pool: Pool, lost: type[Exception]) -> None:
    async def find(_: Db, __: datetime) -> list[Chore]:
        return [Chore(1)]

    async def attempt(_: Db, __: datetime, ___: Chore) -> bool:
        raise lost

    async def postpone(_: Db, __: datetime, ___: Chore) -> None:
        raise AssertionError

    with pytest.raises(lost):
        await attempt_next(RowTask(find, attempt, postpone), pool, NOW)


@pytest.mark.parametrize("late", [asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, TimeoutError])
async def test_one_that_waited_too_long_is_put_off(pool: Pool, late: type[Exception]) -> None:
    put_off = list[int]()

    async def find(_: Db, __: datetime) -> list[Chore]:
        return [Chore(1)]

    async def attempt(_: Db, __: datetime, ___: Chore) -> bool:
        raise late

    async def postpone(_: Db, now: datetime, chore: Chore) -> datetime:
        put_off.append(chore.id)
        return now

    assert await attempt_next(RowTask(find, attempt, postpone), pool, NOW)
    assert put_off == [1]


def test_waits_double_up_to_ten_minutes_and_the_twelfth_attempt_is_the_last() -> None:
    waits = [(next_attempt(OCCURRENCES, attempts, NOW) or NOW) - NOW for attempts in range(1, 13)]
    assert [wait // timedelta(seconds=1) for wait in waits] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 0]

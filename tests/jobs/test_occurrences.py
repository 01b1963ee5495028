"""Every series that was acknowledged is made whole, each occurrence once, whatever dies meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from kalends.actions.bookings.change_state import change_booking_state
from kalends.actions.bookings.occurrences import retry_failed
from kalends.actions.bookings.series import outcomes
from kalends.actions.check import audit
from kalends.actions.context import transaction
from kalends.engine.time.recurrence import Recurrence
from kalends.jobs.tasks import OCCURRENCES
from kalends.jobs.worker import attempt_next
from kalends.store import embedded
from kalends.store.db import Db, Pool, open_pool
from kalends.store.embedded.programs import run
from kalends.store.health import Backlog, measure_backlog
from kalends.store.migrations import migrate
from tests.acts import Series, book_item, start_series
from tests.desk import DAY, HOUR, hour_of, until
from tests.jobs.running import worker_process, working
from tests.world import World, open_clinic


@pytest.fixture
async def pool(own_database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(own_database)
    yield pool
    await pool.close()


@pytest.fixture
async def clinic(pool: Pool) -> World:
    """The clinic today: workers go by the real clock."""
    return await open_clinic(pool, datetime.now(UTC).replace(microsecond=0))


make_next = partial(attempt_next, OCCURRENCES)


async def sauna_days(clinic: World, count: int, first: timedelta = DAY) -> str:
    """A series of one hour in the sauna on so many days, as a request leaves it to the worker."""
    starts = clinic.now + first
    rule = Recurrence(f"FREQ=DAILY;COUNT={count}")
    asked = hour_of(clinic.sauna, starts)
    return await start_series(clinic.ctx(), Series(asked, rule))


async def became(clinic: World, uid: str) -> list[str]:
    return [outcome.outcome for outcome in await outcomes(clinic.ctx(), uid)]


async def items(db: Db) -> int:
    count: int = await db.fetchval("select count(*) from item")
    return count


async def all_settled(db: Db) -> bool:
    """Whether nothing is pending; False also while the database is away."""
    try:
        pending: int = await db.fetchval("select count(*) from occurrence where outcome = 'pending'")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    return pending == 0


async def more_than(db: Db, count: int) -> bool:
    return await items(db) > count


async def is_whole(clinic: World, *uids: str, of: int) -> None:
    """Each series is made, each occurrence once, and nothing else is there."""
    assert [await became(clinic, uid) for uid in uids] == [["made"] * of] * len(uids)
    assert await items(clinic.db) == of * len(uids)
    assert [finding async for finding in audit(clinic.db, clinic.now + DAY)] == []


async def test_a_series_is_made(own_database: str, clinic: World) -> None:
    uid = await sauna_days(clinic, 5)
    async with working(own_database):
        await until(lambda: all_settled(clinic.db), True)
    await is_whole(clinic, uid, of=5)


async def test_two_workers_make_each_occurrence_once(own_database: str, clinic: World) -> None:
    uids = [await sauna_days(clinic, 40) for _ in range(4)]
    async with working(own_database), working(own_database):
        await until(lambda: all_settled(clinic.db), True)
    await is_whole(clinic, *uids, of=40)


async def test_killed_workers_leave_their_work_to_others(own_database: str, clinic: World) -> None:
    uids = [await sauna_days(clinic, 200) for _ in range(2)]
    async with transaction(clinic.ctx()) as left:
        last = "(select max(starts_at) from occurrence)"
        await left.db.execute(f"select from occurrence where starts_at = {last} for no key update")
        for count in (5, 60, 120):
            worker = await worker_process(own_database)
            await until(partial(more_than, clinic.db, count), True)
            worker.kill()
            await worker.wait()
        assert not await all_settled(clinic.db)
    async with working(own_database):
        await until(lambda: all_settled(clinic.db), True)
    await is_whole(clinic, *uids, of=200)


async def test_killed_backends_cost_no_occurrence(own_database: str, clinic: World) -> None:
    uids = [await sauna_days(clinic, 60) for _ in range(3)]
    async with working(own_database):
        for count in (5, 50, 100):
            await until(partial(more_than, clinic.db, count), True)
            await clinic.db.execute(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                """
            )
        await until(lambda: all_settled(clinic.db), True)
    await is_whole(clinic, *uids, of=60)
    assert await clinic.db.fetchval("select sum(attempts) from occurrence") == 0


async def test_a_restarted_server_costs_no_occurrence(tmp_path: Path) -> None:
    with embedded.running(tmp_path) as server:
        await migrate(server.url())
        pool = await open_pool(server.url())
        clinic = await open_clinic(pool, datetime.now(UTC).replace(microsecond=0))
        uids = [await sauna_days(clinic, 60) for _ in range(4)]
        async with working(server.url()):
            for count in (5, 100):
                await until(partial(more_than, pool, count), True)
                await asyncio.to_thread(restart, tmp_path)
                assert not await all_settled(pool)
            await until(lambda: all_settled(pool), True)
        await is_whole(clinic, *uids, of=60)
        assert await pool.fetchval("select sum(attempts) from occurrence") == 0
        await pool.close()


def restart(data: Path) -> None:
    with embedded.gate(data):
        done = run(data / "postgres", "pg_ctl", "-w", "-m", "fast", "-l", "log", "restart")
    assert done.returncode == 0, done.stdout


async def test_one_that_nobody_foresaw_is_put_off_and_given_up_at_last(clinic: World, events: Any) -> None:
    uid = await sauna_days(clinic, 4)
    third = await clinic.db.fetchval("select starts_at from occurrence order by starts_at offset 2 limit 1")
    await clinic.db.execute(
        f"create function fall() returns trigger language plpgsql as 'begin if new.starts_at = ''{third}'' then "
        "raise division_by_zero; end if; return new; end'"
    )
    await clinic.db.execute("create trigger fall before insert on item for each row execute function fall()")
    now, tries = clinic.now, 0
    while await make_next(clinic.db, now):
        tries += 1
    assert (tries, await became(clinic, uid)) == (4, ["made", "made", "pending", "made"])
    assert await measure_backlog(clinic.db, now) == Backlog(pending=1, oldest_seconds=0.0, failed=0)
    while (await measure_backlog(clinic.db, now)).pending:
        now = await clinic.db.fetchval("select due_at from occurrence where outcome = 'pending'")
        assert not await make_next(clinic.db, now - timedelta(milliseconds=1))
        assert await make_next(clinic.db, now)
        tries += 1
    assert (tries, await became(clinic, uid)) == (3 + 12, ["made", "made", "failed", "made"])
    assert await measure_backlog(clinic.db, now) == Backlog(pending=0, oldest_seconds=0.0, failed=1)
    assert [event["event"] for event in events] == 11 * ["jobs.put_off"] + ["jobs.given_up"]
    assert (events[-1]["log_level"], events[-1]["row"]["starts_at"]) == ("error", third)
    assert [finding.law async for finding in audit(clinic.db, now)] == ["unmade"]
    await change_booking_state(clinic.ctx(), uid, "cancel")
    assert await became(clinic, uid) == ["made", "made", "withdrawn", "made"]
    assert [finding.law async for finding in audit(clinic.db, now)] == []


async def test_what_was_given_up_is_tried_again_on_demand(clinic: World) -> None:
    uid = await sauna_days(clinic, 3)
    await clinic.db.execute("update occurrence set outcome = 'failed', attempts = 12, due_at = '2020-01-01'")
    assert not await make_next(clinic.db, clinic.now)
    assert await retry_failed(clinic.db, clinic.now) == 3
    assert await measure_backlog(clinic.db, clinic.now) == Backlog(pending=3, oldest_seconds=0.0, failed=0)
    while await make_next(clinic.db, clinic.now):
        pass
    await is_whole(clinic, uid, of=3)
    assert await retry_failed(clinic.db, clinic.now) == 0


async def test_the_backlog_tells_for_how_long_the_oldest_waits(clinic: World) -> None:
    await sauna_days(clinic, 3)
    assert await measure_backlog(clinic.db, clinic.now + HOUR) == Backlog(pending=3, oldest_seconds=3600.0, failed=0)


async def test_a_long_series_does_not_keep_a_short_one_waiting(clinic: World) -> None:
    long = await sauna_days(clinic, 700)
    short = await sauna_days(clinic, 2, first=DAY + HOUR)
    for _ in range(4):
        assert await make_next(clinic.db, clinic.now)
    assert await became(clinic, short) == ["made", "made"]
    assert (await became(clinic, long)).count("made") == 2


async def test_a_booking_that_somebody_works_on_is_passed_over(clinic: World) -> None:
    busy = await sauna_days(clinic, 2)
    other = await sauna_days(clinic, 1, first=9 * DAY)
    async with transaction(clinic.ctx()) as tx:
        await tx.db.execute("select from booking where uid = $1::text::uuid for no key update", busy)
        assert await make_next(clinic.db, clinic.now)
        assert not await make_next(clinic.db, clinic.now)
    assert await became(clinic, busy) == ["pending", "pending"]
    assert await became(clinic, other) == ["made"]


async def test_what_was_settled_meanwhile_is_not_put_off(clinic: World) -> None:
    uid = await sauna_days(clinic, 1)
    (due,) = await OCCURRENCES.find(clinic.db, clinic.now)
    await make_next(clinic.db, clinic.now)
    await OCCURRENCES.postpone(clinic.db, clinic.now, due)
    assert await became(clinic, uid) == ["made"]


async def test_what_does_not_fit_is_refused_at_once(clinic: World) -> None:
    uid = await sauna_days(clinic, 2)
    second = await clinic.db.fetchval("select max(starts_at) from occurrence")
    await book_item(clinic.ctx(), hour_of(clinic.sauna, second, units=6))
    while await make_next(clinic.db, clinic.now):
        pass
    assert await became(clinic, uid) == ["made", "refused"]
    assert await clinic.db.fetchval("select sum(attempts) from occurrence") == 0

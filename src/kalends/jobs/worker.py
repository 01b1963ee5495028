"""The process that does what waits in the database, until it is told to stop, through every loss of the database.

There is no queue. A task looks for rows that wait, does one small unit of work in a transaction of its own, and leaves
its mark on the rows in that transaction; so a unit that is cut off at any moment is simply found again.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Generic, TypeVar

import msgspec
import structlog

from kalends.store.db import LATE, UNAVAILABLE, Db, Pool, open_pool
from kalends.store.health import find_fault, find_fault_at

log = structlog.get_logger()
Row = TypeVar("Row", bound=msgspec.Struct)

# All in seconds.
GRACE = 10.0  # for units that have begun when the worker is told to stop; then they are rolled back
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0  # between probes of a lost database
LONGEST_WAIT_AFTER_ERROR = 60.0  # between runs of a task that fails as a whole


class Task(msgspec.Struct, frozen=True):
    """Something to do again and again.

    `run` does one unit of work and answers whether there was any. While there is, it is called again at once, otherwise
    after `every` seconds; up to `at_once` units are under way at one time.
    """

    name: str
    run: Callable[[Db, datetime], Awaitable[bool]]
    every: float = 0.5
    at_once: int = 1


class RowTask(msgspec.Struct, Generic[Row], frozen=True):
    """How one kind of row is worked off.

    `find` lists rows that are due and locks nothing. `attempt` does one in a transaction; False when it is taken by
    others or done already. `postpone` counts a failed attempt, and answers when the next is due, or None for never.
    """

    find: Callable[[Db, datetime], Awaitable[Sequence[Row]]]
    attempt: Callable[[Db, datetime, Row], Awaitable[bool]]
    postpone: Callable[[Db, datetime, Row], Awaitable[datetime | None]]


class Run(msgspec.Struct, frozen=True):
    """One run of the worker; `recovering` is locked while somebody waits for the database to come back."""

    db: Pool
    stop: asyncio.Event
    recovering: asyncio.Lock


async def work(url: str, stop: asyncio.Event, tasks: Sequence[Task]) -> None:
    """Do the tasks until `stop` is set; units that have begun are ended first, or rolled back after ten seconds."""
    if fault := await find_fault_at(url):
        await outlast(fault, stop, partial(find_fault_at, url))
    if stop.is_set():
        return
    run = Run(await open_pool(url, 0, sum(task.at_once for task in tasks)), stop, asyncio.Lock())
    try:
        log.info("jobs.started", tasks=[task.name for task in tasks])
        loops = [asyncio.create_task(repeat(run, task)) for task in tasks for _ in range(task.at_once)]
        await stop.wait()
        _, late = await asyncio.wait(loops, timeout=GRACE)
        for loop in late:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        log.info("jobs.stopped", rolled_back=len(late))
    finally:
        run.db.terminate()


async def repeat(run: Run, task: Task) -> None:
    """Do one unit of a task after the other until it is time to stop; no failure ends it."""
    wait = task.every
    while not run.stop.is_set():
        try:
            busy = await step(run, task)
        except Exception:  # nobody else would take up the task: what no task foresaw is said, and tried again later
            wait = min(wait, LONGEST_WAIT_AFTER_ERROR)
            log.exception("jobs.task_failed", task=task.name, again_in_seconds=wait)
            await pause(run.stop, wait)
            wait *= 2
        else:
            wait = task.every
            if not busy:
                await pause(run.stop, wait)


async def step(run: Run, task: Task) -> bool:
    """Do one unit of a task, or wait for the database; answers whether to go on at once."""
    try:
        return await task.run(run.db, datetime.now(UTC))
    except UNAVAILABLE as fault:
        await await_database(run, type(fault).__name__)
        return True


async def attempt_next(rows: RowTask[Row], db: Db, now: datetime) -> bool:
    """Work off the first of the due rows that nobody else has taken; answers whether there was one.

    One that fails unexpectedly is put off, and the others go on. Where the database is lost no attempt is counted.
    Raises what `find` raises, and the UNAVAILABLE errors.
    """
    for row in await rows.find(db, now):
        try:
            if await rows.attempt(db, now, row):
                return True
        except Exception as failure:
            # A timeout is an OSError too, but where the database is there it is the row's: postponing it will tell.
            if isinstance(failure, UNAVAILABLE) and not isinstance(failure, LATE):
                raise
            await put_off(rows, db, now, row, failure)
            return True
    return False


async def put_off(rows: RowTask[Row], db: Db, now: datetime, row: Row, failure: Exception) -> None:
    due_at = await rows.postpone(db, now, row)
    named = msgspec.structs.asdict(row)
    if due_at is None:
        log.error("jobs.given_up", row=named, exc_info=failure)
    else:
        log.warning("jobs.put_off", row=named, until=due_at, exc_info=failure)


async def await_database(run: Run, fault: str) -> None:
    """Return when the database takes writes again, or it is time to stop. Whoever comes first says so and asks."""
    if run.recovering.locked():
        async with run.recovering:
            return
    async with run.recovering:
        await outlast(fault, run.stop, partial(find_fault, run.db))


async def outlast(fault: str, stop: asyncio.Event, find: Callable[[], Awaitable[str | None]]) -> None:
    """Say what is wrong with the database, and return when that is found no more, or it is time to stop."""
    log.warning("jobs.database_lost", fault=fault)
    wait = FIRST_WAIT
    await pause(stop, wait)
    while not stop.is_set() and await find():
        wait = min(wait * 2, LONGEST_WAIT)
        await pause(stop, wait)
    if not stop.is_set():
        log.info("jobs.database_back")


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, a little more or less, that workers don't ask in step; but no longer than until `stop` is set."""
    try:
        await asyncio.wait_for(stop.wait(), seconds * random.uniform(0.9, 1.1))
    except TimeoutError:
        return

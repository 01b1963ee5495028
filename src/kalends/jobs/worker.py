"""The worker: runs background tasks until it is stopped, and waits whenever the database is lost.

There is no job queue. A task finds rows that are due, does one small unit of work in its own transaction, and marks the
rows as done in that transaction. A unit that is interrupted at any point is therefore found again.
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
T = TypeVar("T")

# All in seconds.
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0  # between probes of a lost database
LONGEST_WAIT_AFTER_ERROR = 60.0  # between runs of a task that keeps failing


class Task(msgspec.Struct, frozen=True):
    """A task that the worker repeats.

    `run` does one unit of work and returns whether there was any. If so it is called again at once, otherwise after
    `every` seconds. Up to `at_once` units run in parallel.
    """

    name: str
    run: Callable[[Db, datetime], Awaitable[bool]]
    every: float = 0.5
    at_once: int = 1


class RowTask(msgspec.Struct, Generic[Row], frozen=True):
    """How to process one kind of row.

    `find` lists rows that are due, without locks. `attempt` processes one in a transaction, and returns False if
    another worker holds or has done it. `postpone` counts a failed attempt, and returns when the next one is due, None
    for never.
    """

    find: Callable[[Db, datetime], Awaitable[Sequence[Row]]]
    attempt: Callable[[Db, datetime, Row], Awaitable[bool]]
    postpone: Callable[[Db, datetime, Row], Awaitable[datetime | None]]


class Run(msgspec.Struct, frozen=True):
    """The state that all loops of a worker share; one of them holds `recovering` while the database is lost."""

    db: Pool
    stop: asyncio.Event
    recovering: asyncio.Lock


async def work(url: str, stop: asyncio.Event, tasks: Sequence[Task], drain_seconds: float = 10.0) -> None:
    """Run the tasks until `stop` is set. Units that still run after `drain_seconds` more are rolled back."""
    if fault := await find_fault_at(url):
        await wait_until_available(fault, stop, partial(find_fault_at, url))
    if stop.is_set():
        return
    run = Run(await open_pool(url, 0, sum(task.at_once for task in tasks)), stop, asyncio.Lock())
    try:
        log.info("jobs.started", tasks=[task.name for task in tasks])
        loops = [asyncio.create_task(repeat(run, task)) for task in tasks for _ in range(task.at_once)]
        await stop.wait()
        _, unfinished = await asyncio.wait(loops, timeout=drain_seconds)
        for loop in unfinished:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        log.info("jobs.stopped", rolled_back=len(unfinished))
    finally:
        run.db.terminate()


async def repeat(run: Run, task: Task) -> None:
    """Run units of a task one after the other until the worker is stopped; no error ends the loop."""
    wait = task.every
    while not run.stop.is_set():
        try:
            busy = await step(run, task)
        except Exception:  # logged and tried again later: if this loop ended, the task would not run any more
            wait = min(wait, LONGEST_WAIT_AFTER_ERROR)
            log.exception("jobs.task_failed", task=task.name, again_in_seconds=wait)
            await pause(run.stop, wait)
            wait *= 2
        else:
            wait = task.every
            if not busy:
                await pause(run.stop, wait)


async def step(run: Run, task: Task) -> bool:
    """Run one unit of a task, or wait for the database if it is lost; returns whether to go on at once."""
    try:
        return await task.run(run.db, datetime.now(UTC))
    except UNAVAILABLE as error:
        await await_database(run, type(error).__name__)
        return True


async def attempt_next(rows: RowTask[Row], db: Db, now: datetime) -> bool:
    """Process the first due row that no other worker has taken; returns whether there was one.

    A row that fails unexpectedly is postponed. If the database is lost the attempt is not counted. Raises the errors
    of UNAVAILABLE, and any error of `rows.find`.
    """
    for row in await rows.find(db, now):
        result = await result_or_error(rows.attempt(db, now, row))
        if isinstance(result, Exception):
            await postpone(rows, db, now, row, result)
            return True
        if result:
            return True
    return False


async def result_or_error(attempt: Awaitable[T]) -> T | Exception:
    """The result of an attempt, or the error that it failed with, for its row to be postponed.

    Raises the errors of UNAVAILABLE but for a timeout, which may be the row's fault: if the database is really lost,
    postponing it raises.
    """
    try:
        return await attempt
    except Exception as error:  # one bad row must not keep the others from being processed
        if isinstance(error, UNAVAILABLE) and not isinstance(error, LATE):
            raise
        return error


async def postpone(rows: RowTask[Row], db: Db, now: datetime, row: Row, error: Exception) -> None:
    """Postpone a row whose attempt failed, and log the error."""
    due_at = await rows.postpone(db, now, row)
    row_fields = msgspec.structs.asdict(row)
    if due_at is None:
        log.error("jobs.given_up", row=row_fields, exc_info=error)
    else:
        log.warning("jobs.put_off", row=row_fields, until=due_at, exc_info=error)


async def await_database(run: Run, fault: str) -> None:
    """Wait until the database takes writes again or the worker is stopped. Only the first loop to come here probes."""
    if run.recovering.locked():
        async with run.recovering:
            return
    async with run.recovering:
        await wait_until_available(fault, run.stop, partial(find_fault, run.db))


async def wait_until_available(
    fault: str, stop: asyncio.Event, find_current_fault: Callable[[], Awaitable[str | None]]
) -> None:
    """Log that the database is lost, and wait until no fault is found any more or the worker is stopped."""
    log.warning("jobs.database_lost", fault=fault)
    wait = FIRST_WAIT
    await pause(stop, wait)
    while not stop.is_set() and await find_current_fault():
        wait = min(wait * 2, LONGEST_WAIT)
        await pause(stop, wait)
    if not stop.is_set():
        log.info("jobs.database_back")


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait for `seconds`, varied by 10 % so that workers don't probe in step, or until `stop` is set."""
    try:
        await asyncio.wait_for(stop.wait(), seconds * random.uniform(0.9, 1.1))
    except TimeoutError:
        return

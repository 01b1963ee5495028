"""The process that does the jobs: until it is told to stop, through every loss of the database.

A job is taken by a mark with a heartbeat. When its worker is killed the heart stops, and another worker takes it up.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import structlog
from pgqueuer import PgQueuer
from pgqueuer.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.models import Job, Schedule

from kalends.jobs.handlers import HANDLERS, Handler
from kalends.jobs.schedule import CHORES, Chore
from kalends.store.db import UNAVAILABLE, Db, open_pool
from kalends.store.jobs import open_queue

log = structlog.get_logger()


class Pace(msgspec.Struct, frozen=True):
    """A job whose worker is not heard of for `lost_after` is taken up by another; waits between attempts double.

    The last retry is most of an hour after the first attempt; what fails then is kept for a person to look at.
    """

    lost_after: timedelta = timedelta(seconds=30)
    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(minutes=10)
    looked_for: timedelta = timedelta(seconds=2)  # jobs are announced, but an announcement may be missed
    retries: int = 12


PACE = Pace()


async def work(url: str, stop: asyncio.Event, pace: Pace = PACE, handlers: Mapping[str, Handler] = HANDLERS) -> None:
    """Do jobs until `stop` is set; those begun are ended first."""
    wait = 1.0
    while not stop.is_set():
        try:
            await until_stopped(url, stop, pace, handlers)
            wait = 1.0
        except Exception:
            # Mostly a lost database. Whatever it is, jobs not done are still in the queue.
            log.exception("jobs.interrupted", again_in_seconds=wait)
            await pause(stop, wait)
            wait = min(wait * 2, 30.0)


async def until_stopped(url: str, stop: asyncio.Event, pace: Pace, handlers: Mapping[str, Handler]) -> None:
    """Do jobs until `stop` is set, or the database is lost."""
    pool = await open_pool(url)
    try:
        async with open_queue(url) as queue:
            add_jobs(queue, pool, pace, handlers)
            add_chores(queue, pool)
            stopping = asyncio.create_task(shut_down_after(stop, queue))
            log.info("jobs.started")
            try:
                await queue.run(
                    dequeue_timeout=pace.looked_for,
                    heartbeat_timeout=pace.lost_after,
                    shutdown_on_listener_failure=True,
                )
            finally:
                stopping.cancel()
    finally:
        pool.terminate()


def add_jobs(queue: PgQueuer, db: Db, pace: Pace, handlers: Mapping[str, Handler]) -> None:
    """Every job, tried again when it fails."""
    executor = partial(
        DatabaseRetryEntrypointExecutor,
        max_attempts=pace.retries,
        initial_delay=pace.first_wait,
        max_delay=pace.longest_wait,
    )
    for name, handler in handlers.items():
        queue.entrypoint(name, on_failure="hold", executor_factory=executor)(partial(do_job, handler, db))


def add_chores(queue: PgQueuer, db: Db) -> None:
    """Every chore; those of an older version are forgotten."""
    for name, (when, chore) in CHORES.items():
        queue.schedule(name, when, clean_old=True)(partial(do_chore, chore, db))


async def do_job(handler: Handler, db: Db, job: Job) -> None:
    """Do all steps of a job. When some of them fail the job does, after the others: it is tried again for those.

    What was done stays done. The database's absence ends it at once.
    """
    done, failures = 0, list[Exception]()
    for step in await handler(db, datetime.now(UTC), job.payload or b"") or ():
        try:
            await step()
            done += 1
        except UNAVAILABLE:
            raise
        except Exception as failure:
            # Whatever it is, the steps behind it do not wait for a person; the job ends with it, and is tried again.
            log.exception("job.step_failed", job=job.entrypoint, id=job.id)
            failures.append(failure)
    log.info("job.done", job=job.entrypoint, id=job.id, steps=done, failed=len(failures))
    if failures:
        raise failures[0]


async def do_chore(chore: Chore, db: Db, _: Schedule) -> None:
    await chore(db, datetime.now(UTC))


async def shut_down_after(stop: asyncio.Event, queue: PgQueuer) -> None:
    await stop.wait()
    queue.shutdown.set()


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but no longer than until it is time to stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return

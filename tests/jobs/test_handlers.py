"""The jobs themselves, and the chores."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from kalends.actions.audit import audit
from kalends.actions.bookings.series import outcomes, start_series
from kalends.actions.expiry import forget_counts, lapse_holds
from kalends.engine.recurrence import Recurrence
from kalends.jobs.handlers import HANDLERS
from kalends.store.db import Pool, open_pool
from kalends.store.limits import count_hit
from kalends.store.watch import Jobs, look_at_jobs
from tests.acts import book_item, request
from tests.desk import until
from tests.jobs.test_worker import working
from tests.world import World, open_clinic

WORKER = "import asyncio, sys; from kalends.jobs.worker import work; asyncio.run(work(sys.argv[1], asyncio.Event()))"


@pytest.fixture
async def pool(own_database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(own_database)
    yield pool
    await pool.close()


async def massages(clinic: World, count: int) -> str:
    """A series of that many days, as a request leaves it to a job."""
    rule = Recurrence(f"RRULE:FREQ=DAILY;COUNT={count}")
    first = clinic.now + timedelta(days=1)
    return await start_series(
        clinic.ctx(),
        request(resource_id=clinic.sauna, starts_at=first, ends_at=first + timedelta(hours=1), recurrence=rule),
    )


async def test_a_series_is_made_by_a_job(own_database: str, pool: Pool) -> None:
    clinic = await open_clinic(pool)
    uid = await massages(clinic, 5)
    async with working(own_database, HANDLERS):
        await until(lambda: pool.fetchval("select count(*) from pgqueuer"), 0)
    assert [one.outcome for one in await outcomes(clinic.ctx(), uid)] == ["made"] * 5


async def test_a_series_whose_worker_is_killed_is_made_once(own_database: str, pool: Pool) -> None:
    clinic = await open_clinic(pool)
    uid = await massages(clinic, 300)
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, own_database, stderr=DEVNULL, stdout=DEVNULL
    )
    await until(lambda: pool.fetchval("select count(*) > 20 from item"), True)
    killed.kill()
    await killed.wait()
    assert await pool.fetchval("select count(*) from occurrence where outcome = 'pending'") > 0
    async with working(own_database, HANDLERS):
        await until(lambda: pool.fetchval("select count(*) from pgqueuer"), 0)
    assert [one.outcome for one in await outcomes(clinic.ctx(), uid)] == ["made"] * 300
    assert await pool.fetchval("select count(*) from item") == 300


async def test_an_occurrence_that_nobody_foresaw_is_seen_and_keeps_no_other_from_being_made(
    own_database: str, pool: Pool
) -> None:
    clinic = await open_clinic(pool)
    uid = await massages(clinic, 4)
    third = clinic.now + timedelta(days=3)
    await pool.execute(
        f"create function fall() returns trigger language plpgsql as 'begin if new.starts_at = ''{third}'' then "
        "raise division_by_zero; end if; return new; end'"
    )
    await pool.execute("create trigger fall before insert on item for each row execute function fall()")
    async with working(own_database, HANDLERS, retries=1):
        await until(lambda: look_at_jobs(pool, clinic.now), Jobs(0.0, failed=1))
    assert [one.outcome for one in await outcomes(clinic.ctx(), uid)] == ["made", "made", "pending", "made"]
    hours_later = [finding.law async for finding in audit(pool, clinic.now + timedelta(hours=2))]
    assert hours_later == ["unmade"]


async def test_holds_that_are_over_lapse(db: Pool) -> None:
    clinic = await open_clinic(db, verification="email")
    first = clinic.now + timedelta(days=1)
    wish = request(
        service_id=clinic.massage, resource_id=clinic.ada, starts_at=first, customer_id=clinic.kari, initiate=True
    )
    held = (await book_item(clinic.ctx(), wish)).item
    assert held.expires_at
    question = "select state from item where account_id = $1 and id = $2"
    await lapse_holds(db, held.expires_at - timedelta(seconds=1))
    assert await db.fetchval(question, clinic.account.id, held.id) == "awaiting_verification"
    await lapse_holds(db, held.expires_at)
    assert await db.fetchval(question, clinic.account.id, held.id) == "verification_expired"


async def test_counts_long_past_are_forgotten(db: Pool) -> None:
    clinic = await open_clinic(db)
    await count_hit(db, clinic.account.slug, clinic.now)
    await count_hit(db, clinic.account.slug, clinic.now + timedelta(days=1))
    await forget_counts(db, clinic.now + timedelta(days=2, seconds=1))
    assert await db.fetchval("select count(*) from request_count where subject = $1", clinic.account.slug) == 1

"""A crowd that waits for one busy tree leaves connections to others."""

import asyncio

import asyncpg
import msgspec
import pytest

from kalends.store import turns
from kalends.store.db import open_pool
from tests.acts import book_item
from tests.desk import HOUR, PATIENCE, SOON, hour_of, made, needs_one_server, until
from tests.races.stage import at_once, won
from tests.world import World

CROWD = 20
WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@pytest.mark.parametrize("names", [["ada"], ["hall", "left", "right"]])
async def test_a_booking_elsewhere_does_not_wait_for_a_crowd(
    clinic: World, database_url: str, names: list[str]
) -> None:
    await needs_one_server(clinic.db)
    busy = [getattr(clinic, name) for name in names]
    pool = await open_pool(database_url, 1, turns.MOST_AT_ONCE + 1)
    ctx = msgspec.structs.replace(clinic.ctx(), db=pool)
    assert isinstance(clinic.db, asyncpg.Pool)
    async with asyncio.timeout(PATIENCE), clinic.db.acquire() as holder, holder.transaction():
        await holder.execute("select from resource where id = $1 for no key update", busy[0])
        asked = [hour_of(busy[turn % len(busy)], SOON + turn * HOUR) for turn in range(CROWD)]
        crowd = asyncio.create_task(at_once([book_item(ctx, one) for one in asked]))
        await until(lambda: clinic.db.fetchval(WAITING), turns.MOST_AT_ONCE)
        assert (await book_item(ctx, hour_of(clinic.bo))).item.resource_id == clinic.bo
        assert not crowd.done()
    assert len(won(await crowd)) == CROWD
    await pool.close()


async def test_whoever_has_a_connection_does_not_wait(clinic: World) -> None:
    assert isinstance(clinic.db, asyncpg.Pool)
    async with asyncio.timeout(PATIENCE), clinic.db.acquire() as connection, connection.transaction():
        within = msgspec.structs.replace(clinic, db=connection)
        async with turns.turns(clinic.db, clinic.account.id, turns.MOST_AT_ONCE * [("resource", clinic.ada)]):
            await made(within, hour_of(clinic.ada))


@pytest.mark.parametrize("order", [1, -1])
async def test_nobody_waits_in_a_circle(clinic: World, order: int) -> None:
    rows = [("resource", clinic.ada), ("resource", clinic.bo)][::order]

    async def takes() -> None:
        async with turns.turns(clinic.db, clinic.account.id, rows):
            await asyncio.sleep(0)

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(takes() for _ in range(CROWD)))

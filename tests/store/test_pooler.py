"""Through a pooler that lends a server for one transaction at a time, everything is as without one."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import asyncpg
import msgspec
import pytest

from kalends.actions.bookings.book import book
from kalends.engine.refusals import Full
from kalends.store.db import is_pooled, open_pool, transaction
from kalends.store.migrations import migrate
from tests.conftest import GIVEN, Server
from tests.desk import ADVISORY_LOCKS, hour_of
from tests.pooler import PGBOUNCER, Pooler, pooling
from tests.world import open_clinic

pytestmark = pytest.mark.skipif(
    PGBOUNCER is None or GIVEN is not None, reason="needs pgbouncer and a server of its own"
)


@pytest.fixture(scope="module")
def pooler(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pooler]:
    """PgBouncer with two connections to a database at most."""
    with pooling(server.url("postgres"), tmp_path_factory.mktemp("pooler"), 2) as running:
        yield running


def name_of(url: str) -> str:
    return urlsplit(url).path.strip("/")


async def test_bookings_race_through_it(pooler: Pooler, server: Server, own_database: str) -> None:
    url = pooler.url(name_of(own_database))
    one, other = await open_pool(url, 4, 4), await open_pool(url, 4, 4)
    clinic = await open_clinic(one)
    assert await is_pooled(url)
    assert not await is_pooled(server.url(name_of(own_database)))

    async def compete(pool: asyncpg.Pool) -> str:
        try:
            await book(msgspec.structs.replace(clinic.ctx(), db=pool), hour_of(clinic.ada))
        except Full:
            return "full"
        return "booked"

    outcomes = await asyncio.gather(*(compete(pool) for pool in (one, other) * 8))
    assert sorted(outcomes) == ["booked", *["full"] * 15]
    await one.close()
    await other.close()


async def test_nothing_is_left_behind_on_its_servers(pooler: Pooler, server: Server, own_database: str) -> None:
    url = pooler.url(name_of(own_database))
    pool = await open_pool(url, 1, 1)
    async with transaction(pool) as tx:
        assert await tx.fetchval("show lock_timeout") == "10s"
    assert await pool.fetchval("show lock_timeout") == "10s"
    assert await pool.fetchval("show timezone") == "UTC"
    await pool.close()
    plain = await asyncpg.connect(url, statement_cache_size=0)
    async with plain.transaction():
        assert await plain.fetchval("show lock_timeout") == "0"
        assert await plain.fetchval(ADVISORY_LOCKS) == 0
    await plain.close()


async def test_a_database_is_migrated_through_it(pooler: Pooler, empty_database: str) -> None:
    url = pooler.url(name_of(empty_database))
    assert await migrate(url) != []
    assert await migrate(url) == []

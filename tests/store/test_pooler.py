"""Through a pooler that lends a server for one transaction at a time, everything is as without one."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import msgspec
import pytest

from kalends.actions.bookings.book import book
from kalends.engine.refusals import Full
from kalends.store.db import is_pooled, open_pool, transaction
from kalends.store.embedded.programs import SYSTEM_USER
from kalends.store.migrations import migrate
from tests.conftest import GIVEN, Server
from tests.desk import ADVISORY_LOCKS, hour_of, until
from tests.ports import free_port
from tests.world import open_clinic

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(
    PGBOUNCER is None or GIVEN is not None, reason="needs pgbouncer and a server of its own"
)

CONFIGURATION = """
[databases]
* = host={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
server_reset_query =
"""


@pytest.fixture(scope="module")
def port(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where PgBouncer listens, with two connections to a database at most."""
    with free_port() as port:
        yield from pooling(server, port, tmp_path_factory)


def pooling(server: Server, port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    file = Path(tmp_path_factory.mktemp("pooler")) / "pgbouncer.ini"
    (sockets,) = parse_qs(urlsplit(server.url("postgres")).query)["host"]
    file.write_text(CONFIGURATION.format(server=sockets, port=port))
    assert PGBOUNCER
    user = SYSTEM_USER if os.geteuid() == 0 else None
    for folder in (file, *file.parents):
        if user and folder.is_relative_to(tmp_path_factory.getbasetemp()):
            folder.chmod(folder.stat().st_mode | 0o055)
    with subprocess.Popen([PGBOUNCER, "--quiet", file], user=user, stderr=subprocess.DEVNULL) as pooler:
        yield port
        pooler.terminate()


async def through(port: int, url: str) -> str:
    """The same database through the pooler, which answers by now."""
    pooled = f"postgresql://postgres@127.0.0.1:{port}{urlsplit(url).path}"

    async def answers() -> bool:
        try:
            return await is_pooled(pooled)
        except OSError:
            return False

    await until(answers, True)
    return pooled


async def test_bookings_race_through_it(port: int, own_database: str) -> None:
    url = await through(port, own_database)
    one, other = await open_pool(url, 4, 4), await open_pool(url, 4, 4)
    clinic = await open_clinic(one)
    assert await is_pooled(url)
    assert not await is_pooled(own_database)

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


async def test_nothing_is_left_behind_on_its_servers(port: int, own_database: str) -> None:
    url = await through(port, own_database)
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


async def test_a_database_is_migrated_through_it(port: int, empty_database: str) -> None:
    url = await through(port, empty_database)
    assert await migrate(url) != []
    assert await migrate(url) == []

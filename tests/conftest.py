"""The PostgreSQL that the tests run on: an embedded server, or the one of a URL.

When tests run in several processes, each has a server of its own, so that nobody's snapshots, locks or statistics are
another's; on the server of a URL each has databases of its own. Where none may be created, or tables are distributed,
all share the database of the URL: each test has accounts of its own, and tests that need more are skipped.
"""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import asyncpg
import pytest
from hypothesis import settings

from kalends.store import embedded
from kalends.store.db import open_pool
from kalends.store.distribution import is_distributed
from kalends.store.migrations import migrate
from tests import pooler
from tests.folders import passable
from tests.world import World, open_clinic

# How long an example takes is the bench's matter: a busy machine is no fault. The examples are the same in every run:
# what is red was broken by the change at hand. `--hypothesis-profile=search` looks for new ones.
settings.register_profile("kalends", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None)
settings.load_profile("kalends")


@pytest.hookimpl(optionalhook=True)  # known with xdist only
def pytest_xdist_auto_num_workers() -> int:
    """Two on one core too: for much of its time a test waits, for processes that start or for the disk."""
    return max(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--asks", type=int, default=200, help="of how many random asks explanations are compared")


def pytest_configure(config: pytest.Config) -> None:
    """Root's tests have a folder of their own: the usual one is closed by each run that begins."""
    if os.geteuid() == 0 and config.option.basetemp is None:
        config.option.basetemp = tempfile.mkdtemp(prefix="kalends-tests-")
        config.add_cleanup(partial(shutil.rmtree, config.option.basetemp, ignore_errors=True))


GIVEN = os.environ.get("KALENDS_TEST_DATABASE_URL") or os.environ.get("KALENDS_DATABASE_URL")


@pytest.fixture
def tmp_path(tmp_path: Path) -> Path:
    return passable(tmp_path)


class Server(Protocol):
    """A PostgreSQL server on which the user may create databases."""

    def url(self, database: str) -> str: ...


class Given:
    """The server of a URL. `alone`: its database is all that there is, because the user may create none, or because
    tables are distributed there."""

    def __init__(self, given: str) -> None:
        self.given = urlsplit(given)
        self.alone = not asyncio.run(can_create_databases(given))

    def url(self, database: str) -> str:
        return self.given._replace(path=f"/{database}").geturl()


async def can_create_databases(url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        may: bool = await connection.fetchval(
            "select rolsuper or rolcreatedb from pg_roles where rolname = current_user"
        )
        return may and not await is_distributed(connection)
    finally:
        await connection.close()


def is_alone(server: Server) -> bool:
    return isinstance(server, Given) and server.alone


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if GIVEN:
        yield Given(GIVEN)
    else:
        with embedded.running(passable(tmp_path_factory.mktemp("kalends"))) as started:
            asyncio.run(forget_the_disk(started))
            yield started


@pytest.fixture(scope="session")
def front(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What the tests speak to: the server itself, or PgBouncer in front of it, if KALENDS_TEST_POOLER is `yes`."""
    if pooler.WANTED:
        with pooler.pooling(server.url("postgres"), tmp_path_factory.mktemp("front"), 20) as running:
            yield running
    else:
        yield server


async def forget_the_disk(server: Server) -> None:
    """Nothing is to outlive this server: to wait for the disk at each commit would be most of what a test waits for.

    Nor is the table of one test analyzed while another reads what has changed: that would wait for it.
    """
    admin = await asyncpg.connect(server.url("postgres"))
    await admin.execute("alter system set fsync = off")
    await admin.execute("alter system set autovacuum = off")
    await admin.execute("select pg_reload_conf()")
    await admin.close()


@pytest.fixture(scope="session")
async def migrated(server: Server) -> AsyncIterator[str]:
    """The name of a migrated database that nobody uses: others are copied from it, which is quicker."""
    if isinstance(server, Given) and server.alone:
        await migrate(server.given.geturl())
        yield server.given.path.strip("/")
        return
    async with temporary_database(server) as name:
        await migrate(server.url(name))
        yield name


@pytest.fixture(scope="session")
async def database_url(server: Server, front: Server, migrated: str) -> AsyncIterator[str]:
    """A migrated database for the whole run: each test makes an account of its own in it."""
    if is_alone(server):
        yield server.url(migrated)
        return
    async with temporary_database(server, migrated) as name:
        yield front.url(name)


@pytest.fixture
async def own_database(server: Server, front: Server, migrated: str) -> AsyncIterator[str]:
    """A migrated database for one test alone."""
    async with temporary_database(server, migrated) as name:
        yield front.url(name)


@pytest.fixture
async def empty_database(server: Server, front: Server) -> AsyncIterator[str]:
    """A database for one test alone, with nothing in it."""
    async with temporary_database(server) as name:
        yield front.url(name)


@pytest.fixture(scope="session")
async def db(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(database_url)
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def crowd(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """A pool on which 16 can ask at one time."""
    pool = await open_pool(database_url, 16, 16)
    yield pool
    await pool.close()


@pytest.fixture
async def clinic(db: asyncpg.Pool) -> World:
    """The named cast, with the rules of a new account."""
    return await open_clinic(db)


@asynccontextmanager
async def temporary_database(server: Server, template: str = "template0") -> AsyncIterator[str]:
    """The name of a new database, which is gone afterwards."""
    if is_alone(server):
        pytest.skip("needs a database of its own, and may not create one on this server")
    name = f"kalends_test_{uuid.uuid4().hex}"
    admin = await asyncpg.connect(server.url("postgres"))
    try:
        await admin.execute(f"create database {name} template {template}")
        try:
            yield name
        finally:
            await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()

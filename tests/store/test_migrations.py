"""Migrations go forward, all or nothing, one process at a time."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from kalends.store import migrations
from kalends.store.migrations import Failed, is_newest, migrate, newest, numbered
from tests.desk import ADVISORY_LOCKS

SECOND, THIRD = "create table second (id bigint not null)", "alter table account add column third text"


def test_the_numbers_have_no_gap() -> None:
    assert [migrations.BASELINE, *numbered()] == list(range(1, newest() + 1))


async def test_an_empty_database_gets_all_and_then_nothing(empty_database: str) -> None:
    assert not await is_newest(empty_database)
    assert await migrate(empty_database) == [newest()]
    assert await is_newest(empty_database)
    assert await migrate(empty_database) == []


async def test_of_two_at_once_one_finds_nothing_to_do(empty_database: str) -> None:
    both = await asyncio.gather(migrate(empty_database), migrate(empty_database))
    assert sorted(both) == [[], [newest()]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the migrations are that this test writes; there are no others."""
    monkeypatch.setattr(migrations, "FOLDER", tmp_path)
    return tmp_path


async def test_what_is_there_gets_what_it_lacks_in_order(empty_database: str, folder: Path) -> None:
    assert await migrate(empty_database) == [1]
    (folder / "0003_third.sql").write_text(THIRD)
    (folder / "0002_second.sql").write_text(SECOND)
    assert not await is_newest(empty_database)
    both = await asyncio.gather(migrate(empty_database), migrate(empty_database))
    assert sorted(version for reached in both for version in reached) == [2, 3]
    assert await is_newest(empty_database)


async def test_a_table_in_use_stops_it_and_nothing_is_changed(
    empty_database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "100ms")
    await migrate(empty_database)
    (folder / "0002_both.sql").write_text(f"{SECOND}; {THIRD};")
    connection = await asyncpg.connect(empty_database)
    async with connection.transaction():
        await connection.execute("lock table account in share mode")
        with pytest.raises(Failed, match="in use"):
            await migrate(empty_database)
    assert await connection.fetchval("select to_regclass('second')") is None
    await connection.close()
    assert await migrate(empty_database) == [2]


async def test_nothing_is_left_locked_or_set_on_the_connection(empty_database: str) -> None:
    """A pooler may hand the connection to anybody else afterwards."""
    connection = await asyncpg.connect(empty_database)
    await migrations.migrate_on(connection)
    assert await connection.fetchval("show lock_timeout") == "0"
    assert await connection.fetchval(ADVISORY_LOCKS) == 0
    await connection.close()


async def test_a_database_of_a_newer_version_is_left_alone(own_database: str) -> None:
    connection = await asyncpg.connect(own_database)
    await connection.execute("update schema_version set version = 9999")
    await connection.close()
    with pytest.raises(Failed, match=f"9999.*{newest()}"):
        await migrate(own_database)


async def test_a_database_of_before_the_first_release_is_left_alone(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    await connection.execute("create table alembic_version (version_num text)")
    await connection.close()
    with pytest.raises(Failed, match="development version"):
        await migrate(empty_database)


async def test_a_database_that_is_not_there() -> None:
    with pytest.raises(Failed, match="can't be reached"):
        await migrate("postgresql://nobody@127.0.0.1:1/nothing")

"""Migrations go forward, all or nothing, one process at a time."""

import asyncio

import asyncpg
import pytest

from kalends.store import migrations
from kalends.store.migrations import Failed, is_newest, migrate, newest, numbered, render

ALL = [file.name[:4] for file in numbered()]


def test_the_numbers_have_no_gap() -> None:
    assert [f"{n:04}" for n in range(1, len(ALL) + 1)] == ALL


async def test_an_empty_database_gets_all_and_then_nothing(empty_database: str) -> None:
    assert not await is_newest(empty_database)
    assert await migrate(empty_database) == ALL
    assert await is_newest(empty_database)
    assert await migrate(empty_database) == []


async def test_of_two_at_once_one_finds_nothing_to_do(empty_database: str) -> None:
    both = await asyncio.gather(migrate(empty_database), migrate(empty_database))
    assert sorted(both) == [[], ALL]


async def test_a_table_in_use_stops_it_and_nothing_is_changed(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "100ms")
    connection = await asyncpg.connect(empty_database)
    before_last, _, _ = (await render(None)).partition(f"UPDATE alembic_version SET version_num='{ALL[1]}'")
    await connection.execute(before_last.partition(numbered()[1].read_text(encoding="utf-8"))[0])
    async with connection.transaction():
        await connection.execute("lock table account in share mode")
        with pytest.raises(Failed, match="in use"):
            await migrate(empty_database)
    assert await connection.fetchval("select version_num from alembic_version") == ALL[0]
    assert await connection.fetchval("select to_regclass('item')") is None
    await connection.close()
    assert await migrate(empty_database) == ALL[1:]


async def test_a_database_of_a_newer_version_is_left_alone(own_database: str) -> None:
    connection = await asyncpg.connect(own_database)
    await connection.execute("update alembic_version set version_num = '9999'")
    await connection.close()
    with pytest.raises(Failed, match=f"9999.*{newest()}"):
        await migrate(own_database)


async def test_a_database_that_is_not_there() -> None:
    with pytest.raises(Failed, match="can't be reached"):
        await migrate("postgresql://nobody@127.0.0.1:1/nothing")

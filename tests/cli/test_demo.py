from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest

from kalends.actions.audit import audit
from kalends.actions.bookings import list_items
from kalends.actions.keys import recognise
from kalends.cli.demo import fill, lines
from kalends.engine.listing import ItemQuery
from kalends.main import DOORS
from kalends.store.db import open_pool
from kalends.store.migrations import migrate
from tests.world import NOW

# A Sunday late in the evening, and the two days on which clocks change in Oslo.
DAYS = [
    NOW,
    datetime(2027, 3, 7, 22, 30, tzinfo=UTC),
    datetime(2027, 3, 24, 12, tzinfo=UTC),
    datetime(2027, 10, 31, 0, 59, tzinfo=UTC),
]


@pytest.fixture
async def own(empty_database: str) -> AsyncIterator[asyncpg.Pool]:
    await migrate(empty_database)
    pool = await open_pool(empty_database)
    yield pool
    await pool.close()


@pytest.mark.parametrize("now", DAYS)
async def test_the_demo_loads_on_any_day(own: asyncpg.Pool, now: datetime) -> None:
    report = await fill(own, now)
    assert report.made == {"customers": 6, "sessions": 12, "bookings": 21, "series": 1}
    assert [finding async for finding in audit(own, now)] == []


async def test_the_demo_shows_every_kind_of_thing(own: asyncpg.Pool) -> None:
    report = await fill(own, NOW)
    for door in DOORS:
        ctx, _ = await recognise(own, NOW, door.name, report.keys[door.name])
        entries = (await list_items(ctx, ItemQuery(listing="all"))).rows
        assert {entry.item.kind for entry in entries} == {"appointment", "seat"}
        assert {entry.item.state for entry in entries} == {
            "awaiting_verification",
            "confirmed",
            "declined",
            "cancelled",
            "deleted",
        }


async def test_the_demo_is_loaded_once(own: asyncpg.Pool) -> None:
    first = await fill(own, NOW)
    again = await fill(own, NOW)
    assert (list(first.keys), again.keys) == ([door.name for door in DOORS], {})
    assert "kalends key create --account demo" in "\n".join(lines(again, "http://localhost"))
    assert all(secret in "\n".join(lines(first, "http://localhost")) for secret in first.keys.values())

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import asyncpg
import pytest

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.billing.documents import get_occasion_with_documents
from kalends.actions.billing.invoices import list_invoices
from kalends.actions.billing.occasions import list_occasions
from kalends.actions.bookings.find import list_items
from kalends.actions.check import audit
from kalends.cli.demo.load import fill, lines
from kalends.engine.billing.invoice import InvoiceQuery
from kalends.engine.bookings.queries import ItemQuery
from kalends.main import DOORS
from kalends.store.db import open_pool
from tests.world import NOW

# A Sunday late in the evening, and the two days on which clocks change in Oslo.
DAYS = [
    NOW,
    datetime(2027, 3, 7, 22, 30, tzinfo=UTC),
    datetime(2027, 3, 24, 12, tzinfo=UTC),
    datetime(2027, 10, 31, 0, 59, tzinfo=UTC),
]
MADE = {
    "customers": 10,
    "sessions": 24,
    "bookings": 52,
    "series": 1,
    "blocked times": 3,
    "events": 3,
    "documents": 3,
    "invoices": 2,
    "case": 1,
}


@pytest.fixture
async def own(own_database: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(own_database)
    yield pool
    await pool.close()


@pytest.mark.parametrize("now", DAYS)
async def test_the_demo_loads_on_any_day(own: asyncpg.Pool, now: datetime) -> None:
    report = await fill(own, now)
    assert report.made == MADE
    assert [finding async for finding in audit(own, now)] == []


async def test_the_demo_has_an_owner(own: asyncpg.Pool) -> None:
    await fill(own, NOW)
    users = await own.fetch("select role, name from staff_user where email = 'marit@fjordstudio.example'")
    assert [tuple(row) for row in users] == [("owner", "Marit Fjord")]


async def test_the_demo_shows_every_kind_of_thing(own: asyncpg.Pool) -> None:
    report = await fill(own, NOW)
    for door in (door for door in DOORS if door.create_login is None):
        ctx = await authenticate_secret(own, NOW, door.name, report.keys[door.name])
        entries = (await list_items(ctx, ItemQuery(listing="all"))).rows
        assert {entry.item.kind for entry in entries} == {"appointment", "seat", "block"}
        assert {entry.item.state for entry in entries} == {
            "awaiting_verification",
            "awaiting_confirmation",
            "confirmed",
            "declined",
            "cancelled",
            "deleted",
        }


async def test_the_demo_lets_its_hall(own: asyncpg.Pool) -> None:
    report = await fill(own, NOW)
    ctx = await authenticate_secret(own, NOW, "locaboo", report.keys["locaboo"])
    paid, open_ = (await list_invoices(ctx, InvoiceQuery())).rows
    # Six evenings of 2 h at 240.00, 2 projectors at 120.00 each time, cleaning for clubs once; and 25 % on it.
    assert (paid.customer.company, paid.net, paid.total) == ("Bryggen Judo Club", Decimal(4720), Decimal(5900))
    assert (paid.paid_at, open_.paid_at) == (NOW, None)
    launch, concert, open_house = await list_occasions(ctx)
    assert [event.title for event in (concert, open_house)] == ["Midsummer concert", "Open house"]
    papers = (await get_occasion_with_documents(ctx, launch.id)).papers
    assert [paper.document.number for paper in papers] == ["OFFER 1", "CONF 1", open_.number_text]
    assert {paper.document.amount for paper in papers} == {open_.total}
    (entry,) = papers[0].bookings[0].items
    assert (entry.item.starts_at, entry.item.ends_at) == (launch.starts_at, launch.ends_at)


async def test_the_demo_shows_a_first_call_for_each_door(own: asyncpg.Pool) -> None:
    report = await fill(own, NOW)
    printed = lines(report, "http://localhost", "bin/kalends")
    calls = [line for line in printed if line.startswith("  try   curl ")]
    assert len(calls) == len(DOORS)
    for door, call in zip(DOORS, calls, strict=True):
        assert door.base_path in call
        assert all(part in call for part in report.keys[door.name].split(":"))


async def test_the_demo_is_loaded_once(own: asyncpg.Pool) -> None:
    first = await fill(own, NOW)
    again = await fill(own, NOW)
    assert (list(first.keys), again.keys) == ([door.name for door in DOORS], {})
    assert "bin/kalends key create --account demo" in "\n".join(lines(again, "http://localhost", "bin/kalends"))
    assert all(secret in "\n".join(lines(first, "http://localhost", "bin/kalends")) for secret in first.keys.values())

"""Workers of the version before go on booking while the schema has columns already of which they know nothing."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.merge import merge_customers
from kalends.engine.customers.customer import CustomerPatch
from kalends.store.db import open_pool
from tests.acts import change, change_booking, change_session
from tests.desk import HOUR, SOON, broken, made, seat, visit
from tests.world import World, open_clinic

TABLES = ("customer", "booking", "group_session", "item")
ADDED = "alter table {0} add column colour text not null default 'red', add column weight integer"
RENEWED = """
    select make_writers('customer', 'customer'), make_writers('booking', 'booking'),
        make_writers('group_session', 'session'), make_writers('item', 'item')
    """
MARKED = "update {0} set colour = 'blue', weight = 5"


@pytest.fixture
async def own(own_database: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(own_database)
    yield pool
    await pool.close()


async def a_day(clinic: World) -> None:
    """Book, move, cancel, merge, and change a whole booking and a session, as before."""
    moved = await made(clinic, visit(clinic, customer_id=clinic.ola))
    await change(clinic.ctx(), moved.id, {"starts_at": SOON + HOUR})
    await change_booking(clinic.ctx(), moved.booking_id, {"title": "Back"})
    yoga = await clinic.class_of(3)
    await made(clinic, seat(clinic, yoga))
    await change_session(clinic.ctx(), yoga, {"title": "Quiet yoga"})
    cancelled = await made(clinic, visit(clinic))
    await change_item_state(clinic.ctx(), cancelled.id, "cancel")
    twin = await add_customer(clinic.ctx(), CustomerPatch(first_name="Kari", last_name="N."))
    await made(clinic, visit(clinic, customer_id=twin.id, starts_at=SOON + 3 * HOUR))
    await merge_customers(clinic.ctx(), clinic.kari, twin.id, CustomerPatch())


async def colours(pool: asyncpg.Pool, table: str) -> set[tuple[str, int | None]]:
    rows = await pool.fetch(f"select distinct colour, weight from {table}")
    return {(row[0], row[1]) for row in rows}


@pytest.mark.parametrize("renewed", [False, True])
async def test_columns_that_a_worker_does_not_know_take_their_defaults_and_stay(
    own: asyncpg.Pool, renewed: bool
) -> None:
    clinic = await open_clinic(own)
    await a_day(clinic)
    for table in TABLES:
        await own.execute(ADDED.format(table))
        await own.execute(MARKED.format(table))
    if renewed:
        await own.execute(RENEWED)
    await a_day(await open_clinic(own))
    for table in TABLES:
        assert await colours(own, table) == {("blue", 5), ("red", None)}
    await change(clinic.ctx(), await own.fetchval("select max(id) from item where colour = 'blue'"), {"notes": "Late"})
    assert await own.fetchval("select count(*) from item where notes = 'Late' and (colour, weight) = ('blue', 5)") == 1


async def test_a_worker_that_knows_a_column_writes_it(own: asyncpg.Pool) -> None:
    for table in TABLES:
        await own.execute(ADDED.format(table))
    await own.execute(RENEWED)
    clinic = await open_clinic(own)
    item = await made(clinic, visit(clinic))
    image = await own.fetchval("select to_jsonb(i) from item i where id = $1", item.id)
    change_set = {"at": clinic.now, "actor": "Tester", "door": "", "verb": "paint", "claims": [], "released": []}
    images = {"customers": [], "bookings": [], "sessions": [], "items": [{**image, "revision": 1, "weight": 7}]}
    written = {**change_set, **images, "messages": [], "item_counts": {}}
    assert await own.fetchval("select commit_v1($1, $2)", clinic.account.id, written) is None
    assert await own.fetchval("select weight from item where id = $1", item.id) == 7
    assert await own.fetchval("select after from journal where verb = 'paint'") == {"weight": 7}
    assert await broken(clinic) == []


async def test_every_column_is_written_by_some_writer(db: asyncpg.Pool) -> None:
    """A migration that adds a column makes the writers anew."""
    for table in TABLES:
        source = await db.fetchval("select prosrc from pg_proc where proname = $1", f"insert_{table}_v1")
        names = await db.fetch(
            """
            select attname from pg_attribute
            where attrelid = $1::text::regclass and attnum > 0 and attgenerated = '' and not attisdropped
            """,
            table,
        )
        assert [name for (name,) in names if name not in source] == []

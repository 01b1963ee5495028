from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from kalends.actions.billing.correct import cancel_invoice, credit_invoice
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.prices import set_prices
from kalends.actions.catalog.resources import add_resource
from kalends.actions.check import audit, tell
from kalends.engine.billing.correction import Credit
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.time.recurrence import Recurrence
from kalends.store.db import connection, open_pool
from tests.acts import Series, add_session, book_item, change, issue_invoice, request, start_series
from tests.desk import HOUR, MINUTE, broken, made, make_occurrences, visit
from tests.world import NOW, World, open_clinic


@pytest.fixture
async def own(own_database: str) -> AsyncIterator[asyncpg.Pool]:
    """A database that a test may break."""
    pool = await open_pool(own_database, 1)
    yield pool
    await pool.close()


@pytest.fixture
async def clinic(own: asyncpg.Pool) -> World:
    return await open_clinic(own)


async def massage(clinic: World, **fields: Any) -> int:
    return (await made(clinic, visit(clinic, **{"starts_at": NOW, **fields}))).id


async def test_an_ordinary_day_is_in_order(clinic: World) -> None:
    first = await massage(clinic)
    await change_item_state(clinic.ctx(), first, "cancel")
    await massage(clinic)
    await massage(clinic, overlap_allowed=True)
    await massage(clinic, service_id=clinic.sauna_visit, resource_id=clinic.sauna, units=4)
    await massage(clinic, service_id=None, session_id=await clinic.class_of(2), resource_id=None)
    hall = {"service_id": clinic.yoga, "resource_id": clinic.hall, "starts_at": NOW, "capacity": 9}
    await add_session(clinic.ctx(), hall)
    await add_session(clinic.ctx(), {**hall, "resource_id": clinic.left}, overlap_allowed=True)
    assert await broken(clinic) == []


async def test_more_than_there_is_is_found(clinic: World) -> None:
    hall = await massage(clinic, service_id=None, resource_id=clinic.left, ends_at=NOW + HOUR)
    late = await massage(clinic, service_id=None, resource_id=clinic.hall, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    await clinic.db.execute(
        "update claim set span = tstzrange($2, $3) where item_id = $1", late, NOW + HOUR / 2, NOW + 2 * HOUR
    )
    assert await broken(clinic) == [("overclaimed", late), ("overfull", clinic.left)]
    await clinic.db.execute("update claim set overlap_allowed = true, exclusive = false where item_id = $1", hall)
    assert ("overfull", clinic.left) not in await broken(clinic)


async def test_an_appointment_without_its_time_is_found(clinic: World) -> None:
    item = await massage(clinic)
    await clinic.db.execute("delete from claim where item_id = $1", item)
    assert await broken(clinic) == [("unclaimed", item)]


async def test_a_cancelled_one_that_still_holds_its_time_is_found(clinic: World) -> None:
    item = await massage(clinic)
    await clinic.db.execute("update item set state = 'cancelled' where id = $1", item)
    assert await broken(clinic) == [("idle_claim", item), ("mistold", item)]


async def test_an_invoice_that_is_missing_or_does_not_add_up_is_found(clinic: World) -> None:
    await set_prices(clinic.ctx(), [Price(per="hour", amount=Decimal(900))], resource_id=clinic.ada)
    first, second = [await issue_invoice(clinic.ctx(), [await booking_of(clinic, turn)]) for turn in range(2)]
    assert await broken(clinic) == []
    async with connection(clinic.db) as tampering:
        await tampering.execute("set session_replication_role = replica")
        await tampering.execute("delete from invoice_row where invoice_id = $1", first.id)
        await tampering.execute("delete from invoice where id = $1", first.id)
        await tampering.execute("update invoice set total = total + 1 where id = $1", second.id)
        await tampering.execute("reset session_replication_role")
    assert await broken(clinic) == [("missummed", second.id), ("unnumbered", NOW.year)]


async def test_an_item_on_two_invoices_and_too_much_credit_are_found(clinic: World) -> None:
    await set_prices(clinic.ctx(), [Price(per="hour", amount=Decimal(900))], resource_id=clinic.ada)
    first, second = [await issue_invoice(clinic.ctx(), [await booking_of(clinic, turn)]) for turn in range(2)]
    await credit_invoice(clinic.ctx(), first.id, Credit(positions=(1,)))
    async with connection(clinic.db) as tampering:
        await tampering.execute("set session_replication_role = replica")
        await tampering.execute("update invoice_row set item_id = $1", first.rows[0].item_id)
        await tampering.execute("update invoice_row set total = -901 where total = -900")
        await tampering.execute("update invoice set total = -901, net = -901 where total = -900")
        await tampering.execute("reset session_replication_role")
    assert await broken(clinic) == [("overcredited", first.id), ("twice_invoiced", first.rows[0].item_id)]
    await cancel_invoice(clinic.ctx(), second.id)
    assert await broken(clinic) == [("overcredited", first.id)]


async def booking_of(clinic: World, turn: int) -> int:
    wish = request(
        resource_id=clinic.ada, customer_id=clinic.kari, starts_at=NOW + turn * HOUR, ends_at=NOW + (turn + 1) * HOUR
    )
    return (await book_item(clinic.ctx(), wish)).item.booking_id


async def test_too_many_in_a_class_are_found(clinic: World) -> None:
    yoga = await clinic.class_of(1)
    await massage(clinic, service_id=None, session_id=yoga, resource_id=None)
    await clinic.db.execute("update group_session set capacity = 0 where id = $1", yoga)
    assert await broken(clinic) == [("mistold", yoga), ("overbooked", yoga)]


async def test_a_change_that_nobody_noted_is_found(clinic: World) -> None:
    await clinic.db.execute("update customer set revision = 1 where id = $1", clinic.kari)
    await clinic.db.execute("update customer set first_name = 'Olga' where id = $1", clinic.ola)
    assert await broken(clinic) == [("mistold", clinic.ola), ("unjournalled", clinic.kari)]


async def test_a_booking_of_somebody_else_than_its_item_is_found(clinic: World) -> None:
    item = await massage(clinic)
    await change(clinic.ctx(), item, {"customer_id": clinic.ola})
    assert await broken(clinic) == []
    booking = await clinic.db.fetchval("select booking_id from item where id = $1", item)
    await clinic.db.execute("update booking set customer_id = $1 where id = $2", clinic.kari, booking)
    assert ("misowned", booking) in await broken(clinic)


async def test_a_journal_is_replayed_over_all_changes(clinic: World) -> None:
    item = await massage(clinic)
    await change_item_state(clinic.ctx(), item, "cancel")
    assert await broken(clinic) == []
    await clinic.db.execute("update item set title = 'Rewritten' where id = $1", item)
    assert await broken(clinic) == [("mistold", item)]


async def test_an_image_from_before_there_were_extras_is_not_wrong(clinic: World) -> None:
    first, second = await massage(clinic), await massage(clinic, resource_id=clinic.bo)
    await change_item_state(clinic.ctx(), second, "cancel")
    async with connection(clinic.db) as tampering:
        await tampering.execute("set session_replication_role = replica")
        await tampering.execute(
            "update journal set after = after - 'extras' where subject_id = any ($1)", [first, second]
        )
        await tampering.execute("reset session_replication_role")
    assert await broken(clinic) == []


async def test_a_hold_that_nobody_lets_go_is_found(own: asyncpg.Pool) -> None:
    clinic = await open_clinic(own, verification="email")
    item = await massage(clinic, initiate=True)
    assert await broken(clinic) == [("lingering", item)]


async def test_a_series_that_nobody_makes_is_found(clinic: World) -> None:
    await start_series(clinic.ctx(), Series(visit(clinic, starts_at=NOW), Recurrence("FREQ=DAILY;COUNT=2")))
    booking = await clinic.db.fetchval("select id from booking")
    assert [finding async for finding in audit(clinic.db, NOW + 5 * MINUTE)] == []
    assert await broken(clinic) == [("unmade", booking)]
    assert await make_occurrences(clinic.ctx(), booking) == 2
    assert await broken(clinic) == []
    await clinic.db.execute("update occurrence set outcome = 'failed' where starts_at = $1", NOW)
    assert await broken(clinic) == [("unmade", booking)]
    await clinic.db.execute("update occurrence set outcome = 'made' where starts_at = $1", NOW)
    assert await broken(clinic) == []
    await clinic.db.execute("update occurrence set item_id = null where starts_at = $1", NOW)
    assert await broken(clinic) == [("itemless", booking)]


async def test_a_deep_tree_is_added_up_exactly(clinic: World) -> None:
    room = await add_resource(clinic.ctx(), ResourcePatch(title="Room", capacity=7))
    table = await add_resource(clinic.ctx(), ResourcePatch(title="Table", capacity=3, parent_id=room.id))
    for _ in range(2):
        await massage(clinic, service_id=None, resource_id=table.id, ends_at=NOW + HOUR)
    await massage(clinic, service_id=None, resource_id=room.id, units=2, ends_at=NOW + HOUR)
    assert await broken(clinic) == []
    await clinic.db.execute("update resource set capacity = 6 where id = $1", room.id)
    assert await broken(clinic) == []
    await clinic.db.execute("update resource set capacity = 5 where id = $1", room.id)
    assert await broken(clinic) == [("overfull", table.id)]


async def test_a_finding_reads_as_a_sentence(clinic: World) -> None:
    item = await massage(clinic)
    await clinic.db.execute("delete from claim where item_id = $1", item)
    (line,) = [tell(finding) async for finding in audit(clinic.db, NOW)]
    assert line == (
        f"account {clinic.account.id}: item {item}: is confirmed, but does not hold the time it says (unclaimed)"
    )

import asyncio
from datetime import timedelta

import pytest

from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.series import occurrences
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer, remove_customer
from kalends.actions.customers.find import get_customer, list_children
from kalends.actions.customers.merge import merge_customers
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Duplicate, Invalid, NotFound
from kalends.engine.time.recurrence import Recurrence
from kalends.store.db import Db
from tests.acts import Series, start_series
from tests.desk import HOUR, SOON, journal, made, make_occurrences, visit
from tests.world import NOW, World, open_clinic

LATER = NOW + timedelta(minutes=5)


async def test_all_that_was_olas_is_karis(clinic: World) -> None:
    for_ola = await made(clinic, visit(clinic, customer_id=clinic.ola))
    by_ola = await made(clinic, visit(clinic, booked_by_customer_id=clinic.ola, starts_at=SOON + HOUR))
    child = await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve", parent_id=clinic.ola))
    kari = await merge_customers(clinic.ctx(LATER), clinic.kari, clinic.ola, CustomerPatch())
    item = (await get_item(clinic.ctx(), for_ola.id)).item
    assert (item.customer_id, item.revision, item.updated_at) == (clinic.kari, 1, LATER)
    assert (await get_item(clinic.ctx(), by_ola.id)).item.booked_by_customer_id == clinic.kari
    assert [one.id for one in await list_children(clinic.ctx(), clinic.kari)] == [child.id]
    ola = await get_customer(clinic.ctx(), clinic.ola)
    assert (ola.deleted_at, ola.merged_into_id, ola.revision, kari.revision) == (LATER, clinic.kari, 1, 1)
    assert [what for what, _, _ in await journal(clinic, for_ola)] == ["create", "merge"]
    booked = await clinic.db.fetchval("select count(*) from booking where customer_id = $1", clinic.ola)
    assert booked == 0


async def test_the_one_that_is_kept_may_take_over_what_the_other_had(clinic: World) -> None:
    kari = await merge_customers(
        clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch(email="ola@example.org", last_name="Hansen")
    )
    assert (kari.email, kari.name, kari.phone) == ("ola@example.org", "Kari Hansen", "22 33 44 55")


async def test_a_refused_merge_changes_nothing(clinic: World) -> None:
    item = await made(clinic, visit(clinic, customer_id=clinic.ola))
    await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve", email="eve@example.org"))
    with pytest.raises(Duplicate):
        await merge_customers(clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch(email="eve@example.org"))
    assert (await get_item(clinic.ctx(), item.id)).item.customer_id == clinic.ola
    assert (await get_customer(clinic.ctx(), clinic.ola)).deleted_at is None


async def test_what_a_series_is_still_to_make_follows_too(clinic: World) -> None:
    weekly = Recurrence(rrule="FREQ=DAILY;COUNT=2")
    uid = await start_series(clinic.ctx(), Series(visit(clinic, customer_id=clinic.ola), weekly))
    await merge_customers(clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch())
    booking = await clinic.db.fetchval("select id from booking where account_id = $1", clinic.account.id)
    await make_occurrences(clinic.ctx(), booking)
    assert {entry.item.customer_id for entry in await occurrences(clinic.ctx(), uid)} == {clinic.kari}


async def test_a_child_takes_the_place_of_its_parent(clinic: World) -> None:
    eve = await add_customer(clinic.ctx(), CustomerPatch(first_name="Eve"))
    await change_customer(clinic.ctx(), clinic.ola, CustomerPatch(parent_id=eve.id))
    await change_customer(clinic.ctx(), clinic.kari, CustomerPatch(parent_id=clinic.ola))
    assert (await merge_customers(clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch())).parent_id == eve.id


async def test_only_two_that_are_there_can_be_one(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    with pytest.raises(Invalid):
        await merge_customers(clinic.ctx(), clinic.kari, clinic.kari, CustomerPatch())
    for keep, other in ((clinic.kari, stranger.kari), (stranger.kari, clinic.kari)):
        with pytest.raises(NotFound):
            await merge_customers(clinic.ctx(), keep, other, CustomerPatch())
    await remove_customer(clinic.ctx(), clinic.ola)
    with pytest.raises(NotFound):
        await merge_customers(clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch())


async def test_bookings_made_meanwhile_are_merged_or_come_too_late(clinic: World) -> None:
    wishes = [visit(clinic, customer_id=clinic.ola, starts_at=SOON + n * HOUR) for n in range(6)]
    booked = [made(clinic, one) for one in wishes]
    _, *results = await asyncio.gather(
        merge_customers(clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch()), *booked, return_exceptions=True
    )
    assert [one for one in results if isinstance(one, Exception) and not isinstance(one, NotFound)] == []
    left = await clinic.db.fetchval("select count(*) from item where customer_id = $1", clinic.ola)
    assert left == 0

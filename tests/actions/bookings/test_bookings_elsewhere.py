"""A whole booking as other doors and the auditor see it: a collection of items that hold what they say."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from kalends.actions.bookings import series
from kalends.actions.bookings.change_state import change_booking_state
from kalends.actions.bookings.find import list_items
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.extra import Extra
from kalends.engine.refusals import NotFound
from kalends.engine.time.recurrence import Recurrence
from kalends.store.db import open_pool
from tests.acts import Series, book_whole, change_booking, start_series, whole
from tests.desk import broken, claims, counted, make_occurrences, mornings, visit
from tests.world import World, open_clinic


@pytest.fixture
async def clinic(own_database: str) -> AsyncIterator[World]:
    """In a database that a test may break."""
    pool = await open_pool(own_database)
    yield await open_clinic(pool)
    await pool.close()


async def booked(clinic: World, **fields: Any) -> BookingWithItems:
    places = (RequestedResource(clinic.left, (Extra(2, resource_id=clinic.projectors),)), RequestedResource(clinic.ada))
    return await book_whole(clinic.ctx(), whole(**{"resources": places, "times": mornings(2), **fields}))


async def test_a_booking_is_a_collection(clinic: World) -> None:
    fair = await booked(clinic)
    found = await series.occurrences(clinic.ctx(), fair.booking.uid)
    assert [entry.item.id for entry in found] == [entry.item.id for entry in fair.items]
    assert {(entry.siblings, entry.recurs) for entry in found} == {(4, False)}
    listed = await list_items(clinic.ctx(), ItemQuery(uid=fair.booking.uid))
    assert listed.total == 4
    assert await series.outcomes(clinic.ctx(), fair.booking.uid) == []


@pytest.mark.parametrize("state", ["confirmed", "draft"])
async def test_a_collection_is_called_off_as_one(clinic: World, state: str) -> None:
    fair = await booked(clinic, state=state)
    ended = await change_booking_state(clinic.ctx(), fair.booking.uid, "cancel")
    assert [entry.item.state for entry in ended] == 4 * ["cancelled"]
    assert (await counted(clinic))["claim"] == 0
    await change_booking_state(clinic.ctx(), fair.booking.uid, "remove")
    assert await series.occurrences(clinic.ctx(), fair.booking.uid) == []


async def test_no_other_collection_is_touched(clinic: World) -> None:
    await booked(clinic)
    with pytest.raises(NotFound):
        await change_booking_state(clinic.ctx(), "00000000-0000-0000-0000-000000000000", "cancel")
    assert (await counted(clinic))["claim"] == 6


async def test_a_series_that_is_called_off_as_a_whole_makes_no_more(clinic: World) -> None:
    uid = await start_series(clinic.ctx(), Series(visit(clinic), Recurrence("FREQ=DAILY;COUNT=3")))
    booking_id: int = await clinic.db.fetchval("select id from booking where uid = $1::text::uuid", uid)
    await make_occurrences(clinic.ctx(), booking_id)
    await clinic.db.execute("update occurrence set outcome = 'pending' where booking_id = $1", booking_id)
    await change_booking(clinic.ctx(), booking_id, {"state": "cancelled"})
    assert await make_occurrences(clinic.ctx(), booking_id) == 0
    assert {one.outcome for one in await series.outcomes(clinic.ctx(), uid)} == {"withdrawn"}


async def test_a_booking_in_all_its_states_is_in_order(clinic: World) -> None:
    fair = await booked(clinic, customer={"first_name": "Liv", "email": "liv@example.org"})
    for fields in (
        {"state": "draft"},
        {"state": "confirmed"},
        {"resources": (RequestedResource(clinic.right),)},
        {"title": "Fair"},
    ):
        await change_booking(clinic.ctx(), fair.booking.id, fields)
        assert await broken(clinic) == []
    assert await change_booking_state(clinic.ctx(), fair.booking.uid, "cancel")
    assert await broken(clinic) == []


BREAKS = {
    "delete from claim where item_id = $1 and units = 2": "unclaimed",
    "update claim set units = 1 where item_id = $1 and units = 2": "unclaimed",
    "update claim set span = tstzrange(lower(span), upper(span) + interval '1 hour') where item_id = $1 and units = 2":
        "unclaimed",
    "update claim set resource_id = (select max(id) from resource where kind = 'person') where item_id = $1 "
    "and units = 2": "idle_claim",
}  # fmt: skip


@pytest.mark.parametrize("statement", BREAKS)
async def test_inventory_that_is_not_held_as_it_says_is_found(clinic: World, statement: str) -> None:
    item = (await booked(clinic)).items[0].item
    await clinic.db.execute(statement, item.id)
    assert (BREAKS[statement], item.id) in await broken(clinic)


async def test_more_inventory_than_there_is_is_found(clinic: World) -> None:
    fair = await booked(clinic)
    assert await broken(clinic) == []
    await clinic.db.execute("update resource set capacity = 1 where id = $1", clinic.projectors)
    shared = [("unfenced", one.item.id) for one in fair.items if one.item.extras]
    assert sorted(await broken(clinic)) == [("overfull", clinic.projectors), *sorted(shared)]


async def test_what_a_booking_takes_is_what_its_items_say(clinic: World) -> None:
    fair = await booked(clinic)
    taken = [sorted((which, units) for which, _, units in await claims(clinic, one.item)) for one in fair.items]
    with_projectors = sorted([(clinic.left, 1), (clinic.projectors, 2)])
    assert taken == [with_projectors, [(clinic.ada, 1)]] * 2

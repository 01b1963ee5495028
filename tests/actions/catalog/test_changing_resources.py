from datetime import timedelta

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.resources import (
    change_resource,
    get_resource,
    list_openings,
    list_resources,
    remove_resource,
)
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.refusals import Fault, Full, InUse, Invalid, NotFound, Retired
from kalends.store.db import Db
from tests.acts import add_session
from tests.desk import HOUR, SOON, broken, counted, hour_of, made, told, visit
from tests.world import NOW, World, open_clinic

LATER = NOW + timedelta(minutes=5)
MORNING = Opening(1, 480, 720)


async def test_a_resource_gets_another_title_and_the_journal_tells(clinic: World) -> None:
    ada = await change_resource(clinic.ctx(LATER), clinic.ada, ResourcePatch(title="Ada L.", details={"one": {"x": 1}}))
    assert (ada.title, ada.capacity, ada.updated_at, ada.created_at) == ("Ada L.", 1, LATER, NOW)
    assert await get_resource(clinic.ctx(), clinic.ada) == ada
    added, changed = await told(clinic, "resource", clinic.ada)
    assert (added[0], changed[0], changed[2]) == ("add", "change", {"title": "Ada L.", "details": {"one": {"x": 1}}})


async def test_hours_of_some_days_are_replaced(clinic: World) -> None:
    await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(), [MORNING], weekdays=[1, 2])
    openings = (await list_openings(clinic.ctx(), [clinic.ada]))[clinic.ada]
    assert [(one.weekday, one.closes) for one in openings] == [(1, 720), (3, 960), (4, 960), (5, 960)]
    await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(), [MORNING])
    assert (await list_openings(clinic.ctx(), [clinic.ada]))[clinic.ada] == [MORNING]
    assert [what for what, _, _ in await told(clinic, "resource", clinic.ada)] == ["add", "open", "open"]


async def test_what_was_always_open_still_is_on_the_other_days(clinic: World) -> None:
    sauna = await change_resource(clinic.ctx(), clinic.sauna, ResourcePatch(), [MORNING], weekdays=[1])
    openings = (await list_openings(clinic.ctx(), [clinic.sauna]))[clinic.sauna]
    assert not sauna.always_open
    assert openings == [MORNING, *(Opening(weekday, 0, 1440) for weekday in range(2, 8))]


async def test_a_capacity_is_not_less_than_what_is_booked(clinic: World) -> None:
    await made(clinic, hour_of(clinic.sauna, units=4))
    with pytest.raises(Invalid) as refused:
        await change_resource(clinic.ctx(), clinic.sauna, ResourcePatch(capacity=3))
    assert refused.value.faults == (Fault("capacity", "below_booked"),)
    assert (await change_resource(clinic.ctx(), clinic.sauna, ResourcePatch(capacity=4))).capacity == 4
    assert await broken(clinic, NOW) == []


async def test_what_is_booked_needs_some_capacity(clinic: World) -> None:
    item = await made(clinic, hour_of(clinic.left))
    for which in (clinic.hall, clinic.left):
        with pytest.raises(Invalid):
            await change_resource(clinic.ctx(), which, ResourcePatch(capacity=0))
    await change_resource(clinic.ctx(), clinic.right, ResourcePatch(capacity=0))
    await change_item_state(clinic.ctx(), item.id, "cancel")
    await change_resource(clinic.ctx(), clinic.hall, ResourcePatch(capacity=0))
    with pytest.raises(Full):
        await made(clinic, hour_of(clinic.left))


async def test_what_is_past_asks_for_no_capacity(clinic: World) -> None:
    for _ in range(2):
        await made(clinic, hour_of(clinic.sauna, units=3))
    with pytest.raises(Invalid):
        await change_resource(clinic.ctx(SOON + HOUR / 2), clinic.sauna, ResourcePatch(capacity=1))
    after = clinic.ctx(SOON + HOUR)
    for capacity in (1, 0):
        await change_resource(after, clinic.sauna, ResourcePatch(capacity=capacity))
    assert await broken(clinic, after.now) == []


async def test_a_hold_that_is_over_asks_for_no_capacity(db: Db) -> None:
    clinic = await open_clinic(db, verification="email")
    for _ in range(2):
        await made(clinic, hour_of(clinic.sauna, units=3, customer_id=clinic.kari, initiate=True))
    over = clinic.ctx(NOW + timedelta(minutes=clinic.account.policy.hold_minutes))
    with pytest.raises(Invalid):
        await change_resource(clinic.ctx(), clinic.sauna, ResourcePatch(capacity=1))
    assert (await change_resource(over, clinic.sauna, ResourcePatch(capacity=1))).capacity == 1
    assert (await counted(clinic))["claim"] == 0


async def test_what_takes_the_whole_takes_the_new_whole(clinic: World) -> None:
    await add_session(clinic.ctx(), {"resource_id": clinic.sauna, "starts_at": SOON, "ends_at": SOON + HOUR})
    await change_resource(clinic.ctx(), clinic.sauna, ResourcePatch(capacity=8))
    with pytest.raises(Full):
        await made(clinic, hour_of(clinic.sauna, units=1))
    await change_resource(clinic.ctx(), clinic.sauna, ResourcePatch(capacity=5))
    await made(clinic, hour_of(clinic.sauna, SOON + HOUR, units=5))


async def test_the_constraint_follows_the_capacity(clinic: World) -> None:
    await made(clinic, hour_of(clinic.sauna))
    fenced = "select exclusive from claim where account_id = $1"
    for capacity, exclusive in ((1, True), (2, False), (1, True)):
        await change_resource(clinic.ctx(), clinic.sauna, ResourcePatch(capacity=capacity))
        assert await clinic.db.fetchval(fenced, clinic.account.id) == exclusive


async def test_who_is_booked_is_not_removed(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    with pytest.raises(InUse) as refused:
        await remove_resource(clinic.ctx(), clinic.ada)
    assert (refused.value.what, refused.value.count, refused.value.until) == ("resource", 1, SOON + HOUR)
    await change_item_state(clinic.ctx(), item.id, "cancel")
    assert not (await remove_resource(clinic.ctx(), clinic.ada)).active


async def test_what_is_past_holds_nobody(clinic: World) -> None:
    await made(clinic, visit(clinic))
    assert not (await remove_resource(clinic.ctx(SOON + HOUR), clinic.ada)).active


async def test_a_removed_resource_is_read_but_not_listed_nor_booked(clinic: World) -> None:
    gone = await remove_resource(clinic.ctx(), clinic.ada)
    assert await remove_resource(clinic.ctx(LATER), clinic.ada) == gone == await get_resource(clinic.ctx(), clinic.ada)
    assert clinic.ada not in [one.id for one in await list_resources(clinic.ctx())]
    with pytest.raises(Retired):
        await made(clinic, visit(clinic))
    assert (await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(active=True))).active


async def test_the_whole_goes_with_its_parts_unless_one_is_booked(clinic: World) -> None:
    item = await made(clinic, hour_of(clinic.left))
    with pytest.raises(InUse):
        await remove_resource(clinic.ctx(), clinic.hall)
    await change_item_state(clinic.ctx(), item.id, "cancel")
    await remove_resource(clinic.ctx(), clinic.hall)
    assert not (await get_resource(clinic.ctx(), clinic.right)).active


async def test_the_guard_does_not_book_what_was_removed_meanwhile(clinic: World) -> None:
    await clinic.db.execute("update resource set active = false where id = $1", clinic.hall)
    with pytest.raises(Retired):
        await made(clinic, hour_of(clinic.hall))


async def test_another_account_can_not_touch_ada(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    with pytest.raises(NotFound):
        await change_resource(stranger.ctx(), clinic.ada, ResourcePatch(title="Mine"))
    with pytest.raises(NotFound):
        await remove_resource(stranger.ctx(), clinic.ada)

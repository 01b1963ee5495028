from datetime import timedelta

import pytest

from kalends.actions.audit import audit
from kalends.actions.bookings import advance
from kalends.actions.catalogue import get_resource, list_resources, openings_of
from kalends.actions.resources import change_resource, remove_resource
from kalends.engine.openings import Opening
from kalends.engine.refusals import Fault, InUse, Invalid, NotFound, Retired
from kalends.store.db import Db
from tests.desk import HOUR, SOON, hour_of, made, wish
from tests.world import NOW, World, open_clinic

LATER = NOW + timedelta(minutes=5)
MORNING = Opening(1, 480, 720)


@pytest.fixture
async def clinic(db: Db) -> World:
    return await open_clinic(db)


async def told(clinic: World, resource_id: int) -> list[tuple[str, object]]:
    rows = await clinic.db.fetch(
        "select what, after from journal where account_id = $1 and kind = 'resource' and subject_id = $2 order by id",
        clinic.account.id,
        resource_id,
    )
    return [tuple(row) for row in rows]


async def test_a_resource_gets_another_title_and_the_journal_tells(clinic: World) -> None:
    ada = await change_resource(clinic.ctx(LATER), clinic.ada, {"title": "Ada L.", "details": {"one": {"x": 1}}})
    assert (ada.title, ada.capacity, ada.updated_at, ada.created_at) == ("Ada L.", 1, LATER, NOW)
    assert await get_resource(clinic.ctx(), clinic.ada) == ada
    added, changed = await told(clinic, clinic.ada)
    assert (added[0], changed) == ("add", ("change", {"title": "Ada L.", "details": {"one": {"x": 1}}}))


async def test_hours_of_some_days_are_replaced(clinic: World) -> None:
    await change_resource(clinic.ctx(), clinic.ada, {}, [MORNING], weekdays=[1, 2])
    openings = (await openings_of(clinic.ctx(), [clinic.ada]))[clinic.ada]
    assert [(one.weekday, one.closes) for one in openings] == [(1, 720), (3, 960), (4, 960), (5, 960)]
    await change_resource(clinic.ctx(), clinic.ada, {}, [MORNING])
    assert (await openings_of(clinic.ctx(), [clinic.ada]))[clinic.ada] == [MORNING]
    assert [what for what, _ in await told(clinic, clinic.ada)] == ["add", "open", "open"]


async def test_what_was_always_open_still_is_on_the_other_days(clinic: World) -> None:
    sauna = await change_resource(clinic.ctx(), clinic.sauna, {}, [MORNING], weekdays=[1])
    openings = (await openings_of(clinic.ctx(), [clinic.sauna]))[clinic.sauna]
    assert not sauna.always_open
    assert openings == [MORNING, *(Opening(weekday, 0, 1440) for weekday in range(2, 8))]


async def test_a_capacity_is_not_less_than_what_is_booked(clinic: World) -> None:
    await made(clinic, hour_of(clinic.sauna, units=4))
    with pytest.raises(Invalid) as refused:
        await change_resource(clinic.ctx(), clinic.sauna, {"capacity": 3})
    assert refused.value.faults == (Fault("capacity", "below_booked"),)
    assert (await change_resource(clinic.ctx(), clinic.sauna, {"capacity": 4})).capacity == 4
    assert [one async for one in audit(clinic.db, NOW) if one.account_id == clinic.account.id] == []


async def test_who_is_booked_is_not_removed(clinic: World) -> None:
    item = await made(clinic, wish(clinic))
    with pytest.raises(InUse) as refused:
        await remove_resource(clinic.ctx(), clinic.ada)
    assert (refused.value.what, refused.value.count, refused.value.until) == ("resource", 1, SOON + HOUR)
    await advance(clinic.ctx(), item.id, "cancel")
    assert not (await remove_resource(clinic.ctx(), clinic.ada)).active


async def test_what_is_past_holds_nobody(clinic: World) -> None:
    await made(clinic, wish(clinic))
    assert not (await remove_resource(clinic.ctx(SOON + HOUR), clinic.ada)).active


async def test_a_removed_resource_is_read_but_not_listed_nor_booked(clinic: World) -> None:
    gone = await remove_resource(clinic.ctx(), clinic.ada)
    assert await remove_resource(clinic.ctx(LATER), clinic.ada) == gone == await get_resource(clinic.ctx(), clinic.ada)
    assert clinic.ada not in [one.id for one in await list_resources(clinic.ctx())]
    with pytest.raises(Retired):
        await made(clinic, wish(clinic))
    assert (await change_resource(clinic.ctx(), clinic.ada, {"active": True})).active


async def test_the_whole_goes_with_its_parts_unless_one_is_booked(clinic: World) -> None:
    item = await made(clinic, hour_of(clinic.left))
    with pytest.raises(InUse):
        await remove_resource(clinic.ctx(), clinic.hall)
    await advance(clinic.ctx(), item.id, "cancel")
    await remove_resource(clinic.ctx(), clinic.hall)
    assert not (await get_resource(clinic.ctx(), clinic.right)).active


async def test_the_guard_does_not_book_what_was_removed_meanwhile(clinic: World) -> None:
    await clinic.db.execute("update resource set active = false where id = $1", clinic.hall)
    with pytest.raises(Retired):
        await made(clinic, hour_of(clinic.hall))


async def test_another_account_can_not_touch_ada(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    with pytest.raises(NotFound):
        await change_resource(stranger.ctx(), clinic.ada, {"title": "Mine"})
    with pytest.raises(NotFound):
        await remove_resource(stranger.ctx(), clinic.ada)

"""Who may overlap is written over what is there, as an overlap on purpose; and only then, and only so far."""

import pytest

from kalends.actions.bookings.add_sessions import repeat_session
from kalends.actions.catalog.sites import add_site
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.site import SitePatch
from kalends.engine.refusals import Fault, Full, Invalid
from kalends.engine.time.repeat_rule import RepeatRule
from tests.acts import change, change_session
from tests.desk import DAY, HOUR, SOON, broken, hour_of, is_refused, made, seat, told, visit
from tests.world import World

DAILY = RepeatRule("day", 1, 7)


async def overlaps(clinic: World) -> list[bool]:
    """Whether each claim, by the order of time, was taken over another."""
    rows = await clinic.db.fetch(
        "select overlap_allowed from claim where account_id = $1 order by lower(span), owner_id", clinic.account.id
    )
    return [row[0] for row in rows]


async def test_what_finds_its_time_free_overlaps_nothing(clinic: World) -> None:
    item = await made(clinic, visit(clinic, on_conflict="overlap"))
    assert (item.overlap_allowed, await overlaps(clinic)) == (False, [False])


async def test_what_finds_its_time_taken_is_booked_over_it_and_counts_for_all_others(clinic: World) -> None:
    await made(clinic, visit(clinic))
    item = await made(clinic, visit(clinic, on_conflict="overlap", customer_id=clinic.ola))
    assert (item.overlap_allowed, await overlaps(clinic)) == (True, [False, True])
    assert (await told(clinic, "item", item.id))[0][2]["overlap_allowed"] is True
    await is_refused(clinic, visit(clinic), by=Full)
    assert await broken(clinic) == []


async def test_only_the_repeats_that_meet_something_overlap(clinic: World) -> None:
    for days in (0, 1, 2, 3, 4, 6):  # more than a refusal names
        await made(clinic, hour_of(clinic.ada, SOON + days * DAY))
    yoga = SessionPatch(service_id=clinic.yoga, resource_id=clinic.ada, starts_at=SOON)
    sessions = await repeat_session(clinic.ctx(), yoga, DAILY, if_taken="overlap")
    assert [session.starts_at for session in sessions] == [SOON + days * DAY for days in range(8)]
    of_sessions = "select overlap_allowed from claim where account_id = $1 and session_id is not null order by owner_id"
    taken = await clinic.db.fetch(of_sessions, clinic.account.id)
    assert [row[0] for row in taken] == [True, True, True, True, True, False, True, False]
    assert len({session.series for session in sessions}) == 1


async def test_repeats_that_may_not_overlap_are_all_made_or_none(clinic: World) -> None:
    await made(clinic, hour_of(clinic.ada, SOON + 2 * DAY))
    yoga = SessionPatch(service_id=clinic.yoga, resource_id=clinic.ada, starts_at=SOON)
    with pytest.raises(Full):
        await repeat_session(clinic.ctx(), yoga, DAILY)
    assert await overlaps(clinic) == [False]


async def test_a_full_class_stays_full(clinic: World) -> None:
    yoga = await clinic.class_of(1)
    await made(clinic, seat(clinic, yoga))
    await is_refused(clinic, seat(clinic, yoga, on_conflict="overlap", customer_id=clinic.ola), by=Full)


async def test_a_room_is_never_taken_twice(clinic: World) -> None:
    await made(clinic, hour_of(clinic.hall))
    for resource_id in (clinic.hall, clinic.left):
        await is_refused(clinic, hour_of(resource_id, on_conflict="overlap"), by=Full)


async def test_what_goes_with_a_resource_is_never_taken_twice(clinic: World) -> None:
    await made(clinic, hour_of(clinic.hall, extras=(Extra(3, resource_id=clinic.projectors),)))
    with_projector = hour_of(clinic.bo, on_conflict="overlap", extras=(Extra(1, resource_id=clinic.projectors),))
    await is_refused(clinic, with_projector, by=Full)
    await made(clinic, hour_of(clinic.ada))
    for taken in (clinic.hall, clinic.ada):
        await is_refused(clinic, hour_of(clinic.bo, on_conflict="overlap", also_resource_ids=(taken,)), by=Full)


async def test_what_is_moved_overlaps_where_it_has_to_and_no_longer_where_it_has_not(clinic: World) -> None:
    await made(clinic, visit(clinic))
    item = await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    for starts_at, over in ((SOON, True), (SOON + 2 * HOUR, False)):
        moved = (await change(clinic.ctx(), item.id, {"starts_at": starts_at, "if_taken": "overlap"})).item
        assert (moved.starts_at, moved.overlap_allowed, True in await overlaps(clinic)) == (starts_at, over, over)
    with pytest.raises(Full):
        await change(clinic.ctx(), item.id, {"starts_at": SOON})


async def test_a_class_is_moved_over_what_its_teacher_has(clinic: World) -> None:
    await made(clinic, visit(clinic))
    yoga = await clinic.class_with((clinic.ada,), starts_at=SOON + DAY)
    with pytest.raises(Full):
        await change_session(clinic.ctx(), yoga, {"starts_at": SOON})
    await change_session(clinic.ctx(), yoga, {"starts_at": SOON}, if_taken="overlap")
    assert await overlaps(clinic) == [False, True]
    assert await broken(clinic) == []


async def test_who_is_named_with_a_site_is_to_be_there(clinic: World) -> None:
    assert (await made(clinic, visit(clinic, site_id=clinic.site))).resource_id == clinic.ada
    elsewhere = {"site_id": (await add_site(clinic.ctx(), SitePatch(name="Elsewhere"))).id}
    fault = Fault("site_id", "not_served")
    assert (await is_refused(clinic, visit(clinic, starts_at=SOON + DAY, **elsewhere), by=Invalid)).faults == (fault,)
    item = await made(clinic, visit(clinic, resource_id=clinic.bo))
    yoga = await clinic.class_with((clinic.hall,), starts_at=SOON + DAY)
    for refused in (change(clinic.ctx(), item.id, elsewhere), change_session(clinic.ctx(), yoga, elsewhere)):
        with pytest.raises(Invalid) as no:
            await refused
        assert no.value.faults == (fault,)
    here = {"site_id": clinic.site, "resource_id": clinic.bo}
    assert (await change(clinic.ctx(), item.id, here)).item.revision == 0
    assert (await change_session(clinic.ctx(), yoga, {"site_id": clinic.site})).revision == 0

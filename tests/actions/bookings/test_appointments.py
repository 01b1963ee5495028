"""Appointments with repeats, and what they conflict with."""

import pytest

from kalends.actions.bookings.appointments import book_appointments
from kalends.actions.bookings.conflicts import has_conflicts
from kalends.engine.bookings.request import Booked
from kalends.engine.refusals import Fault, Full, Invalid, NotFound
from kalends.engine.time.repeat_rule import RepeatRule
from tests.acts import book_item
from tests.desk import DAY, HOUR, MINUTE, SOON, hour_of, made, visit
from tests.world import World

WEEKLY = RepeatRule("week", 1, 2)


async def booked(clinic: World, rule: RepeatRule | None = None, **fields: object) -> Booked:
    return await book_appointments(clinic.ctx(), visit(clinic, **fields), rule)


async def test_repeats_are_items_of_one_booking_each_as_long_as_the_first(clinic: World) -> None:
    items = [view.item for view in (await booked(clinic, WEEKLY, service_id=clinic.physio, notes="Knee")).items]
    assert [item.starts_at for item in items] == [SOON + weeks * 7 * DAY for weeks in range(3)]
    assert {item.ends_at - item.starts_at for item in items} == {45 * MINUTE}
    assert {(item.booking_id, item.notes, item.customer_id) for item in items} == {
        (items[0].booking_id, "Knee", clinic.kari)
    }
    assert [item.id for item in items] == sorted(item.id for item in items)


async def test_all_are_booked_or_none_unless_they_may_overlap(clinic: World) -> None:
    await made(clinic, hour_of(clinic.ada, SOON + 7 * DAY))
    with pytest.raises(Full):
        await booked(clinic, WEEKLY)
    views = (await booked(clinic, WEEKLY, on_conflict="overlap")).items
    assert [view.item.overlap_allowed for view in views] == [False, True, False]
    assert [await has_conflicts(clinic.ctx(), view.item.id) for view in views] == [False, True, False]


async def test_one_without_a_rule_is_one(clinic: World) -> None:
    assert len((await booked(clinic)).items) == 1


async def test_a_class_is_no_appointment_even_if_it_takes_place_then(clinic: World) -> None:
    await clinic.class_of(5, SOON)
    with pytest.raises(Invalid) as no:
        await booked(clinic, service_id=clinic.yoga)
    assert no.value.faults == (Fault("service_id", "not_bookable"),)


async def test_who_is_not_there_can_not_be_booked(clinic: World) -> None:
    for rule in (None, WEEKLY):
        with pytest.raises(NotFound):
            await booked(clinic, rule, resource_id=0)


async def test_what_only_touches_does_not_conflict_and_a_buffer_does(clinic: World) -> None:
    physio = await made(clinic, visit(clinic, service_id=clinic.physio))
    after = await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    assert not await has_conflicts(clinic.ctx(), physio.id)
    within = visit(clinic, starts_at=SOON + 45 * MINUTE, ends_at=SOON + HOUR, on_conflict="overlap")
    tidying = (await book_item(clinic.ctx(), within)).item
    assert [await has_conflicts(clinic.ctx(), item.id) for item in (physio, tidying, after)] == [True, True, False]


async def test_a_class_conflicts_with_what_else_its_teacher_has(clinic: World) -> None:
    yoga = await clinic.class_with((clinic.ada,), starts_at=SOON)
    assert not await has_conflicts(clinic.ctx(), yoga)
    await made(clinic, visit(clinic, on_conflict="overlap"))
    assert await has_conflicts(clinic.ctx(), yoga)
    assert not await has_conflicts(clinic.ctx(), 0)

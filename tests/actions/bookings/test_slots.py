"""Every slot can be booked, and what is full is in none."""

import random
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.actions.bookings.sessions import remove_session
from kalends.actions.bookings.slots import available_dates, next_available_date, slots, slots_on
from kalends.actions.catalog.resources import change_resource
from kalends.actions.catalog.services import add_service, change_service, remove_service
from kalends.engine.accounts.principal import Principal, visitor
from kalends.engine.availability.openings import Opening
from kalends.engine.availability.slots import Slot
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Fault, Full, Invalid, NotFound, Refusal
from kalends.engine.time.span import Span
from kalends.store.db import Db
from tests.acts import add_session, request
from tests.desk import DAY, HOUR, SOON, hour_of, made, refusal, seat, take, visit
from tests.world import NOW, World, open_clinic

QUARTER = timedelta(minutes=15)
TUESDAY = Span(NOW + 14 * HOUR, NOW + 38 * HOUR)
OPENS = TUESDAY.start + 8 * HOUR
MONDAY = date(2027, 3, 1)

taken = st.tuples(
    st.sampled_from(["ada", "bo", "hall", "left", "sauna"]), st.integers(-8, 40), *[st.integers(1, 6)] * 2
)


async def class_at(clinic: World, starts_at: datetime, capacity: int = 2, **fields: object) -> int:
    usual = {"service_id": clinic.yoga, "starts_at": starts_at, "capacity": capacity}
    return (await add_session(clinic.ctx(), {**usual, **fields})).id


async def test_more_slots_than_an_answer_may_have_are_refused(clinic: World) -> None:
    """A year of the sauna, always open, by the minute; its dates can be had."""
    quick = await add_service(clinic.ctx(), ServicePatch(title="Quick", duration=5, step=1), [clinic.sauna])
    first, last = NOW.date(), NOW.date() + timedelta(days=364)
    with pytest.raises(Invalid) as refused:
        await slots_on(clinic.ctx(), quick.id, first, last)
    assert refused.value.faults == (Fault("last", "out_of_range"),)
    assert len(await slots_on(clinic.ctx(), quick.id, first, first + timedelta(days=31))) > 40_000
    assert len(await available_dates(clinic.ctx(), quick.id, first, last)) == 365


async def test_a_time_is_one_slot_whoever_is_free(clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=OPENS))
    first, second, *_ = await slots(clinic.ctx(), clinic.massage, TUESDAY)
    assert first == Slot(Span(OPENS, OPENS + HOUR), 1, (clinic.bo,), 1)
    assert second == Slot(Span(OPENS + HOUR, OPENS + 2 * HOUR), 2, (clinic.ada, clinic.bo), 2)
    assert len(await slots(clinic.ctx(), clinic.massage, TUESDAY)) == 8
    only = await slots(clinic.ctx(), clinic.massage, TUESDAY, [clinic.ada])
    assert [slot.resource_ids for slot in only] == [(clinic.ada,)] * 7


async def test_what_is_left_of_many_is_counted(clinic: World) -> None:
    await made(clinic, hour_of(clinic.sauna, OPENS, units=4))
    offered = {slot.span.start: slot for slot in await slots(clinic.ctx(), clinic.sauna_visit, TUESDAY)}
    assert (offered[OPENS].free, offered[OPENS].capacity) == (2, 6)
    requested = await slots(clinic.ctx(), clinic.sauna_visit, TUESDAY, units=3)
    assert OPENS not in [slot.span.start for slot in requested]


async def test_sessions_with_seats_left_are_slots(clinic: World) -> None:
    await change_service(clinic.ctx(), clinic.yoga, ServicePatch(most_units=3))
    morning = await class_at(clinic, OPENS, resource_id=clinic.hall)
    evening = await class_at(clinic, OPENS + 8 * HOUR, capacity=1)
    await made(clinic, seat(clinic, morning))
    assert await slots(clinic.ctx(), clinic.yoga, TUESDAY) == [
        Slot(Span(OPENS, OPENS + HOUR), 1, (clinic.hall,), 2, morning),
        Slot(Span(OPENS + 8 * HOUR, OPENS + 9 * HOUR), 1, (), 1, evening),
    ]
    await made(clinic, seat(clinic, evening))
    assert [slot.session_id for slot in await slots(clinic.ctx(), clinic.yoga, TUESDAY)] == [morning]
    assert await slots(clinic.ctx(), clinic.yoga, TUESDAY, units=2) == []
    assert await slots(clinic.ctx(), clinic.yoga, TUESDAY, [clinic.sauna]) == []


async def test_no_slot_is_over_called_off_or_out_of_use(clinic: World, db: Db) -> None:
    started, gone = await class_at(clinic, NOW - HOUR), await class_at(clinic, OPENS)
    await remove_session(clinic.ctx(), gone)
    week = Span(NOW - DAY, NOW + 7 * DAY)
    assert started not in [slot.session_id for slot in await slots(clinic.ctx(), clinic.yoga, week)]
    assert await slots(clinic.ctx(), clinic.yoga, week) == []
    await remove_service(clinic.ctx(), clinic.massage)
    assert await slots(clinic.ctx(), clinic.massage, week) == []
    with pytest.raises(NotFound):
        await slots(clinic.ctx(), (await open_clinic(db)).massage, week)


async def test_dates_with_a_slot(clinic: World) -> None:
    for hour in range(8):
        for resource in (clinic.ada, clinic.bo):
            await made(clinic, visit(clinic, resource_id=resource, starts_at=OPENS + hour * HOUR))
    offered = await available_dates(clinic.ctx(), clinic.massage, MONDAY - DAY, MONDAY + 6 * DAY)
    assert offered == [MONDAY, *(MONDAY + n * DAY for n in (2, 3, 4))]
    await class_at(clinic, OPENS)
    assert await available_dates(clinic.ctx(), clinic.yoga, MONDAY, MONDAY + 6 * DAY) == [MONDAY + DAY]
    with pytest.raises(Invalid):
        await available_dates(clinic.ctx(), clinic.massage, MONDAY, MONDAY - DAY)


async def test_the_next_date_with_a_slot(clinic: World) -> None:
    ctx = clinic.ctx()
    assert await next_available_date(ctx, clinic.massage, MONDAY - 9 * DAY) == MONDAY
    assert await next_available_date(ctx, clinic.massage, MONDAY + 5 * DAY) == MONDAY + 7 * DAY
    assert await next_available_date(ctx, clinic.massage, MONDAY, resource_ids=[clinic.sauna]) is None
    assert await next_available_date(ctx, clinic.yoga, MONDAY) is None
    await class_at(clinic, NOW + 30 * DAY)
    assert await next_available_date(ctx, clinic.yoga, MONDAY) == MONDAY + 30 * DAY
    assert await next_available_date(ctx, clinic.yoga, MONDAY, within_days=29) is None


async def test_a_night_is_as_long_as_it_is(clinic: World) -> None:
    await change_resource(clinic.ctx(), clinic.sauna, ResourcePatch(), [Opening(7, 0, 360)])
    for day, hours in (((2027, 3, 28), 5), ((2027, 10, 31), 7), ((2027, 11, 7), 6)):
        around = datetime(*day, tzinfo=UTC)
        night = Span(around - 3 * HOUR, around + 9 * HOUR)
        offered = await slots(clinic.ctx(), clinic.sauna_visit, night)
        assert len(offered) == hours
        for slot in offered:
            assert await refusal_of(clinic, clinic.sauna_visit, slot, clinic.sauna, 1) is None


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(diary=st.lists(taken, max_size=12), units=st.integers(1, 3), seed=st.integers())
async def test_every_slot_can_be_booked_and_nothing_full_is_in_one(
    db: Db, diary: list[tuple[str, int, int, int]], units: int, seed: int
) -> None:
    clinic, draw = await open_clinic(db), random.Random(seed)
    halls = [clinic.hall, clinic.left, clinic.right]
    hire = (await add_service(clinic.ctx(), ServicePatch(title="Hire", step=15, buffer_after=15), halls)).id
    for whose, at, quarters, count in diary:
        await take(clinic, getattr(clinic, whose), OPENS + at * QUARTER, quarters * QUARTER, count)
    session = await class_at(clinic, OPENS, capacity=draw.randint(0, 3))
    for service, most in ((clinic.massage, 1), (hire, 1), (clinic.sauna_visit, 3), (clinic.yoga, 1)):
        offered = await slots(clinic.ctx(), service, TUESDAY, units=min(units, most))
        for slot in draw.sample(offered, min(3, len(offered))):
            for resource in slot.resource_ids or (None,):
                assert await refusal_of(clinic, service, slot, resource, min(units, most)) is None
        for resource in (clinic.ada, clinic.hall, clinic.left, clinic.sauna):
            start = OPENS + draw.randrange(32) * QUARTER
            tried = Slot(Span(start, start + HOUR), 1, (), 1, session if service == clinic.yoga else None)
            if isinstance(await refusal_of(clinic, service, tried, resource, min(units, most)), Full):
                same = [one for one in offered if one.span.start == start or one.session_id]
                assert [one for one in same if resource in one.resource_ids or one.session_id] == []


async def refusal_of(clinic: World, service: int, slot: Slot, resource: int | None, units: int) -> Refusal | None:
    """What a public booking of the slot is refused with, if it is; nothing is kept of it."""
    if slot.session_id is not None:
        requested = request(session_id=slot.session_id, units=units, public=True)
    else:
        requested = request(
            service_id=service, resource_id=resource, starts_at=slot.span.start, units=units, public=True
        )
    return await refusal(clinic, requested)


async def test_a_person_without_a_free_room_is_not_offered(clinic: World) -> None:
    therapy = await add_service(clinic.ctx(), ServicePatch(title="Therapy", also_needs=("space",)), [clinic.ada])
    pairs = ServicePatch(title="Pairs", also_needs=("space", "space"))
    both = await add_service(clinic.ctx(), pairs, [clinic.ada])
    hour = Span(SOON, SOON + HOUR)

    async def starts(service_id: int) -> list[datetime]:
        return [slot.span.start for slot in await slots(clinic.ctx(), service_id, hour)]

    assert (await starts(therapy.id), await starts(both.id)) == ([SOON], [SOON])
    await made(clinic, hour_of(clinic.sauna, units=6))
    assert (await starts(therapy.id), await starts(both.id)) == ([SOON], [])
    await made(clinic, hour_of(clinic.hall))
    assert await starts(therapy.id) == []
    assert await available_dates(clinic.ctx(), both.id, SOON.date(), SOON.date()) == [SOON.date()]


async def test_who_is_not_public_is_offered_to_all_but_visitors(clinic: World) -> None:
    await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(public=False))
    device = msgspec.structs.replace(visitor("front"), origins=None, device_id=6)

    async def offered(principal: Principal) -> tuple[int, ...]:
        ctx = msgspec.structs.replace(clinic.ctx(), principal=principal)
        return (await slots(ctx, clinic.massage, Span(OPENS, OPENS + HOUR)))[0].resource_ids

    for principal in (clinic.ctx().principal, device):
        assert await offered(principal) == (clinic.ada, clinic.bo)
    assert await offered(visitor("page")) == (clinic.ada,)

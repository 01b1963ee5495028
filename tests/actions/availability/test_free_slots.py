"""What is offered can be booked, and what is refused as full is not offered."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.actions.availability.free_slots import find_free_slots, load_terms
from kalends.actions.catalog.services import add_service, get_service
from kalends.actions.context import Context
from kalends.engine.availability.free_slots import FreeSlot
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Full, NotFound
from kalends.engine.time.span import Span
from kalends.store.catalog.services import save_overrides
from kalends.store.db import Db
from tests.acts import book_item, request
from tests.desk import HOUR, refusal, take
from tests.world import NOW, World, open_clinic

QUARTER = timedelta(minutes=15)
TOMORROW = Span(NOW + timedelta(hours=14), NOW + timedelta(hours=38))
"""Tuesday in Oslo."""
OPENS = TOMORROW.start + timedelta(hours=8)

# A booking that is there already: whose, from which quarter of the hours around the opening, how long, how many units.
taken = st.tuples(st.sampled_from(["ada", "bo", "hall", "left", "right", "sauna"]), *[st.integers(1, 6)] * 2)
diaries = st.lists(st.tuples(taken, st.integers(-8, 40)), max_size=12)


async def offers(
    ctx: Context, service_id: int, window: Span, resource_ids: Sequence[int] | None = None, units: int = 1
) -> list[FreeSlot]:
    """What is offered of a service."""
    service = await get_service(ctx, service_id)
    return await find_free_slots(ctx, service, await load_terms(ctx, service, resource_ids), window, units)


async def test_the_free_hours_of_a_day_are_offered(clinic: World) -> None:
    await take(clinic, clinic.ada, OPENS + 2 * HOUR)
    free_slots = await offers(clinic.ctx(), clinic.massage, TOMORROW, [clinic.ada])
    assert starts(free_slots) == [OPENS + hour * HOUR for hour in (0, 1, 3, 4, 5, 6, 7)]
    assert {(offer.resource_id, offer.free, offer.span.duration) for offer in free_slots} == {(clinic.ada, 1, HOUR)}


async def test_buffers_are_kept_free(clinic: World) -> None:
    second = OPENS + timedelta(minutes=45)
    await take(clinic, clinic.ada, second + HOUR)
    assert second in starts(await offers(clinic.ctx(), clinic.physio, TOMORROW))
    await take(clinic, clinic.ada, second + timedelta(minutes=50), timedelta(minutes=10))
    assert second not in starts(await offers(clinic.ctx(), clinic.physio, TOMORROW))


async def test_a_resource_may_serve_in_its_own_time(clinic: World) -> None:
    of_ada = ServiceOverride(clinic.account.id, clinic.massage, clinic.ada)
    of_bo = ServiceOverride(clinic.account.id, clinic.massage, clinic.bo, duration=120, step=30)
    await save_overrides(clinic.db, clinic.account.id, clinic.massage, [of_ada, of_bo], NOW)
    free_slots = await offers(clinic.ctx(), clinic.massage, TOMORROW)
    assert {offer.span.duration for offer in free_slots if offer.resource_id == clinic.ada} == {HOUR}
    assert starts(free_slots, clinic.bo) == [OPENS + half * HOUR / 2 for half in range(13)]


async def test_seats_left_are_counted(clinic: World) -> None:
    await book_item(clinic.ctx(), visit(clinic.sauna_visit, clinic.sauna, OPENS, 4))
    free_slots = await offers(clinic.ctx(), clinic.sauna_visit, Span(OPENS, OPENS + 2 * HOUR))
    assert [(offer.span.start, offer.free) for offer in free_slots] == [(OPENS, 2), (OPENS + HOUR, 6)]
    free_slots = await offers(clinic.ctx(), clinic.sauna_visit, Span(OPENS, OPENS + 2 * HOUR), units=3)
    assert starts(free_slots) == [OPENS + HOUR]


async def test_a_booked_half_takes_the_hall_but_not_the_other_half(clinic: World) -> None:
    hire = (await add_service(clinic.ctx(), ServicePatch(title="Hire"), [clinic.hall, clinic.left, clinic.right])).id
    await take(clinic, clinic.left, OPENS)
    free_slots = await offers(clinic.ctx(), hire, Span(OPENS, OPENS + HOUR))
    assert [offer.resource_id for offer in free_slots] == [clinic.right]


async def test_nothing_is_offered_of_what_nobody_can_book(clinic: World, db: Db) -> None:
    stranger = await open_clinic(db)
    assert await offers(clinic.ctx(), clinic.yoga, TOMORROW) == []
    assert await offers(clinic.ctx(), clinic.massage, TOMORROW, [clinic.sauna, stranger.ada]) == []
    assert await offers(clinic.ctx(NOW + timedelta(days=7)), clinic.massage, TOMORROW) == []
    retired = await add_service(clinic.ctx(), ServicePatch(title="Bleeding", active=False), [clinic.ada])
    assert await offers(clinic.ctx(), retired.id, TOMORROW) == []
    with pytest.raises(NotFound):
        await offers(clinic.ctx(), stranger.massage, TOMORROW)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(diary=diaries, units=st.integers(1, 3), seed=st.integers())
async def test_what_is_offered_can_be_booked_and_what_is_full_is_not_offered(
    db: Db, diary: list[tuple[tuple[str, int, int], int]], units: int, seed: int
) -> None:
    clinic = await open_clinic(db)
    hire = (
        await add_service(clinic.ctx(), ServicePatch(title="Hire", step=15), [clinic.hall, clinic.left, clinic.right])
    ).id
    for (whose, quarters, count), at in diary:
        await take(clinic, getattr(clinic, whose), OPENS + at * QUARTER, quarters * QUARTER, count)
    draw = random.Random(seed)
    for service, most in ((clinic.massage, 1), (clinic.physio, 1), (hire, 1), (clinic.sauna_visit, 3)):
        requested_units = min(units, most)
        free_slots = await offers(clinic.ctx(), service, TOMORROW, units=requested_units)
        for offer in draw.sample(free_slots, min(3, len(free_slots))):
            assert await refusal(clinic, visit(service, offer.resource_id, offer.span.start, requested_units)) is None
        offered = {(offer.resource_id, offer.span.start) for offer in free_slots}
        for resource in (clinic.ada, clinic.hall, clinic.left, clinic.sauna):
            start = OPENS + draw.randrange(32) * QUARTER
            if isinstance(await refusal(clinic, visit(service, resource, start, requested_units)), Full):
                assert (resource, start) not in offered


def starts(free_slots: list[FreeSlot], resource_id: int | None = None) -> list[datetime]:
    return [offer.span.start for offer in free_slots if resource_id in (None, offer.resource_id)]


def visit(service: int, resource: int, start: datetime, units: int = 1) -> BookingRequest:
    return request(service_id=service, resource_id=resource, starts_at=start, units=units, public=True)

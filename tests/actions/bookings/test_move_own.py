"""Customers move what they have booked to where the page would book it: whatever is offered for it can be had."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.move_own import move_own
from kalends.actions.bookings.starts import list_starts
from kalends.actions.catalog.assignments import change_assignment, get_assignment_of
from kalends.actions.catalog.services import change_service
from kalends.actions.context import as_if_free
from kalends.engine.availability.starts import Start, StartsQuery
from kalends.engine.bookings.own import NewPlace
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import Booked, BookingRequest, RequestedLine
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Full
from kalends.engine.time.span import Span
from kalends.store.db import Db
from tests.desk import HOUR, MINUTE, broken, hour_of, journal, made, take
from tests.world import World, open_clinic

OPENS = datetime(2027, 3, 2, 7, tzinfo=UTC)
TUESDAY = Span(OPENS, OPENS + 8 * HOUR)
QUARTER = 15 * MINUTE

diaries = st.lists(
    st.tuples(st.sampled_from(["ada", "bo", "hall", "sauna"]), st.integers(0, 31), st.integers(1, 6)), max_size=8
)


def starts_of(start: Start) -> tuple[datetime, ...]:
    return start.slot.span.start, *(slot.span.start for slot in start.then)


async def takes(clinic: World, resource_id: int, minutes: int) -> None:
    """Have a massage take so long with somebody."""
    assignment = await get_assignment_of(clinic.ctx(), clinic.massage, resource_id)
    await change_assignment(clinic.ctx(), assignment.id, ServiceAssignmentPatch(duration=minutes))


async def visited(clinic: World, query: StartsQuery, start: Start) -> Booked:
    """Kari's visit at a start."""
    lines = [
        RequestedLine(service_id=service_id, starts_at=starts_at)
        for service_id, starts_at in zip((query.service_id, *query.then), starts_of(start), strict=True)
        for _ in range(query.people)
    ]
    return await book(clinic.ctx(), BookingRequest(lines=tuple(lines), customer_id=clinic.kari, public=True))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    diary=diaries,
    people=st.integers(1, 2),
    minutes_of_bo=st.sampled_from([45, 60]),
    chained=st.booleans(),
    with_room=st.booleans(),
    seed=st.integers(),
)
async def test_a_visit_is_moved_to_whatever_is_offered_and_nothing_of_it_is_lost(
    db: Db,
    diary: list[tuple[str, int, int]],
    people: int,
    minutes_of_bo: int,
    *,
    chained: bool,
    with_room: bool,
    seed: int,
) -> None:
    clinic, draw = await open_clinic(db), random.Random(seed)
    if people == 2:  # who comes alone says with whom, where one takes longer than another
        await takes(clinic, clinic.bo, minutes_of_bo)
    needs = ("space",) if with_room else ()
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(step=15, also_needs=needs))
    then = (clinic.massage if people == 2 else clinic.physio,) if chained else ()
    query = StartsQuery(service_id=clinic.massage, window=TUESDAY, people=people, then=then)
    offered = await list_starts(clinic.ctx(), query)
    booked = await visited(clinic, query, draw.choice(offered))
    for whose, at, quarters in diary:
        await take(clinic, getattr(clinic, whose), OPENS + at * QUARTER, quarters * QUARTER)
    for _ in range(3):
        offered = await list_starts(as_if_free(clinic.ctx(), booked.items), query)
        start = draw.choice(offered)
        place = NewPlace(starts=starts_of(start))
        moved = await move_own(clinic.ctx(), booked.booking.id, str(booked.items[0].item.id), place)
        assert kept(moved) == kept(booked)
        assert sorted({view.item.starts_at for view in moved.items}) == list(starts_of(start))
        for moment in starts_of(start):
            assert len({view.item.resource_id for view in moved.items if view.item.starts_at == moment}) == people
        assert {len(view.item.also_resource_ids) for view in moved.items if view.item.service_id == clinic.massage} == {
            len(needs)
        }
    assert await broken(clinic) == []


def kept(booking: Any) -> list[tuple[Any, ...]]:
    """What a move must not change of a booking."""
    items = [view.item for view in booking.items]
    return sorted((each.id, each.service_id, each.customer_id, each.state, each.units) for each in items)


async def test_a_visit_that_can_not_be_had_stays_as_it_is(clinic: World) -> None:
    query = StartsQuery(service_id=clinic.massage, window=TUESDAY, then=(clinic.physio,))
    first, *_, last = await list_starts(clinic.ctx(), query)
    booked = await visited(clinic, query, first)
    await made(clinic, hour_of(clinic.ada, starts_of(last)[1]))
    with pytest.raises(Full):
        await move_own(clinic.ctx(), booked.booking.id, "", NewPlace(starts=starts_of(last)))
    assert [verb for view in booked.items for verb, _, _ in await journal(clinic, view.item)] == ["create", "create"]


async def test_a_move_to_the_same_time_changes_nothing(clinic: World) -> None:
    query = StartsQuery(service_id=clinic.massage, window=TUESDAY, then=(clinic.physio,))
    start, *_ = await list_starts(clinic.ctx(), query)
    booked = await visited(clinic, query, start)
    moved = await move_own(clinic.ctx(), booked.booking.id, "", NewPlace(starts=starts_of(start)))
    assert [view.item.revision for view in moved.items] == [0, 0]


async def test_of_several_people_each_takes_as_long_as_with_whom_they_come(clinic: World) -> None:
    await takes(clinic, clinic.bo, 45)
    query = StartsQuery(service_id=clinic.massage, window=TUESDAY, people=2)
    first, _, _, later, *_ = await list_starts(clinic.ctx(), query)
    booked = await visited(clinic, query, first)
    longer = booked.items[0].item
    await change_item(clinic.ctx(), longer.id, ItemPatch(ends_at=longer.ends_at + QUARTER))
    moved = await move_own(clinic.ctx(), booked.booking.id, "", NewPlace(starts=starts_of(later)))
    lengths = {view.item.resource_id: view.item.ends_at - view.item.starts_at for view in moved.items}
    assert lengths == {clinic.ada: 75 * MINUTE, clinic.bo: 45 * MINUTE}

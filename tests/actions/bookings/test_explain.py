"""Why not at that time? All that speaks against it is said, and what is free instead."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kalends.actions.bookings.book import book, preview
from kalends.actions.bookings.explain import explain
from kalends.actions.catalog.resources import change_resource
from kalends.actions.catalog.services import add_service, change_service
from kalends.engine.bookings.explain import LineExplanation
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import (
    Barred,
    Closed,
    Full,
    Invalid,
    NotFound,
    NotServed,
    Refusal,
    Retired,
    TooFar,
    TooMany,
    TooSoon,
)
from kalends.engine.time.span import Span
from tests.acts import book_item, with_fields
from tests.desk import DAY, HOUR, SOON, counted, hour_of, made, seat, visit
from tests.world import World


async def explained(clinic: World, asked: BookingRequest, nearest: int = 0) -> LineExplanation:
    (line,) = await explain(clinic.ctx(), asked, nearest)
    return line


def massages(clinic: World, *starts: datetime) -> tuple[RequestedLine, ...]:
    return tuple(RequestedLine(service_id=clinic.massage, resource_id=clinic.ada, starts_at=start) for start in starts)


def reasons(line: LineExplanation) -> list[list[type[Refusal]]]:
    return [[type(refusal) for refusal in option.refusals] for option in line.options]


async def test_a_free_time_has_nothing_against_it(clinic: World) -> None:
    line = await explained(clinic, visit(clinic, public=True))
    assert (line.bookable, line.first_refusal, reasons(line)) == (True, None, [[]])
    assert line.options[0].assigned.span == Span(SOON, SOON + HOUR)


async def test_all_reasons_are_said_at_once(clinic: World) -> None:
    hasty = ServicePatch(notice=24 * 60, horizon=7 * 24 * 60)
    await change_service(clinic.ctx(), clinic.massage, hasty)
    evening = SOON + 4.5 * HOUR
    item = await made(clinic, visit(clinic, starts_at=evening))
    line = await explained(clinic, visit(clinic, starts_at=evening, public=True))
    assert reasons(line) == [[TooSoon, Closed, Full]]
    full = line.options[0].refusals[-1]
    assert isinstance(full, Full)
    assert [taken.item_id for taken in full.conflicts[0].in_the_way] == [item.id]
    later = await explained(clinic, visit(clinic, starts_at=SOON + 12 * DAY + 4.5 * HOUR, public=True))
    assert reasons(later) == [[TooFar, Closed]]


async def test_each_who_serves_has_reasons_of_their_own(clinic: World) -> None:
    await made(clinic, visit(clinic))
    line = await explained(clinic, visit(clinic, resource_id=None))
    assert [option.assigned.resource and option.assigned.resource.title for option in line.options] == ["Ada", "Bo"]
    assert (reasons(line), line.bookable) == ([[Full], []], True)


async def test_staff_are_not_bound_by_the_rules_for_the_public(clinic: World) -> None:
    night = visit(clinic, starts_at=SOON + 12 * HOUR)
    assert (await explained(clinic, night)).bookable
    assert reasons(await explained(clinic, with_fields(night, public=True))) == [[Closed]]
    assert reasons(await explained(clinic, with_fields(night, open_only=True))) == [[Closed]]


async def test_a_start_off_the_grid_can_be_booked_but_is_not_offered(clinic: World) -> None:
    (option,) = (await explained(clinic, visit(clinic, starts_at=SOON + HOUR / 4, public=True))).options
    assert (option.refusals, option.off_step) == ((), True)
    (option,) = (await explained(clinic, visit(clinic, public=True))).options
    assert (option.refusals, option.off_step) == ((), False)


async def test_what_can_never_be_booked_says_why(clinic: World) -> None:
    async def refusal(**fields: Any) -> type[Refusal] | type[None]:
        line = await explained(clinic, visit(clinic, **fields))
        assert (line.options, line.bookable) == ((), False)
        return type(line.refusal)

    assert await refusal(resource_id=clinic.hall) is NotServed
    assert await refusal(units=2) is TooMany
    assert await refusal(service_id=clinic.yoga, resource_id=None) is Invalid
    await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(active=False))
    assert await refusal(resource_id=clinic.bo) is Retired
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(active=False))
    assert await refusal() is Retired
    with pytest.raises(NotFound):
        await explained(clinic, visit(clinic, service_id=10**9))


async def test_nobody_who_serves_it_is_as_if_all_were_full(clinic: World) -> None:
    nobody = await add_service(clinic.ctx(), ServicePatch(title="Nobody", served_by_all=False), [clinic.bo])
    await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(active=False))
    line = await explained(clinic, visit(clinic, service_id=nobody.id, resource_id=None))
    assert (line.options, type(line.refusal)) == ((), Full)


async def test_a_room_that_is_needed_besides_may_be_what_is_missing(clinic: World) -> None:
    therapy = await add_service(clinic.ctx(), ServicePatch(title="Therapy", also_needs=("space",)), [clinic.ada])
    asked = visit(clinic, service_id=therapy.id)
    (option,) = (await explained(clinic, asked)).options
    assert [other.id for other in option.assigned.also] == [clinic.hall]
    await made(clinic, hour_of(clinic.left))
    await made(clinic, hour_of(clinic.sauna, units=6))
    line = await explained(clinic, asked)
    assert (reasons(line), line.bookable) == ([[]], True)  # the right half is free
    await made(clinic, hour_of(clinic.right))
    assert reasons(await explained(clinic, asked)) == [[Full]]


async def test_two_rooms_are_two_different_ones(clinic: World) -> None:
    double = ServicePatch(title="Pairs", also_needs=("space", "space"))
    pairs = await add_service(clinic.ctx(), double, [clinic.ada])
    item = (await book_item(clinic.ctx(), visit(clinic, service_id=pairs.id))).item
    assert item.also_resource_ids == (clinic.hall, clinic.sauna)


async def test_seats_are_explained_too_with_the_nearest_class(clinic: World) -> None:
    full, later = await clinic.class_of(1), await clinic.class_of(5, SOON + 2 * DAY)
    await made(clinic, seat(clinic, full))
    line = await explained(clinic, seat(clinic, full), nearest=3)
    assert reasons(line) == [[Full]]
    assert [near.session_id for near in line.nearest] == [later]
    assert (await explained(clinic, seat(clinic, later))).bookable


async def test_the_nearest_free_times_are_those_on_both_sides(clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON - HOUR, ends_at=SOON + 2 * HOUR))
    line = await explained(clinic, visit(clinic, public=True), nearest=3)
    assert [near.span.start for near in line.nearest] == [SOON + 2 * HOUR, SOON + 3 * HOUR, SOON + 4 * HOUR]
    anybody = await explained(clinic, visit(clinic, resource_id=None, public=True), nearest=3)
    assert (anybody.bookable, anybody.nearest) == (True, ())


async def test_after_days_that_are_full_the_nearest_is_the_next_that_is_not(clinic: World) -> None:
    await made(clinic, hour_of(clinic.ada, SOON - DAY, ends_at=SOON + 5 * DAY))
    line = await explained(clinic, visit(clinic, public=True), nearest=1)
    (near,) = line.nearest
    assert (near.resource and near.resource.id, near.span.start) == (clinic.ada, SOON + 7 * DAY - 3 * HOUR)


async def test_each_line_is_looked_at_by_itself(clinic: World) -> None:
    await made(clinic, visit(clinic))
    first, second = await explain(clinic.ctx(), BookingRequest(lines=massages(clinic, SOON, SOON + HOUR)))
    assert (first.bookable, second.bookable) == (False, True)


async def test_a_preview_is_the_booking_as_it_would_be_and_writes_nothing(clinic: World) -> None:
    asked = visit(clinic, resource_id=None, title="Back")
    before = await counted(clinic)
    looked_at = await preview(clinic.ctx(), asked)
    assert await counted(clinic) == before
    booked = await book(clinic.ctx(), asked)
    assert looked_at.booking.id != booked.booking.id
    (seen,), (kept,) = looked_at.items, booked.items
    assert (seen.item.resource_id, seen.item.starts_at, seen.item.state) == (clinic.ada, SOON, "confirmed")
    assert (seen.item.title, seen.customer) == (kept.item.title, kept.customer)


async def test_a_preview_is_refused_as_the_booking_would_be(clinic: World) -> None:
    taken = await made(clinic, visit(clinic))
    with pytest.raises(Full) as refused:
        await preview(clinic.ctx(), visit(clinic))
    assert [claim.item_id for claim in refused.value.conflicts[0].in_the_way] == [taken.id]
    await clinic.db.execute("update customer set blocked_at = now() where id = $1", clinic.kari)
    with pytest.raises(Barred):
        await preview(clinic.ctx(), visit(clinic, starts_at=SOON + timedelta(days=1), public=True))


async def test_lines_that_are_taken_are_previewed_as_they_would_be_left_out_or_moved(clinic: World) -> None:
    await made(clinic, visit(clinic))
    lines = massages(clinic, SOON, SOON + DAY)
    skipped = await preview(clinic.ctx(), BookingRequest(lines=lines, on_conflict="skip"))
    assert [outcome.outcome for outcome in skipped.outcomes] == ["skipped", "booked"]
    moved = await preview(clinic.ctx(), BookingRequest(lines=lines, on_conflict="nearest"))
    assert [outcome.outcome for outcome in moved.outcomes] == ["moved", "booked"]

"""Bookings of several lines, on whoever serves a service then, with a room for a person; and what if some are taken."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from kalends.actions.availability.hours import set_exception_days
from kalends.actions.bookings.book import book, preview
from kalends.actions.catalog.services import add_service
from kalends.actions.catalog.sites import add_site
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.service import Service, ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.refusals import Closed, Fault, Full, Invalid, NotFound
from kalends.engine.time.span import Span
from tests.acts import book_item, request
from tests.desk import DAY, HOUR, SOON, claims, counted, hour_of, made, seat, visit
from tests.world import World


def lines(clinic: World, *starts: Any, **fields: Any) -> tuple[RequestedLine, ...]:
    usual = {"service_id": clinic.massage, "resource_id": clinic.ada}
    return tuple(RequestedLine(**{**usual, "starts_at": start, **fields}) for start in starts)


def days(count: int) -> list[Any]:
    return [SOON + turn * DAY for turn in range(count)]


async def therapy(clinic: World) -> Service:
    """A service that needs a person and a room."""
    return await add_service(
        clinic.ctx(), ServicePatch(title="Therapy", also_needs=("space",)), [clinic.ada, clinic.bo]
    )


async def test_a_line_on_a_person_and_one_on_a_class_are_one_booking(clinic: World) -> None:
    yoga = await clinic.class_of(2)
    lines_request = BookingRequest(
        lines=(*lines(clinic, SOON), RequestedLine(session_id=yoga)), customer_id=clinic.kari
    )
    booked = await book(clinic.ctx(), lines_request)
    assert [(view.item.kind, view.item.units) for view in booked.items] == [("appointment", 1), ("seat", 1)]
    assert {view.item.booking_id for view in booked.items} == {booked.booking.id}
    assert [outcome.outcome for outcome in booked.outcomes] == ["booked", "booked"]


async def test_lines_on_one_class_take_their_sum(clinic: World) -> None:
    yoga = await clinic.class_of(2)
    three = 3 * (RequestedLine(session_id=yoga),)
    before = await counted(clinic)
    with pytest.raises(Full) as refused:
        await book(clinic.ctx(), BookingRequest(lines=three))
    assert (refused.value.what, refused.value.which) == ("session", yoga)
    assert await counted(clinic) == before
    assert len((await book(clinic.ctx(), BookingRequest(lines=three[:2]))).items) == 2


async def test_all_that_is_in_the_way_is_said(clinic: World) -> None:
    taken = [await made(clinic, visit(clinic, starts_at=start)) for start in days(7)]
    with pytest.raises(Full) as refused:
        await book(clinic.ctx(), BookingRequest(lines=lines(clinic, *days(7))))
    assert (refused.value.count, len(refused.value.conflicts)) == (7, 5)
    named = [[one.item_id for one in conflict.in_the_way] for conflict in refused.value.conflicts]
    assert named == [[item.id] for item in taken[:5]]


async def test_each_line_is_bound_by_the_hours_of_its_service(clinic: World) -> None:
    monday, tuesday = SOON, SOON + DAY
    await set_exception_days(clinic.ctx(), clinic.ada, {monday.date(): []}, clinic.massage)
    physio = lines(clinic, monday, service_id=clinic.physio)
    closed, also_open = lines(clinic, monday + 2 * HOUR, tuesday)
    for both in ((*physio, also_open), (also_open, *physio)):
        assert len((await preview(clinic.ctx(), BookingRequest(lines=both, open_only=True))).items) == 2
    for both in ((*physio, closed), (closed, *physio)):
        with pytest.raises(Closed):
            await book(clinic.ctx(), BookingRequest(lines=both, open_only=True))


async def test_whoever_serves_is_as_long_as_it_takes_them(clinic: World) -> None:
    await clinic.db.execute(
        "update service_resource set duration = 90 where service_id = $1 and resource_id = $2",
        clinic.massage,
        clinic.bo,
    )
    await made(clinic, visit(clinic))
    second = (await book_item(clinic.ctx(), visit(clinic, resource_id=None))).item
    assert (second.resource_id, second.ends_at - second.starts_at) == (clinic.bo, timedelta(minutes=90))
    half = await book_item(clinic.ctx(), visit(clinic, resource_id=None, starts_at=SOON + HOUR))
    assert half.item.resource_id == clinic.ada


async def test_lines_on_anybody_do_not_take_the_same_twice(clinic: World) -> None:
    anybody = lines(clinic, SOON, SOON, resource_id=None)
    booked = await book(clinic.ctx(), BookingRequest(lines=anybody))
    assert {view.item.resource_id for view in booked.items} == {clinic.ada, clinic.bo}
    with pytest.raises(Full):
        await book(clinic.ctx(), BookingRequest(lines=lines(clinic, *3 * [SOON + DAY], resource_id=None)))


async def test_anybody_of_a_site(clinic: World) -> None:
    there = await add_site(clinic.ctx(), SitePatch(name="Annex"))
    await clinic.db.execute("update resource set site_id = $2 where id = $1", clinic.bo, there.id)
    at = lines(clinic, SOON, resource_id=None, site_id=there.id)
    assert [view.item.resource_id for view in (await book(clinic.ctx(), BookingRequest(lines=at))).items] == [clinic.bo]
    with pytest.raises(Full):
        await book(clinic.ctx(), BookingRequest(lines=at))


async def test_a_person_and_a_room_are_taken_together(clinic: World) -> None:
    service = await therapy(clinic)
    first = (await book_item(clinic.ctx(), visit(clinic, service_id=service.id))).item
    assert first.also_resource_ids == (clinic.hall,)
    assert {which for which, _, _ in await claims(clinic, first)} == {clinic.ada, clinic.hall}
    second = (await book_item(clinic.ctx(), visit(clinic, service_id=service.id, resource_id=clinic.bo))).item
    assert second.also_resource_ids == (clinic.sauna,)
    with pytest.raises(Full):
        await made(clinic, hour_of(clinic.left))


async def test_a_room_that_is_named_is_taken_or_nothing_is(clinic: World) -> None:
    service = await therapy(clinic)
    named = visit(clinic, service_id=service.id, also_resource_ids=(clinic.left,))
    await made(clinic, hour_of(clinic.hall))
    before = await counted(clinic)
    with pytest.raises(Full) as refused:
        await book_item(clinic.ctx(), named)
    assert (refused.value.which, await counted(clinic)) == (clinic.left, before)
    with pytest.raises(NotFound):
        await book_item(clinic.ctx(), visit(clinic, service_id=service.id, also_resource_ids=(10**9,)))


async def test_a_class_takes_its_room_and_its_teacher(clinic: World) -> None:
    from_noon = {"starts_at": SOON, "ends_at": SOON + HOUR}
    await clinic.class_with((clinic.left, clinic.ada), **from_noon)
    for taken in (clinic.left, clinic.hall, clinic.ada):
        with pytest.raises(Full):
            await made(clinic, hour_of(taken))
    await made(clinic, hour_of(clinic.right))


async def test_lines_that_are_taken_are_skipped(clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    lines_request = BookingRequest(lines=lines(clinic, *days(3)), on_conflict="skip")
    booked = await book(clinic.ctx(), lines_request)
    assert [one.outcome for one in booked.outcomes] == ["booked", "skipped", "booked"]
    assert [view.item.starts_at for view in booked.items] == [SOON, SOON + 2 * DAY]
    assert isinstance(booked.outcomes[1].refusal, Full)
    with pytest.raises(Full):
        await book(clinic.ctx(), lines_request)


async def test_lines_that_are_taken_get_the_nearest_free_time(clinic: World) -> None:
    await made(clinic, visit(clinic, starts_at=SOON + DAY))
    lines_request = BookingRequest(lines=lines(clinic, *days(2)), on_conflict="nearest")
    booked = await book(clinic.ctx(), lines_request)
    assert [one.outcome for one in booked.outcomes] == ["booked", "moved"]
    assert booked.outcomes[1].span in (
        Span(SOON + DAY - HOUR, SOON + DAY),
        Span(SOON + DAY + HOUR, SOON + DAY + 2 * HOUR),
    )
    again = await book(clinic.ctx(), msgspec.structs.replace(lines_request, lines=lines_request.lines[:1]))
    assert again.outcomes[0].outcome == "moved"


async def test_nothing_is_booked_of_a_request_without_lines_that_fit(clinic: World) -> None:
    before = await counted(clinic)
    with pytest.raises(NotFound):
        await book(clinic.ctx(), request(resource_id=10**9, starts_at=SOON, ends_at=SOON + HOUR, on_conflict="skip"))
    assert await counted(clinic) == before


async def test_what_a_line_names_twice_is_taken_twice(clinic: World) -> None:
    twice = visit(clinic, also_resource_ids=(clinic.projectors,), extras=(Extra(1, resource_id=clinic.projectors),))
    item = (await book_item(clinic.ctx(), twice)).item
    assert {which: units for which, _, units in await claims(clinic, item)} == {clinic.ada: 1, clinic.projectors: 2}
    with pytest.raises(Full):
        await book_item(clinic.ctx(), visit(clinic, starts_at=SOON + HOUR, also_resource_ids=(clinic.ada,)))


async def test_whoever_is_in_the_way_of_what_is_named_besides_is_passed_over(clinic: World) -> None:
    hire = await add_service(clinic.ctx(), ServicePatch(title="Hire"), [clinic.left, clinic.right, clinic.sauna])
    asked = visit(clinic, service_id=hire.id, resource_id=None, also_resource_ids=(clinic.hall,))
    assert (await book_item(clinic.ctx(), asked)).item.resource_id == clinic.sauna


async def test_a_line_whose_extra_is_gone_is_left_out_alone(clinic: World) -> None:
    await made(clinic, hour_of(clinic.projectors, units=3))
    with_extra = lines(clinic, SOON, SOON + DAY, extras=(Extra(1, resource_id=clinic.projectors),))
    for on_conflict in ("skip", "nearest"):
        request = BookingRequest(lines=with_extra, on_conflict=on_conflict)
        booked = await preview(clinic.ctx(), request)
        assert [outcome.outcome for outcome in booked.outcomes] == ["skipped", "booked"]
        (refused, _) = booked.outcomes
        assert isinstance(refused.refusal, Full)
        assert refused.refusal.which == clinic.projectors


async def test_a_class_that_is_full_is_left_out_alone(clinic: World) -> None:
    full, free = await clinic.class_of(1), await clinic.class_of(1, SOON + 2 * DAY)
    await made(clinic, seat(clinic, full))
    both = tuple(RequestedLine(session_id=session) for session in (full, free))
    booked = await book(clinic.ctx(), BookingRequest(lines=both, on_conflict="skip"))
    assert [outcome.outcome for outcome in booked.outcomes] == ["skipped", "booked"]


async def test_inventory_serves_nobody_by_itself(clinic: World) -> None:
    chat = await add_service(clinic.ctx(), ServicePatch(title="Chat"))
    for resource_id in (clinic.ada, clinic.bo, clinic.hall, clinic.sauna):
        await made(clinic, hour_of(resource_id, units=6 if resource_id == clinic.sauna else 1))
    with pytest.raises(Full):
        await book_item(clinic.ctx(), visit(clinic, service_id=chat.id, resource_id=None))


async def test_who_has_the_extra_serves(clinic: World) -> None:
    """Hot stones go with Bo alone, who comes after Ada."""
    stones = await add_service(clinic.ctx(), ServicePatch(title="Hot stones", kind="product"), [clinic.bo])
    wanted = {"resource_id": None, "extras": (Extra(1, service_id=stones.id),)}
    booked = await made(clinic, visit(clinic, **wanted))
    with pytest.raises(Full):
        await book(clinic.ctx(), visit(clinic, **wanted))
    with pytest.raises(Invalid) as refused:
        await book(clinic.ctx(), visit(clinic, service_id=clinic.physio, **wanted))
    assert (booked.resource_id, refused.value.faults) == (clinic.bo, (Fault("extras", "not_served"),))

"""Seats of one session that several bookings want at once, each with several items; statuses that take them back."""

from collections.abc import Sequence
from typing import Any

from kalends.actions.bookings.book import book
from kalends.actions.bookings.sessions import seats_taken
from kalends.actions.bookings.statuses import (
    add_standard_statuses,
    book_with_status,
    change_booking_with_status,
)
from kalends.actions.catalog.services import change_service
from kalends.actions.context import Context
from kalends.engine.bookings.patch import BookingPatch
from kalends.engine.bookings.request import Booked, BookingRequest, RequestedLine
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Fault, Full, Invalid
from tests.acts import book_item, change_session
from tests.desk import broken, seat
from tests.races.stage import Act, at_once, staged
from tests.world import World

CROWD = 64


def order(clinic: World, *sessions: int, status: int | None = None) -> BookingRequest:
    lines = tuple(RequestedLine(session_id=session) for session in sessions)
    return BookingRequest(lines=lines, customer_id=clinic.kari, booking_status_id=status)


def whole(results: Sequence[Any]) -> list[BookingWithItems]:
    return [each for each in results if isinstance(each, BookingWithItems)]


def refusals(results: Sequence[Any]) -> set[type]:
    return {type(each) for each in results if isinstance(each, Exception)}


async def test_items_of_one_booking_countgether(clinic: World) -> None:
    yoga, other = await clinic.class_of(10), await clinic.class_of(100)
    orders = [book(clinic.ctx(), order(clinic, yoga, other, yoga, yoga)) for _ in range(CROWD // 2)]
    singles = [book_item(clinic.ctx(), seat(clinic, yoga)) for _ in range(CROWD // 2)]
    results = await at_once([each for pair in zip(orders, singles, strict=True) for each in pair])
    taken = await seats_taken(clinic.ctx(), [yoga, other])
    assert refusals(results) == {Full}
    assert (taken[yoga], taken[other]) == (10, len(whole(results)))
    assert await broken(clinic) == []


async def test_orders_of_two_sessions_in_opposite_order(clinic: World) -> None:
    one, two = await clinic.class_of(10), await clinic.class_of(10)
    pairs = ((one, two), (two, one))
    results = await at_once([book(clinic.ctx(), order(clinic, *pairs[turn % 2])) for turn in range(CROWD)])
    assert (len(whole(results)), refusals(results)) == (10, {Full})


async def test_cancelled_ones_that_want_the_last_seats_back(clinic: World) -> None:
    yoga = await clinic.class_of(4)
    names = {status.name: status.id for status in await add_standard_statuses(clinic.ctx())}
    cancelled = [
        await book_with_status(clinic.ctx(), order(clinic, yoga, yoga, status=names["Cancelled"])) for _ in range(16)
    ]
    confirmed = BookingPatch(booking_status_id=names["Confirmed"])
    results = await at_once(
        [change_booking_with_status(clinic.ctx(), each.booking.id, confirmed) for each in cancelled]
    )
    assert (len(whole(results)), refusals(results)) == (2, {Full})
    assert await broken(clinic) == []


def lowers(session: int, capacity: int) -> Act:
    return lambda ctx: change_session(ctx, session, {"capacity": capacity})


def books(clinic: World, *sessions: int) -> Act:
    async def act(ctx: Context) -> Booked:
        return await book(ctx, order(clinic, *sessions))

    return act


async def test_a_slot_is_lowered_while_its_seats_are_booked(clinic: World) -> None:
    yoga = await clinic.class_of(6)
    await change_service(clinic.ctx(), clinic.yoga, ServicePatch(most_units=6))
    _, second = await staged(clinic, books(clinic, yoga, yoga, yoga), lowers(yoga, 2))
    assert isinstance(second, Invalid)
    assert second.faults == (Fault("capacity", "below_booked"),)


async def test_seats_are_booked_while_their_slot_is_lowered(clinic: World) -> None:
    yoga = await clinic.class_of(6)
    _, second = await staged(clinic, lowers(yoga, 2), books(clinic, yoga, yoga, yoga))
    assert isinstance(second, Full)

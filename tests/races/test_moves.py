"""Customers move what they have booked while somebody else books, or moves, to the same time."""

from datetime import datetime

import pytest

from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.move_own import move_own
from kalends.actions.context import Context
from kalends.engine.bookings.own import NewPlace
from kalends.engine.bookings.request import Booked, BookingRequest, RequestedLine
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.refusals import Full, IllegalTransition
from tests.acts import book_item
from tests.desk import DAY, HOUR, SOON, broken, hour_of
from tests.races.stage import staged
from tests.world import World

TUESDAY = SOON + DAY - 3 * HOUR
"""08:00 in Oslo."""


async def physio_then_massage(clinic: World, starts_at: datetime) -> Booked:
    """Kari's, both with Ada."""
    lines = [
        RequestedLine(service_id=clinic.physio, resource_id=clinic.ada, starts_at=starts_at),
        RequestedLine(service_id=clinic.massage, resource_id=clinic.ada, starts_at=starts_at + HOUR),
    ]
    return await book(clinic.ctx(), BookingRequest(lines=tuple(lines), customer_id=clinic.kari))


async def to_eleven(ctx: Context, booked: Booked) -> BookingWithItems:
    """Move it to Tuesday 11:00."""
    start = TUESDAY + 3 * HOUR
    return await move_own(ctx, booked.booking.id, "", NewPlace(starts=(start, start + HOUR)))


async def starts_of(clinic: World, booked: Booked) -> list[datetime]:
    booking = await get_whole_booking(clinic.ctx(), booked.booking.id)
    return [view.item.starts_at for view in booking.items]


@pytest.mark.parametrize("kept", [True, False])
async def test_of_two_visits_one_gets_the_time_and_the_other_keeps_its_own(clinic: World, *, kept: bool) -> None:
    one, other = [await physio_then_massage(clinic, TUESDAY + days * DAY) for days in (1, 2)]
    before = await starts_of(clinic, other)
    _, second = await staged(clinic, lambda ctx: to_eleven(ctx, one), lambda ctx: to_eleven(ctx, other), kept=kept)
    assert isinstance(second, Full) == kept
    assert (await starts_of(clinic, other) == before) == kept
    assert await broken(clinic) == []


@pytest.mark.parametrize("moves_first", [True, False])
async def test_a_visit_and_a_booking_where_its_second_time_would_be(clinic: World, *, moves_first: bool) -> None:
    visit = await physio_then_massage(clinic, TUESDAY + DAY)
    before = await starts_of(clinic, visit)

    async def moves(ctx: Context) -> BookingWithItems:
        return await to_eleven(ctx, visit)

    async def books(ctx: Context) -> ItemView:
        return await book_item(ctx, hour_of(clinic.ada, TUESDAY + 4 * HOUR))

    acts = (moves, books) if moves_first else (books, moves)
    first, second = await staged(clinic, *acts)
    assert (isinstance(first, Full), isinstance(second, Full)) == (False, True)
    assert (await starts_of(clinic, visit) == before) != moves_first
    assert await broken(clinic) == []


async def test_what_is_cancelled_meanwhile_is_not_moved(clinic: World) -> None:
    visit = await physio_then_massage(clinic, TUESDAY + DAY)
    before = await starts_of(clinic, visit)
    massage = visit.items[1].item.id
    _, second = await staged(
        clinic, lambda ctx: change_item_state(ctx, massage, "cancel"), lambda ctx: to_eleven(ctx, visit)
    )
    assert isinstance(second, Full | IllegalTransition)
    assert await starts_of(clinic, visit) == before

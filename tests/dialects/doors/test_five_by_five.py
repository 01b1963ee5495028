"""Each of five doors with each: what is made through one is seen, refused, moved and cancelled through the other."""

from itertools import product

import pytest

from tests.acts import book_item
from tests.desk import HOUR, broken, seat
from tests.dialects.doors.door import Seen
from tests.dialects.doors.doors import KINDS, OF_APPOINTMENTS, OF_SEATS, Doors

KARI = "Kari Nordmann"


def test_each_pair_has_something_to_walk() -> None:
    assert {*product(OF_APPOINTMENTS, KINDS), *product(OF_SEATS, KINDS)} == set(product(KINDS, KINDS))


@pytest.mark.parametrize(("maker", "other"), list(product(OF_APPOINTMENTS, KINDS)))
async def test_an_appointment(doors: Doors, maker: str, other: str) -> None:
    here, there = doors[maker], doors[other]
    first, later = doors.house.at(9), doors.house.at(13, days=15)  # clocks go forward in between
    item_id = await here.book(first)
    assert await here.see(item_id) == Seen(first, first + HOUR, KARI, takes_time=True)
    if "see_appointment" in there.cannot:
        assert await there.see(item_id) is None
        return
    assert await there.see(item_id) == Seen(first, first + HOUR, KARI, takes_time=True)
    await there.find_taken(first)
    await there.move(item_id, later)
    assert await here.see(item_id) == Seen(later, later + HOUR, KARI, takes_time=True)
    await there.cancel(await here.book(first))
    await there.cancel(item_id)
    assert await here.see(item_id) == Seen(later, later + HOUR, KARI, takes_time=False)
    assert await there.see(item_id) == Seen(later, later + HOUR, KARI, takes_time=False)
    for door in (here, there):
        again = await door.book(later)
        await here.find_taken(later)
        await door.cancel(again)
    assert await broken(doors.world) == []


@pytest.mark.parametrize(("maker", "other"), list(product(OF_SEATS, KINDS)))
async def test_a_seat(doors: Doors, maker: str, other: str) -> None:
    """The last but one of a class with Ada."""
    here, there, world = doors[maker], doors[other], doors.world
    first, later = doors.house.at(9), doors.house.at(13, days=15)
    session = await world.class_with((world.ada,), starts_at=first, ends_at=first + HOUR, capacity=2)
    await book_item(world.ctx(), seat(world, session, customer_id=world.ola))
    item_id = await here.book_seat(session)
    assert await here.see(item_id) == Seen(first, first + HOUR, KARI, takes_time=True)
    assert await there.see(item_id) == Seen(first, first + HOUR, KARI, takes_time=True)
    if "book_seat" not in there.cannot:
        await there.find_full(session)
    if "book" not in there.cannot:
        await there.find_taken(first)
    if "move_session" not in there.cannot:
        await there.move_session(session, later)
    start = first if "move_session" in there.cannot else later
    assert await here.see(item_id) == Seen(start, start + HOUR, KARI, takes_time=True)
    await there.cancel(item_id)
    assert await here.see(item_id) == Seen(start, start + HOUR, KARI, takes_time=False)
    for door in (here, there):
        if "book_seat" not in door.cannot:
            again = await door.book_seat(session)
            await here.find_full(session)
            await door.cancel(again)
    assert await broken(world) == []


SEAT_STAYS = {
    "makeplans": (400, "booked_from"),
    "locaboo": (400, "date_from is that of a group session"),
    "bookio": (400, "10: dateFrom"),
    "cliniko": (404, "Not found"),  # it is no individual appointment
}
"""How each door answers who asks for another time of a seat: it is that of the session."""


@pytest.mark.parametrize("maker", OF_SEATS)
async def test_a_seat_is_moved_with_its_session_only(doors: Doors, maker: str) -> None:
    first = doors.house.at(9)
    session = await doors.world.class_with((doors.world.ada,), starts_at=first, ends_at=first + HOUR)
    item_id = await doors[maker].book_seat(session)
    for name, (status, words) in SEAT_STAYS.items():
        response = await doors[name].ask_to_move(item_id, doors.house.at(13))
        assert (response.status_code, words in response.text) == (status, True), response.text
        assert await doors[name].see(item_id) == Seen(first, first + HOUR, KARI, takes_time=True)

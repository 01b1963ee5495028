"""Crowds at all doors at one time: as many win as there is room for, and each loser is told in its vendor's words."""

import asyncio

from tests.desk import HOUR, broken
from tests.dialects.doors.doors import OF_SEATS, Doors

CROWD, ROOM = 12, 7  # of each door


async def test_an_hour_through_the_doors_that_keep_it(doors: Doors) -> None:
    start = doors.house.at(9)
    asked = [door for door in (doors.makeplans, doors.locaboo, doors.bookio) for _ in range(CROWD)]
    answers = await asyncio.gather(*(door.ask_for_hour(start) for door in asked))
    losers = [(door, answer) for door, answer in zip(asked, answers, strict=True) if answer.is_error]
    assert len(losers) == len(asked) - 1
    for door, answer in losers:
        door.check_taken(answer)
    assert await broken(doors.world) == []


async def test_the_last_seats_through_all_doors_that_have_seats(doors: Doors) -> None:
    """While others put appointments over the class of the same teacher, which takes no seats."""
    start, world = doors.house.at(9), doors.world
    yoga = await world.class_with((world.ada,), starts_at=start, ends_at=start + HOUR, capacity=ROOM)
    asked = [doors[name] for name in OF_SEATS for _ in range(CROWD)]
    answers, over = await asyncio.gather(
        asyncio.gather(*(door.ask_for_seat(yoga) for door in asked)),
        asyncio.gather(*(doors.cliniko.ask_for_hour(start) for _ in range(3))),
    )
    losers = [(door, answer) for door, answer in zip(asked, answers, strict=True) if answer.is_error]
    assert len(losers) == len(asked) - ROOM
    for door, answer in losers:
        door.check_full(answer)
    assert [answer.status_code for answer in over] == [201] * 3
    assert await broken(world) == []

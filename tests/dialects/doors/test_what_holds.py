"""What takes an hour, through whatever door it came, takes it in all of them, and who may take it all the same."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

import pytest

from tests.desk import DAY, HOUR, broken, made, visit
from tests.dialects.doors.conftest import Open
from tests.dialects.doors.door import Seen
from tests.dialects.doors.doors import OF_APPOINTMENTS, OF_SEATS, Doors

Take: TypeAlias = Callable[[Doors, datetime], Awaitable[object]]


async def appointment(doors: Doors, start: datetime) -> None:
    await doors.locaboo.book(start)


async def hold(doors: Doors, start: datetime) -> None:
    """An appointment that its customer has yet to verify."""
    response = await doors.makeplans.ask_for_hour(start, confirm=False)
    assert response.json()["booking"]["state"] == "awaiting_verification", response.text


async def overlap(doors: Doors, start: datetime) -> None:
    await doors.bookio.book(start)
    await doors.cliniko.book(start)


async def overlap_alone(doors: Doors, start: datetime) -> None:
    """What was put over another keeps the hour when the other goes."""
    under = await doors.bookio.book(start)
    await doors.cliniko.book(start)
    await doors.bookio.cancel(under)


async def block(doors: Doors, start: datetime) -> None:
    place = {"practitioner_id": doors.world.ada, "business_id": doors.world.site}
    times = {"starts_at": start.isoformat(), "ends_at": (start + HOUR).isoformat()}
    assert (await doors.cliniko.client.post("/unavailable_blocks", json={**place, **times})).status_code == 201


async def block_of_site(doors: Doors, start: datetime) -> None:
    times = {"dateFrom": f"{start:%Y-%m-%dT%H:%M:%S}", "dateTo": f"{start + HOUR:%Y-%m-%dT%H:%M:%S}"}
    sent = {"facilityId": doors.world.site, "externalId": start.toordinal(), "note": "", **times}
    assert (await doors.bookio.client.post("/blockedTimes", json=sent)).status_code == 200


async def session(doors: Doors, start: datetime) -> None:
    """A class, in which nobody has a seat yet."""
    await doors.world.class_with((doors.world.ada,), starts_at=start, ends_at=start + HOUR)


SHOWN_BY: dict[Take, set[str]] = {
    appointment: {"makeplans", "locaboo", "bookio", "cliniko"},
    hold: {"makeplans", "locaboo", "bookio", "cliniko"},
    overlap: {"makeplans", "locaboo", "bookio", "cliniko"},
    overlap_alone: {"makeplans", "locaboo", "bookio", "cliniko"},
    block: {"makeplans", "locaboo", "cliniko"},
    block_of_site: {"makeplans", "bookio", "cliniko"},
    session: {"makeplans", "cliniko", "carecloud"},
}
"""What takes Ada's hour, and the doors that have it in a list: docs/doors.md says so, too."""


@pytest.mark.parametrize("take", SHOWN_BY)
async def test_every_door_keeps_what_is_taken(doors_with: Open, take: Take) -> None:
    """Also those that don't show by what. Only Cliniko and, asked to, MakePlans put something over it."""
    doors = await doors_with(verification="email")
    start = doors.house.at(9)
    await take(doors, start)
    assert {name for name, rows in (await doors.list_all()).items() if rows} == SHOWN_BY[take]
    for name in OF_APPOINTMENTS:
        await doors[name].find_taken(start)
    assert (await doors.makeplans.ask_for_hour(start, ignore_capacity=True)).status_code == 200
    for name in OF_APPOINTMENTS:
        await doors[name].find_taken(start)
    assert await broken(doors.world, doors.world.now) == []


@pytest.mark.parametrize("over", [block, block_of_site])
async def test_a_block_leaves_what_is_booked_under_it(doors: Doors, over: Take) -> None:
    """It can be moved away, and not under another block."""
    start = doors.house.at(9)
    item_id = await doors.makeplans.book(start)
    await over(doors, start)
    for name in OF_APPOINTMENTS:
        assert await doors[name].see(item_id) == Seen(start, start + HOUR, "Kari Nordmann", takes_time=True)
    await doors.bookio.move(item_id, start + DAY)
    await doors.locaboo.find_taken(start)
    await over(doors, start + 2 * DAY)
    doors.locaboo.check_taken(await doors.locaboo.ask_to_move(item_id, start + 2 * DAY))


async def test_a_hold_that_is_over_frees_its_hour_in_all_doors(doors_with: Open) -> None:
    doors = await doors_with(verification="email")
    start, world = doors.house.at(9), doors.world
    held = await made(world, visit(world, starts_at=start, initiate=True), world.now - 2 * HOUR)
    assert held.state == "awaiting_verification"
    for name in OF_APPOINTMENTS:
        seen = await doors[name].see(held.id) if name != "cliniko" else None  # has no word for what has expired
        assert seen is None or not seen.takes_time
        await doors[name].cancel(await doors[name].book(start))


@pytest.mark.parametrize("holder", OF_SEATS)
async def test_no_door_seats_more_than_there_is_room_for(doors: Doors, holder: str) -> None:
    """But MakePlans, where it is asked to; what overlaps the class of its teacher takes no seat."""
    start, world = doors.house.at(9), doors.world
    yoga = await world.class_with((world.ada,), starts_at=start, ends_at=start + HOUR, capacity=1)
    await doors[holder].book_seat(yoga)
    await doors.cliniko.book(start)
    for name in OF_SEATS:
        await doors[name].find_full(yoga)
    over = {"booking": {"event_id": yoga, "person_id": world.ola}, "ignore_capacity": True}
    assert (await doors.makeplans.client.post("/bookings", json=over)).status_code == 200
    for name in OF_SEATS:
        await doors[name].find_full(yoga)

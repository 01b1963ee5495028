"""What each door calls the state of a booking, whichever door it came from. docs/doors.md has the same table."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest

from kalends.actions.bookings.change_state import change_item_state, set_status
from tests.desk import HOUR, made, seat
from tests.dialects.doors.conftest import Open
from tests.dialects.doors.doors import Doors

Make: TypeAlias = Callable[[Doors], Awaitable[int]]


def seated(*verbs: str, status: str | None = None, ago: int = 0, **fields: Any) -> Make:
    """Kari's seat in a class with Ada, made so many hours ago, and what became of it; answers its id."""

    async def make(doors: Doors) -> int:
        world, start = doors.world, doors.house.at(9)
        yoga = await world.class_with((world.ada,), starts_at=start, ends_at=start + HOUR)
        item = await made(world, seat(world, yoga, **fields), world.now - ago * HOUR)
        for verb in verbs:
            await change_item_state(world.ctx(), item.id, verb)
        await set_status(world.ctx(), item.id, status) if status else None
        return item.id

    return make


STATES: dict[str, tuple[Make, tuple[str, str, str, str, str]]] = {
    "confirmed": (seated(), ("confirmed", "Live", "CONFIRMED", "listed", "1 Confirmed")),
    "awaiting": (
        seated(initiate=True),
        ("awaiting_verification", "Request", "CONFIRMED", "listed", "1 Pending"),
    ),
    "expired": (
        seated(initiate=True, ago=2),
        ("verification_expired", "Cancel", "CANCELLED", "", "2 Cancelled"),
    ),
    "draft": (seated(state="draft"), ("draft", "Draft", "CANCELLED", "", "2 Cancelled")),
    "declined": (
        seated("request_confirmation", "decline"),
        ("declined", "Cancel", "CANCELLED", "", "2 Cancelled"),
    ),
    "cancelled": (seated("cancel"), ("cancelled", "Cancel", "CANCELLED", "cancelled_at", "2 Cancelled")),
    "removed": (seated("remove"), ("deleted", "", "CANCELLED", "archived_at", "0 Cancelled")),
    "attended": (
        seated(status="completed"),
        ("confirmed completed", "Complete", "CONFIRMED", "arrived", "1 Confirmed"),
    ),
    "not attended": (
        seated(status="no_show"),
        ("confirmed no_show", "Live", "DID_NOT_COME", "not arrived", "1 Confirmed"),
    ),
}


@pytest.mark.parametrize("state", STATES)
async def test_a_state_in_every_door(doors_with: Open, state: str) -> None:
    doors = await doors_with(verification="email")
    make, words = STATES[state]
    item_id = await make(doors)
    every = (doors.makeplans, doors.locaboo, doors.bookio, doors.cliniko, doors.carecloud)
    assert tuple([await door.state_of(item_id) for door in every]) == words

"""A chair in New York, booked from Oslo: one moment, which each door tells by its own clock."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.desk import HOUR, hour_of, made, new_york, seat
from tests.dialects.doors.door import Seen
from tests.dialects.doors.doors import KINDS, Doors

NEW_YORK = ZoneInfo("America/New_York")


async def test_an_appointment_far_away(doors: Doors) -> None:
    """In the two weeks in which New York has changed its clocks and Oslo has not."""
    start, world = doors.house.at(15), doors.world
    assert start.astimezone(NEW_YORK).utcoffset() == timedelta(hours=-4)
    item = await made(world, hour_of(await new_york(world), start, customer_id=world.kari))
    for name in ("makeplans", "locaboo", "bookio", "cliniko"):
        assert await doors[name].see(item.id, NEW_YORK) == Seen(start, start + HOUR, "Kari Nordmann", takes_time=True)


async def test_a_seat_far_away(doors: Doors) -> None:
    start, world = doors.house.at(15), doors.world
    chair = await new_york(world)
    yoga = await world.class_with((chair,), starts_at=start, ends_at=start + HOUR)
    item = await made(world, seat(world, yoga))
    for name in KINDS:
        assert await doors[name].see(item.id, NEW_YORK) == Seen(start, start + HOUR, "Kari Nordmann", takes_time=True)

"""What several doors know as bookings of their own and Locaboo and CareCloud know as one."""

from datetime import datetime
from typing import Any

from tests.desk import DAY, HOUR
from tests.dialects.doors.doors import Doors


async def classes(doors: Doors) -> list[int]:
    """Two with Ada, a day apart."""
    start, ada = doors.house.at(9), doors.world.ada
    starts = (start, start + DAY)
    return [await doors.world.class_with((ada,), starts_at=each, ends_at=each + HOUR) for each in starts]


async def two_seats(doors: Doors) -> list[int]:
    """Kari's, in one booking of CareCloud."""
    ids, at = doors.carecloud.ids, "2027-03-01 10:00:00"
    items = [{"time_slot_id": ids.encode("session", each), "created_at": at} for each in await classes(doors)]
    booking = {"booking_items": items, "customer_id": ids.encode("customer", doors.world.kari), "created_at": at}
    response = await doors.carecloud.client.post("/bookings", json={"booking": booking})
    made = (await doors.carecloud.client.get(f"/bookings/{response.json()['data']['booking_id']}")).json()["data"]
    return [ids.parse("item", item["booking_item_id"]) for item in made["booking_items"]]


async def repeated(doors: Doors, start: datetime) -> list[int]:
    """Kari's hour with Ada on two days, by a rule of Cliniko."""
    rule = {"number_of_repeats": 1, "repeat_type": "Daily", "repeating_interval": 1}
    response = await doors.cliniko.ask_for_hour(start, repeat_rule=rule)
    listed: Any = (await doors.cliniko.client.get("/individual_appointments")).json()["individual_appointments"]
    assert response.json() in listed
    return sorted(int(appointment["id"]) for appointment in listed)


async def test_one_seat_of_two_is_cancelled_by_itself(doors: Doors) -> None:
    """Not through the doors in which the booking is one."""
    first, second = await two_seats(doors)
    await doors.cliniko.cancel(first)
    assert [await doors.bookio.state_of(each) for each in (first, second)] == ["CANCELLED", "CONFIRMED"]
    assert await doors.carecloud.state_of(first) == "1 Confirmed"
    await doors.locaboo.cancel(second)
    assert await doors.carecloud.state_of(second) == "2 Cancelled"


async def test_locaboo_cancels_all_of_a_booking(doors: Doors) -> None:
    for items in (await two_seats(doors), await repeated(doors, doors.house.at(13))):
        await doors.locaboo.cancel(items[0])
        assert [await doors.makeplans.state_of(each) for each in items] == ["cancelled", "cancelled"]


async def test_makeplans_cancels_all_of_a_collection(doors: Doors) -> None:
    for items in (await two_seats(doors), await repeated(doors, doors.house.at(13))):
        booking = (await doors.makeplans.client.get(f"/bookings/{items[0]}")).json()["booking"]
        path = f"/bookings/recurring/{booking['collection_id']}/cancel"
        assert (await doors.makeplans.client.put(path)).status_code == 200
        assert [await doors.cliniko.state_of(each) for each in items] == ["cancelled_at", "cancelled_at"]


async def test_repeats_are_moved_one_by_one_or_through_locaboo_all_at_once(doors: Doors) -> None:
    start = doors.house.at(13)
    first, second = await repeated(doors, start)
    await doors.makeplans.move(second, start + DAY + HOUR)
    for item_id, moved in ((first, start), (second, start + DAY + HOUR)):
        seen = await doors.bookio.see(item_id)
        assert seen is not None
        assert seen.starts_at == moved
    response = await doors.locaboo.save(first, time_from="15:00", time_to="16:00")
    assert response.status_code == 200
    for item_id, moved in ((first, doors.house.at(15)), (second, doors.house.at(15, days=1))):
        seen = await doors.bookio.see(item_id)
        assert seen is not None
        assert seen.starts_at == moved

"""What is booked through one door is what the other shows, and what is taken there is taken here."""

import asyncio
from typing import Any

from tests.desk import counted, make_occurrences
from tests.dialects.locaboo.booking import NINE, add, added, instances, listed, no, recurring, shown, wanted
from tests.dialects.locaboo.conftest import Open
from tests.dialects.locaboo.venue import Venue, worked


async def collection(venue: Venue, ident: int) -> list[dict[str, Any]]:
    """The bookings of the other door that are one booking here."""
    w = venue.world
    uid = await w.db.fetchval("select uid::text from booking where account_id = $1 and id = $2", w.account.id, ident)
    response = await venue.makeplans.get("/bookings/all", params={"collection_id": uid})
    assert response.status_code == 200, response.text
    return [row["booking"] for row in response.json()]


async def other(venue: Venue, method: str, path: str, **booking: Any) -> dict[str, Any]:
    """What the other door answers to something that works."""
    response = await venue.makeplans.request(method, path, json={"booking": booking} if booking else None)
    assert response.status_code == 200, response.text
    shown_booking: dict[str, Any] = response.json()["booking"]
    return shown_booking


def hour(venue: Venue, resource_id: int, start: int = 9, days: int = 0) -> dict[str, Any]:
    """The attributes of an hour there."""
    day = venue.day(days)
    return {"resource_id": resource_id, "booked_from": f"{day} {start:02}:00", "booked_to": f"{day} {start + 1:02}:00"}


async def three_times_two(venue: Venue) -> int:
    """Three days, both parts of the hall."""
    w = venue.world
    parts = {w.hall: [w.left, w.right]}
    return await added(venue, recurring(venue, "day", NINE, 2, resource_parts=parts, customer_id=w.kari, title="Choir"))


async def test_instances_are_bookings_of_one_collection(venue: Venue) -> None:
    w = venue.world
    bookings = await collection(venue, await three_times_two(venue))
    assert len({booking["collection_id"] for booking in bookings}) == 1
    assert sorted(
        (booking["booked_from"][:16].replace("T", " "), booking["resource"]["id"]) for booking in bookings
    ) == [(f"{venue.day(at)} 09:00", part) for at in range(3) for part in (w.left, w.right)]
    for booking in bookings:
        same = await other(venue, "GET", f"/bookings/{booking['id']}")
        assert (same["person_id"], same["state"], same["active"]) == (w.kari, "confirmed", True)


async def test_what_is_moved_there_is_moved_here(venue: Venue) -> None:
    w = venue.world
    ident = await three_times_two(venue)
    moved = next(booking for booking in await collection(venue, ident) if booking["resource_id"] == w.left)
    await other(venue, "PUT", f"/bookings/{moved['id']}", **hour(venue, w.sauna, 15, 9))
    [booking] = (await venue.get("/booking_list", date_from=venue.day(9)))["data"]
    [main] = booking["resources"]
    assert (booking["id"], main["resource"]) == (ident, "Sauna")
    assert main["instances"][str(moved["id"])]["from"] == f"{venue.day(9)} 15:00"


async def test_what_is_cancelled_there_is_not_listed_here(venue: Venue) -> None:
    ident = await three_times_two(venue)
    first, *others = await collection(venue, ident)
    await other(venue, "PUT", f"/bookings/{first['id']}/cancel")
    [booking] = (await venue.get("/booking_list"))["data"]
    left = [ident for main in booking["resources"] for ident in main["instances"]]
    assert sorted(left) == sorted(str(other_booking["id"]) for other_booking in others)
    for other_booking in others:
        await other(venue, "PUT", f"/bookings/{other_booking['id']}/cancel")
    assert await listed(venue) == []
    assert (await shown(venue, ident))["booking_status"] == "Cancel"


async def test_what_is_cancelled_there_is_not_shown_here_unless_all_of_it_is(venue: Venue) -> None:
    ident = await added(venue, recurring(venue, "day", NINE, 2))
    before = await instances(venue, ident)
    first, second, third = sorted(await collection(venue, ident), key=lambda booking: booking["booked_from"])
    await other(venue, "PUT", f"/bookings/{second['id']}/cancel")
    await other(venue, "PUT", f"/bookings/{first['id']}", status="completed")
    assert await instances(venue, ident) == [before[0], before[2]]
    assert (await shown(venue, ident))["booking_status"] == "Live"
    await other(venue, "PUT", f"/bookings/{third['id']}/cancel")
    assert await instances(venue, ident) == before[:1]
    assert (await shown(venue, ident))["booking_status"] == "Complete"
    await other(venue, "PUT", f"/bookings/{first['id']}/cancel")
    assert await instances(venue, ident) == before
    assert (await shown(venue, ident))["booking_status"] == "Cancel"


async def test_a_booking_from_there_is_shown_here(venue: Venue) -> None:
    w = venue.world
    made = await other(venue, "POST", "/bookings", **hour(venue, w.left), person_id=w.ola, title="Yoga")
    [booking] = (await venue.get("/booking_list", show_details=1))["data"]
    assert (booking["title"], booking["customer"], booking["custom_fields"]) == ("Yoga", "Ola Nordmann", [])
    assert await instances(venue, booking["id"]) == [("Hall > Left", f"{venue.day()} 09:00", f"{venue.day()} 10:00")]
    worked(await venue.post("/booking_save", {"booking_id": booking["id"], "time_to": "11:00"}))
    assert (await other(venue, "GET", f"/bookings/{made['id']}"))["booked_to"][11:16] == "11:00"


async def test_what_awaits_verification_there_is_a_request_here(venue_with: Open) -> None:
    venue = await venue_with(verification="email")
    w = venue.world
    wish = {"booking": {**hour(venue, w.left), "person_id": w.kari}, "confirm": False}
    response = await venue.makeplans.post("/bookings", json=wish)
    assert response.json()["booking"]["state"] == "awaiting_verification", response.text
    [booking] = (await venue.get("/booking_list"))["data"]
    assert booking["booking_status"] == "Request"
    assert "Left is taken" in await no(venue, "/booking_add", wanted(venue), 409)


async def test_a_series_from_there_recurs_here(venue: Venue) -> None:
    w = venue.world
    series = {"booking": hour(venue, w.left), "recurring": {"rrule": "FREQ=DAILY;COUNT=3"}}
    response = await venue.makeplans.post("/bookings/recurring", json=series)
    assert response.status_code == 200, response.text
    booking = await w.db.fetchval("select id from booking where account_id = $1", w.account.id)
    await make_occurrences(w.ctx(), booking)
    assert await listed(venue) == [booking]
    assert (await shown(venue, booking))["type"] == "recurring"
    assert [start for _, start, _ in await instances(venue, booking)] == [f"{venue.day(at)} 09:00" for at in range(3)]


async def test_a_seat_without_a_room_is_no_booking_here(venue: Venue) -> None:
    w = venue.world
    event = await w.class_of(5)
    await other(venue, "POST", "/bookings", event_id=event, person_id=w.kari)
    assert await listed(venue) == []


async def test_each_refuses_what_the_other_has_taken(venue: Venue) -> None:
    w = venue.world
    await add(venue)
    response = await venue.makeplans.post("/bookings", json={"booking": hour(venue, w.hall)})
    assert response.json() == {"resource_id": ["Not available for booking at this time"]}
    await other(venue, "POST", "/bookings", **hour(venue, w.right))
    assert "Right is taken" in await no(
        venue, "/booking_add", {**wanted(venue), "resource_parts": {w.hall: [w.right]}}, 409
    )


async def test_a_crowd_at_both_doors(venue: Venue) -> None:
    """Sixty-four for half of a hall, some of them for all of it: one has it, and all others hear why."""
    w = venue.world
    calls = []
    for _ in range(16):
        calls += [
            venue.post("/booking_add", wanted(venue)),
            venue.post("/booking_add", wanted(venue, main_resource=w.hall)),
        ]
        calls += [venue.makeplans.post("/bookings", json={"booking": hour(venue, w.left)}) for _ in range(2)]
    answers = await asyncio.gather(*calls)
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    for answer in answers:
        body = answer.json()
        assert answer in won or "resource_id" in body or "is taken: " in body["message"], answer.text
    assert (await counted(w))["item"] == 1


async def test_the_last_minute_of_a_day_is_booked_too(venue: Venue) -> None:
    ident = await add(venue, time_from="20:00", time_to="23:59")
    [there] = await collection(venue, ident)
    assert there["booked_to"][:16] == f"{venue.day(1)}T00:00"
    assert await instances(venue, ident) == [("Hall > Left", f"{venue.day()} 20:00", f"{venue.day()} 23:59")]


async def test_inventory_that_went_with_a_hall_is_gone_there_too(venue: Venue) -> None:
    w = venue.world
    await add(venue, inventory={w.hall: {w.projectors: {"checked": "on", "quantity": 3}}})
    response = await venue.makeplans.post("/bookings", json={"booking": hour(venue, w.projectors)})
    assert response.status_code == 400, response.text

"""A hall in another time zone than its account: every call speaks of the hall's own clock."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kalends.actions.billing.documents import add_document
from kalends.actions.billing.occasions import add_occasion
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.catalog.sites import add_site
from kalends.engine.availability.openings import Opening
from kalends.engine.billing.document import DocumentPatch
from kalends.engine.billing.occasion import OccasionPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from tests.dialects.locaboo.booking import NINE, add, added, instances, listed, no, recurring, wanted
from tests.dialects.locaboo.venue import Venue, worked

MORNING = [Opening(weekday, opens=540, closes=720) for weekday in range(1, 8)]
ISLANDS = ZoneInfo("Atlantic/Canary")
"""An hour behind Oslo, where the account is."""


@pytest.fixture
async def hall(venue: Venue) -> int:
    """A hall on the islands, open from 9 to 12 there."""
    site = await add_site(venue.world.ctx(), SitePatch(name="Las Palmas", time_zone="Atlantic/Canary"))
    patch = ResourcePatch(title="Arena", kind="space", site_id=site.id)
    return (await add_resource(venue.world.ctx(), patch, MORNING)).id


def here(hall: int, **fields: Any) -> dict[str, Any]:
    """The hall as booking_add asks for it."""
    return {"main_resource": hall, "resource_parts": {}, **fields}


async def free(venue: Venue, hall: int) -> list[str]:
    """The starts at which the hall is free that Monday."""
    day = venue.day()
    [row] = (await venue.get("/availability", resource_id=hall, date_from=day, date_to=day))["data"]
    return [time["time_from"] for time in dict(row["dates"]).get(day, [])]


async def starts(venue: Venue, booking_id: int) -> list[datetime]:
    """The instants at which the booking's items start, in order."""
    rows = await venue.world.db.fetch(
        "select starts_at from item where account_id = $1 and booking_id = $2 and state <> 'deleted' order by 1",
        venue.world.account.id,
        booking_id,
    )
    return [row[0] for row in rows]


def nine(venue: Venue, days: int = 0) -> datetime:
    """Nine on the islands, so many days after that Monday."""
    return datetime.combine((venue.monday() + timedelta(days=days)).date(), time(9), ISLANDS)


async def test_what_is_offered_is_booked_and_gone_then(venue: Venue, hall: int) -> None:
    assert await free(venue, hall) == ["09:00", "10:00", "11:00"]
    ident = await add(venue, **here(hall))
    assert await starts(venue, ident) == [nine(venue)]
    assert await instances(venue, ident) == [("Arena", f"{venue.day()} 09:00", f"{venue.day()} 10:00")]
    assert await free(venue, hall) == ["10:00", "11:00"]
    assert f"Arena is taken: {venue.day()} 09:00 - 10:00" == await no(
        venue, "/booking_add", wanted(venue, **here(hall, time_from="09:30", time_to="10:30")), 409
    )


async def test_saved_by_the_same_clock(venue: Venue, hall: int) -> None:
    times = {"date_from": venue.day(), "date_to": venue.day(), "time_from": "9", "time_to": "10"}
    answer = worked(await venue.post("/booking_save", {"resource_id": hall, **times}))
    ident = answer["data"][0]["id"]
    assert await starts(venue, ident) == [nine(venue)]
    worked(await venue.post("/booking_save", {"booking_id": ident, **times, "title": "As it was"}))
    assert await starts(venue, ident) == [nine(venue)]
    worked(await venue.post("/booking_save", {"booking_id": ident, "time_from": "10", "time_to": "11"}))
    assert await starts(venue, ident) == [nine(venue) + timedelta(hours=1)]


async def test_a_whole_day_and_a_recurrence(venue: Venue, hall: int) -> None:
    day = await add(venue, **here(hall, multi_day=1))
    assert await instances(venue, day) == [("Arena", f"{venue.day()} 00:00", f"{venue.day()} 23:59")]
    assert await starts(venue, day) == [nine(venue) - timedelta(hours=9)]
    days = await added(venue, recurring(venue, "day", NINE, 2, date_from=venue.day(1), **here(hall)))
    assert await starts(venue, days) == [nine(venue, 1), nine(venue, 2)]
    longer = {"booking_id": days, "date_from": venue.day(1), "date_to": venue.day(9)}
    refused = await no(venue, "/booking_save", longer, 409)
    assert f"({venue.day(1)} 09:00 - 10:00, {venue.day(2)} 09:00 - 10:00)" in refused


async def test_listed_on_the_days_and_hours_of_that_clock(venue: Venue, hall: int) -> None:
    ident = await add(venue, **here(hall, time_from="23:00", time_to="24:00"))  # midnight to one in Oslo
    for day, expected in ((-1, []), (0, [ident]), (1, [])):
        assert await listed(venue, date_from=venue.day(day), date_to=venue.day(day)) == expected
    assert await listed(venue, time_from="23:00", time_to="23:30") == [ident]
    assert await listed(venue, time_from="00:00", time_to="01:00") == []
    [booking] = (await venue.get("/booking_list"))["data"]
    [instance] = booking["resources"][0]["instances"].values()
    assert (instance["from"], instance["to"]) == (f"{venue.day()} 23:00", f"{venue.day()} 23:59")


async def test_moved_to_another_clock_it_keeps_its_hours(venue: Venue, hall: int) -> None:
    ident = await add(venue)
    worked(await venue.post("/booking_save", {"booking_id": ident, "resource_id": hall}))
    assert await instances(venue, ident) == [("Arena", f"{venue.day()} 09:00", f"{venue.day()} 10:00")]
    assert await starts(venue, ident) == [nine(venue)]


async def test_documents_of_events_by_the_clock_of_each_place(venue: Venue, hall: int) -> None:
    w = venue.world
    ids = (await add(venue, **here(hall)), await add(venue))
    fair = await add_occasion(w.ctx(), OccasionPatch(title="Fair", starts_at=w.now, ends_at=w.now + timedelta(hours=1)))
    await add_document(w.ctx(), fair.id, DocumentPatch(kind="offer", booking_ids=ids))
    [event] = (await venue.get(f"/event_details/{fair.id}"))["data"]
    shown = [booking["resources"][0]["instances"][0] for booking in event["documents"][0]["bookings"]]
    assert [instance["from"][-5:] for instance in shown] == ["09:00", "09:00"]


async def test_one_booking_in_two_zones(venue: Venue, hall: int) -> None:
    w = venue.world
    both = {"resource_parts": {w.hall: [w.left], hall: []}}
    ident = await add(venue, **here(hall, **both))
    assert await starts(venue, ident) == [nine(venue) - timedelta(hours=1), nine(venue)]
    worked(await venue.post("/booking_save", {"booking_id": ident, "time_from": "11", "time_to": "12"}))
    assert sorted((where, start[-5:]) for where, start, _ in await instances(venue, ident)) == [
        ("Arena", "11:00"),
        ("Hall > Left", "11:00"),
    ]


async def test_the_other_door_shows_the_same_instants(venue: Venue, hall: int) -> None:
    await add(venue, **here(hall))
    [item] = (await venue.makeplans.get("/bookings")).json()
    assert datetime.fromisoformat(item["booking"]["booked_from"]) == nine(venue)
    court = await add_service(venue.world.ctx(), ServicePatch(title="Court"), [hall])
    slots = (await venue.makeplans.get(f"/services/{court.id}/slots?from={venue.day()}&to={venue.day()}")).json()
    begins = [datetime.fromisoformat(row["slot"]["timestamp"]) for row in slots]
    assert begins[0] == nine(venue) + timedelta(hours=1), slots

"""What clients of the venue ask for: the left part of the hall, on Monday from 9 to 10, but for what is said."""

from typing import Any

from tests.desk import counted
from tests.dialects.locaboo.venue import Venue, refused, worked

Fields = dict[str, Any]

NINE: Fields = {"from": "09:00", "to": "10:00"}
"""The hours of a recurrence."""


def wanted(venue: Venue, **fields: Any) -> Fields:
    """The parameters of a booking_add; a part of the hall unless another resource is said."""
    hall = {"main_resource": venue.world.hall, "resource_parts": {venue.world.hall: [venue.world.left]}}
    place = {} if "main_resource" in fields else hall
    times = {"date_from": venue.day(), "date_to": venue.day(), "time_from": "09:00", "time_to": "10:00"}
    return {"booking_mode": "direct_booking", "recurring": 0, **times, **place, **fields}


def recurring(venue: Venue, kind: str, how: Any, days: int, **fields: Any) -> Fields:
    """The parameters of a recurring booking, within so many days from Monday on; `how` is its array."""
    array = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly"}[kind]
    recurrence = {"recurring": 1, "recurrence_type": kind, f"{array}_recurrence": how, "date_to": venue.day(days)}
    return {**wanted(venue), "time_from": "", "time_to": "", **recurrence, **fields}


async def add(venue: Venue, **fields: Any) -> int:
    """The id of a booking that could be added."""
    return await added(venue, wanted(venue, **fields))


async def added(venue: Venue, params: Fields) -> int:
    """The same of all its parameters."""
    ident: int = worked(await venue.post("/booking_add", params))["data"][0]["id"]
    return ident


async def shown(venue: Venue, ident: int) -> Any:
    """One booking in full."""
    return (await venue.get(f"/booking/{ident}"))["data"]


async def instances(venue: Venue, ident: int) -> list[tuple[str, str, str]]:
    """The instances of a booking: where, from when, until when."""
    resources = (await shown(venue, ident))["resources"]
    return [
        (instance["resource"], instance["from"], instance["to"]) for main in resources for instance in main["instances"]
    ]


async def days(venue: Venue, ident: int) -> list[str]:
    """On which days a booking is."""
    return [start[:10] for _, start, _ in await instances(venue, ident)]


async def listed(venue: Venue, **params: Any) -> list[int]:
    """The ids of a list of bookings."""
    return [row["id"] for row in (await venue.get("/booking_list", **params))["data"]]


async def no(venue: Venue, path: str, params: Fields, status: int = 400) -> str:
    """Why something is refused that leaves no trace."""
    before = await counted(venue.world)
    message = refused(await venue.post(path, params), status)
    assert await counted(venue.world) == before
    return message

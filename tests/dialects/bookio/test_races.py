"""Sixty-four through all doors at one time: as many win as there is room, and each loser is told in its door's form."""

import asyncio
from collections import Counter
from datetime import timedelta

import httpx

from tests.desk import broken
from tests.dialects.bookio.practice import Practice, refused

CROWD = 64


async def test_one_calendar_through_all_doors(practice: Practice) -> None:
    """Ada's hour; Bo is away."""
    world = practice.world
    start = practice.monday() + timedelta(hours=9)
    times = {"booked_from": start.isoformat(), "booked_to": (start + timedelta(hours=1)).isoformat()}
    there = {"booking": {**times, "resource_id": world.ada, "service_id": world.physio}}
    day = {"date_from": practice.day(), "date_to": practice.day(), "time_from": "09:00", "time_to": "10:00"}
    place = {"booking_mode": "direct_booking", "recurring": 0, "main_resource": world.ada, **day}
    asked = [
        ask
        for nr in range(CROWD // 3)
        for ask in (
            practice.client.post("/reservations", json=practice.new_reservation(nr, serviceId=world.physio)),
            practice.makeplans.post("/bookings", json=there),
            practice.locaboo.post("/booking_add", json=place),
        )
    ]
    answers = await asyncio.gather(*asked)
    assert Counter(answer.status_code for answer in answers)[200] == 1
    for answer in answers[::3]:
        if answer.status_code != 200:
            assert refused(answer) == ["30: There is no capacity left"]
    assert {answer.status_code for answer in answers} <= {200, 400, 409}
    assert await broken(world) == []


async def test_the_last_hours_of_two_calendars(practice: Practice) -> None:
    answers = await asyncio.gather(
        *(practice.client.post("/reservations", json=practice.new_reservation(nr)) for nr in range(CROWD))
    )
    assert Counter(answer.status_code for answer in answers) == {200: 2, 400: CROWD - 2}
    lost = {error for answer in answers if answer.status_code == 400 for error in refused(answer)}
    assert lost == {"30: There is no capacity left"}


async def test_a_blocked_time_against_reservations(practice: Practice) -> None:
    """Who came before stays, who comes after is refused; nobody sees another error."""

    async def block() -> httpx.Response:
        times = {"dateFrom": practice.at(9), "dateTo": practice.at(10)}
        sent = {**times, "externalId": 1, "note": "", "facilityId": practice.world.site}
        return await practice.client.post("/blockedTimes", json=sent)

    answers = await asyncio.gather(
        *(practice.client.post("/reservations", json=practice.new_reservation(nr)) for nr in range(4)),
        block(),
        *(practice.client.post("/reservations", json=practice.new_reservation(nr)) for nr in range(4, 8)),
    )
    assert answers[4].status_code == 200
    assert Counter(answer.status_code for answer in answers)[200] <= 3
    assert await broken(practice.world) == []

"""64 clients want one place, a third of them through each of three doors: one gets it, to the others it is taken."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import httpx
import msgspec

from bench.fill import House
from bench.served import Served

CLIENTS, ROUNDS = 64, 10
NO_CAPACITY = "30: There is no capacity left"
_FIRST = datetime(3001, 1, 1, 7, tzinfo=UTC)
"""When the house opens, in winter; it is open for as many hours as there are rounds."""
_HOUR = timedelta(hours=1)
_NUMBERS = count(1)


class Outcome(msgspec.Struct):
    """How many rounds had not exactly one winner, and how many answers were neither a booking nor the refusal."""

    unfair: int = 0
    others: int = 0


async def race(served: Served, house: House) -> Outcome:
    """Some rounds, each for another hour of one resource."""
    outcome = Outcome()
    limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=served.url, limits=limits, timeout=30) as client:
        for nr in range(ROUNDS):
            asked = (
                ask(client, house, nr, _FIRST + nr * _HOUR)
                for _ in range(CLIENTS // 3)
                for ask in (_through_makeplans, _through_locaboo, _through_bookio)
            )
            _count(outcome, await asyncio.gather(*asked))
    return outcome


def _through_makeplans(client: httpx.AsyncClient, house: House, nr: int, starts: datetime) -> Awaitable[httpx.Response]:
    times = {"booked_from": starts.isoformat(), "booked_to": (starts + _HOUR).isoformat()}
    wish = {"service_id": house.service, "resource_id": house.resources[nr], **times}
    headers = {"Authorization": f"Bearer {house.secret}"}
    return client.post("/makeplans/api/v1/bookings", json={"booking": wish}, headers=headers)


def _through_locaboo(client: httpx.AsyncClient, house: House, nr: int, starts: datetime) -> Awaitable[httpx.Response]:
    first, last = (at.astimezone(ZoneInfo(house.account.time_zone)) for at in (starts, starts + _HOUR))
    wish = {
        "api_secret_key": house.other_secret,
        "booking_mode": "direct_booking",
        "recurring": 0,
        "main_resource": house.resources[nr],
        "date_from": f"{first:%Y-%m-%d}",
        "date_to": f"{last:%Y-%m-%d}",
        "time_from": f"{first:%H:%M}",
        "time_to": f"{last:%H:%M}",
    }
    return client.post("/locaboo/api/v2/booking_add", json=wish)


def _through_bookio(client: httpx.AsyncClient, house: House, nr: int, starts: datetime) -> Awaitable[httpx.Response]:
    wall = starts.astimezone(ZoneInfo(house.account.time_zone))
    wish = {
        "name": "Kari",
        "surname": "Nordmann",
        "email": "kari.0@example.org",
        "phone": "+47 22 33 44 00",
        "locale": "nb",
        "dateFrom": f"{wall:%Y-%m-%dT%H:%M:%S}",
        "externalId": next(_NUMBERS),
        "serviceId": house.own_services[nr],
        "facilityId": house.site,
    }
    headers = {"Authorization": f"Bearer {house.third_secret}"}
    return client.post("/bookio/public/api/v1/reservations", json=wish, headers=headers)


def _count(outcome: Outcome, answers: list[httpx.Response]) -> None:
    told = Counter(_told(answer) for answer in answers)
    outcome.unfair += told["won"] != 1
    outcome.others += told["other"]


def _told(answer: httpx.Response) -> str:
    if answer.status_code == 200:
        return "won"
    said = answer.json()
    errors = said.get("result", {}).get("errors", [])
    taken = "resource_id" in said or "is taken" in said.get("message", "") or errors == [NO_CAPACITY]
    return "refused" if answer.status_code in (400, 409) and taken else "other"

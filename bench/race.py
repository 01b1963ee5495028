"""64 clients want one place, half of them through each of two doors: one gets it, to the others it is taken."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import msgspec

from bench.fill import House
from bench.served import Served

CLIENTS, ROUNDS = 64, 10
_FIRST = datetime(3001, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)


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
                ask(client, house, house.resources[nr], _FIRST + nr * _HOUR)
                for _ in range(CLIENTS // 2)
                for ask in (_through_makeplans, _through_locaboo)
            )
            _count(outcome, await asyncio.gather(*asked))
    return outcome


def _through_makeplans(
    client: httpx.AsyncClient, house: House, resource: int, starts: datetime
) -> Awaitable[httpx.Response]:
    times = {"booked_from": starts.isoformat(), "booked_to": (starts + _HOUR).isoformat()}
    wish = {"service_id": house.service, "resource_id": resource, **times}
    headers = {"Authorization": f"Bearer {house.secret}"}
    return client.post("/makeplans/api/v1/bookings", json={"booking": wish}, headers=headers)


def _through_locaboo(
    client: httpx.AsyncClient, house: House, resource: int, starts: datetime
) -> Awaitable[httpx.Response]:
    first, last = (at.astimezone(ZoneInfo(house.account.time_zone)) for at in (starts, starts + _HOUR))
    wish = {
        "api_secret_key": house.other_secret,
        "booking_mode": "direct_booking",
        "recurring": 0,
        "main_resource": resource,
        "date_from": f"{first:%Y-%m-%d}",
        "date_to": f"{last:%Y-%m-%d}",
        "time_from": f"{first:%H:%M}",
        "time_to": f"{last:%H:%M}",
    }
    return client.post("/locaboo/api/v2/booking_add", json=wish)


def _count(outcome: Outcome, answers: list[httpx.Response]) -> None:
    told = Counter(_told(answer) for answer in answers)
    outcome.unfair += told["won"] != 1
    outcome.others += told["other"]


def _told(answer: httpx.Response) -> str:
    if answer.status_code == 200:
        return "won"
    said = answer.json()
    taken = "resource_id" in said or "is taken" in said.get("message", "")
    return "refused" if answer.status_code in (400, 409) and taken else "other"

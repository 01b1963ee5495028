"""64 clients want one place at the same moment, through the door: one gets it, the others are told that it is taken."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx
import msgspec

from bench.fill import House
from bench.served import Served

CLIENTS, ROUNDS = 64, 10
_FIRST = datetime(3001, 1, 1, tzinfo=UTC)


class Outcome(msgspec.Struct):
    """How many rounds had not exactly one winner, and how many answers were neither a booking nor the refusal."""

    unfair: int = 0
    others: int = 0


async def race(served: Served, house: House) -> Outcome:
    """Some rounds, each for another hour of one resource."""
    outcome = Outcome()
    headers = {"Authorization": f"Bearer {house.secret}"}
    limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=served.url, headers=headers, limits=limits, timeout=30) as client:
        for nr in range(ROUNDS):
            starts = _FIRST + nr * timedelta(hours=1)
            wish = {
                "service_id": house.service,
                "resource_id": house.resources[nr],
                "booked_from": starts.isoformat(),
                "booked_to": (starts + timedelta(hours=1)).isoformat(),
            }
            asked = (client.post("/makeplans/api/v1/bookings", json={"booking": wish}) for _ in range(CLIENTS))
            _count(outcome, await asyncio.gather(*asked))
    return outcome


def _count(outcome: Outcome, answers: list[httpx.Response]) -> None:
    told = Counter(_told(answer) for answer in answers)
    outcome.unfair += told["won"] != 1
    outcome.others += told["other"]


def _told(answer: httpx.Response) -> str:
    if answer.status_code == 200:
        return "won"
    return "refused" if answer.status_code == 400 and "resource_id" in answer.json() else "other"

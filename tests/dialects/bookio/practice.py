"""The clinic behind its door: a client with a token, clients of the doors beside it, and the days it books on."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from kalends.actions.accounts.keys import create_key
from kalends.engine.accounts.principal import KEY_SCOPES
from tests.dialects.place import Place
from tests.world import NOW, TICKS

BASE = "http://practice.example/bookio/public/api/v1"
MAKEPLANS = "http://practice.example/makeplans/api/v1"
LOCABOO = "http://practice.example/locaboo/api/v2"
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
TICK = timedelta(milliseconds=5)


def slow_clock() -> datetime:
    """The time of a request as `tests.world.clock` has it, but with ticks of some of the milliseconds that `lastSync`
    is told in."""
    return NOW + next(TICKS) * TICK


class Practice(Place, frozen=True):
    """A place that is asked as Bookio. `other` is a client with another token, of another system."""

    other: httpx.AsyncClient
    makeplans: httpx.AsyncClient
    locaboo: httpx.AsyncClient

    def at(self, hour: int, minute: int = 0, days: int = 0) -> str:
        """A wall time on that Monday, as the wire has it."""
        return f"{self.monday(days):%Y-%m-%d}T{hour:02}:{minute:02}:00"

    def day(self, days: int = 0) -> str:
        """That Monday, or so many days later."""
        return f"{self.monday(days):%Y-%m-%d}"

    def new_reservation(self, external_id: int = 1, hour: int = 9, **fields: Any) -> dict[str, Any]:
        """A massage at that hour, for John."""
        return {
            "name": "John",
            "surname": "Audrey",
            "email": "john@yahoo.com",
            "phone": "+421948762315",
            "dateFrom": self.at(hour),
            "locale": "sk",
            "externalId": external_id,
            "serviceId": self.world.massage,
            "note": "Something to notify about.",
            "facilityId": self.world.site,
            **fields,
        }

    async def book(self, external_id: int = 1, hour: int = 9, **fields: Any) -> int:
        """The id of a new reservation."""
        sent = self.new_reservation(external_id, hour, **fields)
        reservation_id: int = worked(await self.client.post("/reservations", json=sent))["reservationId"]
        return reservation_id

    async def block(self, external_id: int = 1, start: int = 9, end: int = 10, **fields: Any) -> dict[str, Any]:
        """What the answer to a new blocked time has."""
        times = {"dateFrom": self.at(start), "dateTo": self.at(end)}
        sent = {**times, "externalId": external_id, "note": "A note.", "facilityId": self.world.site, **fields}
        result: dict[str, Any] = result_of(await self.client.post("/blockedTimes", json=sent))
        return result

    def new_calendar(self, *services: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A calendar of two months from that Monday on, open every day from 8 to 12."""
        morning = {"name": "Morning", "weekDays": EVERY_DAY, "timeFrom": "08:00", "timeTo": "12:00"}
        return {
            "facilityId": self.world.site,
            "name": "Dr. Nova",
            "note": "",
            "validFrom": self.day(),
            "validTo": self.day(60),
            "services": list(services),
            "intervals": [{**morning, "allowedServices": []}],
            **fields,
        }

    async def reservations(self, client: httpx.AsyncClient | None = None, **params: Any) -> list[dict[str, Any]]:
        """The reservations of a list."""
        response = await (client or self.client).get("/reservations", params=params)
        rows: list[dict[str, Any]] = worked(response)["reservations"]
        return rows

    async def reservation(self, reservation_id: int, client: httpx.AsyncClient | None = None) -> dict[str, Any]:
        """One reservation."""
        return next(row for row in await self.reservations(client) if row["id"] == reservation_id)

    async def unsynced(self, client: httpx.AsyncClient | None = None) -> list[int]:
        """The ids of the reservations that need sync."""
        return [row["id"] for row in await self.reservations(client, onlyUnsynced="true")]

    async def calendar(self, calendar_id: int, **params: Any) -> dict[str, Any]:
        """One calendar, on that Monday unless said otherwise."""
        response = await self.client.get("/calendars", params={"date": self.day(), **params})
        return next(row for row in worked(response)["calendars"] if row["id"] == calendar_id)

    async def set_status(self, reservation_id: int, status: str, **fields: Any) -> httpx.Response:
        """The answer to a change of status."""
        return await self.client.put(f"/reservations/{reservation_id}/status", json={"status": status, **fields})

    async def limited_client(self, connect: Any, *scopes: Any, here: bool = True) -> httpx.AsyncClient:
        """A client with a token of this facility only, or with these scopes."""
        site_ids = frozenset({self.world.site}) if here else None
        _, token = await create_key(self.world.ctx(), "bookio", "", site_ids, scopes or KEY_SCOPES)
        client: httpx.AsyncClient = connect(BASE, headers={"authorization": f"Bearer {token}"})
        return client


def service(name: str, duration: int = 30, capacity: int = 1, **fields: Any) -> dict[str, Any]:
    """A new service of a calendar."""
    flags = {"referralLetter": False, "hiddenInOnlineForm": False}
    return {"name": name, "note": "", "duration": duration, "capacity": capacity, **flags, **fields}


def result_of(response: httpx.Response) -> Any:
    """The result of a request that must have worked."""
    assert response.status_code == 200, response.text
    result = response.json()["result"]
    assert result["success"] is True
    assert all(isinstance(error, str) for error in result["errors"])
    return result


def worked(response: httpx.Response) -> Any:
    """The data of a request that must have worked."""
    return result_of(response)["data"]


def refused(response: httpx.Response, status: int = 400) -> list[str]:
    """The errors of a request that must have been refused."""
    assert response.status_code == status, response.text
    body = response.json()
    assert list(body) == ["result"]
    assert (body["result"]["success"], body["result"]["data"]) == (False, None)
    errors: list[str] = body["result"]["errors"]
    assert errors
    return errors

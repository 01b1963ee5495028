"""The clinic behind its door: a client with a key, and the days it books on."""

from typing import Any

import httpx

from tests.dialects.place import Place

BASE = "http://clinic.example/makeplans/api/v1"
NOT_FOUND = {"error": {"description": "Not found"}}


class Clinic(Place, frozen=True):
    """A place that is asked as MakePlans."""

    def at(self, hour: int, minute: int = 0, days: int = 0) -> str:
        """A wall time on that Monday, as clients are told to write it."""
        return f"{self.monday(days):%Y-%m-%d} {hour:02}:{minute:02}"

    async def put(self, path: str, body: Any = None, **params: Any) -> httpx.Response:
        return await self.client.put(path, json=body, params=params or None)

    async def book(self, hour: int = 9, /, **attributes: Any) -> dict[str, Any]:
        """A massage by Ada at that hour, or what the attributes say instead."""
        response = await self.post("/bookings", {"booking": self.massage(hour, **attributes)})
        assert response.status_code == 200, response.text
        return unwrapped(response)

    def massage(self, hour: int = 9, **attributes: Any) -> dict[str, Any]:
        """The attributes of an hour with Ada."""
        w = self.world
        times = {"booked_from": self.at(hour), "booked_to": self.at(hour + 1)}
        return {**times, "resource_id": w.ada, "service_id": w.massage, "person_id": w.kari, **attributes}

    async def listed(self, path: str = "/bookings", /, **params: Any) -> list[int]:
        """The ids of a listing, in its order."""
        response = await self.client.get(path, params=params)
        assert response.status_code == 200, response.text
        return [row["booking"]["id"] for row in response.json()]


def unwrapped(response: httpx.Response, name: str = "booking") -> dict[str, Any]:
    """The one object of a response that must have worked."""
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()[name]
    return body


def errors(response: httpx.Response, status: int = 400) -> Any:
    """What a refused request is told."""
    assert response.status_code == status, response.text
    return response.json()

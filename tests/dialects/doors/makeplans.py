"""MakePlans, as its clients use it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.dialects.doors.door import Door, Seen
from tests.dialects.place import OSLO

HOUR = timedelta(hours=1)
LISTS = ("", "/recent", "/upcoming", "/unconfirmed", "/all", "/visible", "/no_status")


class MakePlans(Door):
    """Its times are moments with the offset of the account's clock."""

    async def book(self, start: datetime) -> int:
        return int(self._worked(await self.ask_for_hour(start))["id"])

    def check_taken(self, response: httpx.Response) -> None:
        assert response.status_code == 400
        assert response.json() == {"resource_id": ["Not available for booking at this time"]}

    async def see(self, item_id: int, there: ZoneInfo = OSLO) -> Seen | None:
        response = await self.client.get("/bookings/all")
        listed = [row["booking"] for row in response.json()]
        (booking,) = [booking for booking in listed if booking["id"] == item_id]
        assert booking == self._worked(await self.client.get(f"/bookings/{item_id}"))
        return Seen(
            _moment(booking["booked_from"]), _moment(booking["booked_to"]), booking["person"]["name"], booking["active"]
        )

    async def ask_to_move(self, item_id: int, start: datetime) -> httpx.Response:
        times = {"booked_from": start.isoformat(), "booked_to": (start + HOUR).isoformat()}
        return await self.client.put(f"/bookings/{item_id}", json={"booking": times})

    async def move(self, item_id: int, start: datetime) -> None:
        self._worked(await self.ask_to_move(item_id, start))

    async def cancel(self, item_id: int) -> None:
        assert self._worked(await self.client.put(f"/bookings/{item_id}/cancel"))["state"] == "cancelled"

    async def state_of(self, item_id: int) -> str:
        booking = self._worked(await self.client.get(f"/bookings/{item_id}"))
        return " ".join(filter(None, (booking["state"], booking["status"])))

    async def book_seat(self, session_id: int) -> int:
        return int(self._worked(await self.ask_for_seat(session_id))["id"])

    def check_full(self, response: httpx.Response) -> None:
        assert response.status_code == 400
        assert response.json() == {"event_id": ["Not available for booking at this time"]}

    async def move_session(self, session_id: int, start: datetime) -> None:
        times = {"starts_at": start.isoformat(), "ends_at": (start + HOUR).isoformat()}
        self._worked(await self.client.put(f"/events/{session_id}", json={"event": times}), "event")

    async def list_all(self) -> int:
        rows = 0
        for path in LISTS:
            for row in await self._listed(f"/bookings{path}", extended="true"):
                rows += 1
                self._worked(await self.client.get(f"/bookings/{row['booking']['id']}"))
        for path, kind in (("/people", "person"), ("/services", "service"), ("/resources", "resource")):
            for row in await self._listed(path):
                self._worked(await self.client.get(f"{path}/{row[kind]['id']}"), kind)
        for row in await self._listed("/events"):
            self._worked(await self.client.get(f"/events/{row['event']['id']}"), "event")
            rows += len(await self._listed(f"/events/{row['event']['id']}/bookings")) + 1
        return rows

    async def _listed(self, path: str, **params: str) -> Any:
        response = await self.client.get(path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    async def ask_for_hour(self, start: datetime, **flags: bool) -> httpx.Response:
        times = {"booked_from": start.isoformat(), "booked_to": (start + HOUR).isoformat()}
        booked = {"resource_id": self.world.ada, "service_id": self.house.talk, "person_id": self.world.kari}
        return await self.client.post("/bookings", json={"booking": {**times, **booked}, **flags})

    async def ask_for_seat(self, session_id: int) -> httpx.Response:
        booked = {"event_id": session_id, "person_id": self.world.kari, "count": 1}
        return await self.client.post("/bookings", json={"booking": booked})

    @staticmethod
    def _worked(response: httpx.Response, kind: str = "booking") -> dict[str, Any]:
        assert response.status_code == 200, response.text
        record: dict[str, Any] = response.json()[kind]
        return record


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None
    return moment

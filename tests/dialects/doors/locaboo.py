"""Locaboo, as its clients use it."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httpx

from tests.dialects.doors.door import Door, Seen
from tests.dialects.place import OSLO

HOUR = timedelta(hours=1)
NO_SEATS = "it books places, and sees a group session only where somebody has a seat in it, as who is in its place"


class Locaboo(Door):
    """Its times are those of the wall where a place is. A booking has an instance for each item."""

    cannot: ClassVar = {"book_seat": NO_SEATS, "move_session": NO_SEATS}

    async def book(self, start: datetime) -> int:
        (booking,) = self._worked(await self.ask_for_hour(start))
        (item_id,) = [item for item, _ in await self._instances(booking["id"])]
        return int(item_id)

    def check_taken(self, response: httpx.Response) -> None:
        assert response.status_code == 409
        body = response.json()
        assert (body["data"], body["success"]) == ([], False)
        assert "Ada is taken" in body["message"]

    async def see(self, item_id: int, there: ZoneInfo = OSLO) -> Seen | None:
        """What is cancelled is not listed, and shown alone."""
        booking_id = await self.booking_of(item_id)
        booking = self._worked(await self.client.get(f"/booking/{booking_id}"))
        (times,) = [_times(row, there) for item, row in await self._instances(booking_id) if item == item_id]
        is_live = booking["booking_status"] == "Live"
        listed = [
            _times(row, there)
            for each in await self._listed()
            for place in each["resources"]
            for row in place["instances"].values()
            if row["id"] == item_id
        ]
        assert listed == ([times] if is_live else [])
        return Seen(*times, booking["customer"], is_live)

    async def ask_to_move(self, item_id: int, start: datetime) -> httpx.Response:
        return await self.save(item_id, **_wall(start))

    async def move(self, item_id: int, start: datetime) -> None:
        self._worked(await self.ask_to_move(item_id, start))

    async def cancel(self, item_id: int) -> None:
        self._worked(await self.save(item_id, booking_status="Cancel"))

    async def state_of(self, item_id: int) -> str:
        response = await self.client.get(f"/booking/{await self.booking_of(item_id)}")
        return "" if response.status_code == 404 else str(self._worked(response)["booking_status"])

    async def list_all(self) -> int:
        listed = [*await self._listed(), *self._worked(await self.client.get("/booking_list"))]
        for booking in listed:
            self._worked(await self.client.get(f"/booking/{booking['id']}"))
        self._worked(await self.client.get("/customer_list"))
        for resource in self._worked(await self.client.get("/resource_list")):
            self._worked(await self.client.get(f"/resource/{resource['id']}"))
        return sum(len(place["instances"]) for booking in listed for place in booking["resources"])

    async def _instances(self, booking_id: int) -> list[tuple[int, dict[str, Any]]]:
        booking = self._worked(await self.client.get(f"/booking/{booking_id}"))
        return [(row["id"], row) for place in booking["resources"] for row in place["instances"]]

    async def _listed(self) -> Any:
        return self._worked(await self.client.get("/booking_list", params={"show_details": 1}))

    async def ask_for_hour(self, start: datetime) -> httpx.Response:
        booked = {"main_resource": self.world.ada, "customer_id": self.world.kari}
        mode = {"booking_mode": "direct_booking", "recurring": 0}
        return await self.client.post("/booking_add", json={**mode, **booked, **_wall(start)})

    async def save(self, item_id: int, **fields: Any) -> httpx.Response:
        """Change the booking of an item."""
        return await self.client.post("/booking_save", json={"booking_id": await self.booking_of(item_id), **fields})

    @staticmethod
    def _worked(response: httpx.Response) -> Any:
        assert response.status_code == 200, response.text
        body = response.json()
        assert body["success"] is True
        return body["data"]


def _wall(start: datetime) -> dict[str, str]:
    day, hours = f"{start:%Y-%m-%d}", {"time_from": f"{start:%H:%M}", "time_to": f"{start + HOUR:%H:%M}"}
    return {"date_from": day, "date_to": day, **hours}


def _times(instance: dict[str, Any], there: ZoneInfo) -> tuple[datetime, datetime]:
    start, end = [datetime.strptime(instance[name], "%Y-%m-%d %H:%M") for name in ("from", "to")]
    return start.replace(tzinfo=there), end.replace(tzinfo=there)

"""The clinic with clients of the other doors of the same account."""

from datetime import timedelta
from typing import Any

import httpx

from tests.dialects.cliniko.clinic import Clinic
from tests.dialects.cliniko.diary import SOON
from tests.dialects.place import OSLO

MAKEPLANS = "http://clinic.example/makeplans/api/v1"
LOCABOO = "http://clinic.example/locaboo/api/v2"
BOOKIO = "http://clinic.example/bookio/public/api/v1"
LOCAL = SOON.astimezone(OSLO)
"""The time of the diary as the other doors write it."""


class Neighbours(Clinic, frozen=True):
    """A clinic that is asked through four doors."""

    makeplans: httpx.AsyncClient
    locaboo: httpx.AsyncClient
    bookio: httpx.AsyncClient

    async def massage(self, days: int = 0, **attributes: Any) -> httpx.Response:
        """Ask MakePlans for the hour of the diary with Ada."""
        start = LOCAL + timedelta(days=days)
        times = {"booked_from": start.isoformat(), "booked_to": (start + timedelta(hours=1)).isoformat()}
        usual = {"resource_id": self.world.ada, "service_id": self.world.massage, "person_id": self.world.ola}
        return await self.makeplans.post("/bookings", json={"booking": {**times, **usual, **attributes}})

    async def room(self, resource_id: int, days: int = 0) -> httpx.Response:
        """Ask Locaboo for the hour of the diary in a room, or with somebody."""
        start = LOCAL + timedelta(days=days)
        day = f"{start:%Y-%m-%d}"
        times = {"date_from": day, "date_to": day, "time_from": f"{start:%H:%M}", "time_to": f"{start.hour + 1}:00"}
        place = {"booking_mode": "direct_booking", "recurring": 0, "main_resource": resource_id}
        return await self.locaboo.post("/booking_add", json={**place, **times})

    async def seat(self, session_id: int | str) -> httpx.Response:
        """Ask MakePlans for a seat in an event."""
        booking = {"event_id": int(session_id), "person_id": self.world.ola, "count": 1}
        return await self.makeplans.post("/bookings", json={"booking": booking})

    async def event(self, session_id: int | str) -> dict[str, Any]:
        """An event as MakePlans shows it."""
        response = await self.makeplans.get(f"/events/{session_id}")
        assert response.status_code == 200, response.text
        event: dict[str, Any] = response.json()["event"]
        return event

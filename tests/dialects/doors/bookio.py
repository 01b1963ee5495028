"""Bookio, as its clients use it."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httpx

from tests.dialects.doors.door import Door, Seen
from tests.dialects.place import OSLO

HOUR = timedelta(hours=1)
EXTERNAL_IDS = count(1)
KARI = {"name": "Kari", "surname": "Nordmann", "email": "kari@example.org", "phone": "+4722334455"}
NO_SESSIONS = "it knows calendars and reservations of them; a seat is a reservation that others have made"


class Bookio(Door):
    """Its times are those of the facility's clock, with seconds and without an offset."""

    cannot: ClassVar = {"book_seat": NO_SESSIONS, "move_session": NO_SESSIONS}

    async def book(self, start: datetime) -> int:
        return int(self._worked(await self.ask_for_hour(start))["reservationId"])

    def check_taken(self, response: httpx.Response) -> None:
        assert response.status_code == 400
        assert response.json()["result"] == {
            "success": False,
            "errors": ["30: There is no capacity left"],
            "data": None,
        }

    async def see(self, item_id: int, there: ZoneInfo = OSLO) -> Seen | None:
        """There is no call for a single one."""
        rows = [row for row in await self._listed("/reservations") if row["id"] == item_id]
        if not rows:
            return None
        times = [datetime.strptime(rows[0][name], "%Y-%m-%dT%H:%M:%S") for name in ("dateFrom", "dateTo")]
        start, end = [moment.replace(tzinfo=there) for moment in times]
        return Seen(start, end, rows[0]["name"], rows[0]["status"] == "CONFIRMED")

    async def ask_to_move(self, item_id: int, start: datetime) -> httpx.Response:
        return await self.client.put(f"/reservations/{item_id}/term", json={"dateFrom": _wall(start)})

    async def move(self, item_id: int, start: datetime) -> None:
        self._worked(await self.ask_to_move(item_id, start))

    async def cancel(self, item_id: int) -> None:
        self._worked(await self.client.put(f"/reservations/{item_id}/status", json={"status": "CANCELLED"}))

    async def state_of(self, item_id: int) -> str:
        (row,) = [row for row in await self._listed("/reservations") if row["id"] == item_id]
        return str(row["status"])

    async def list_all(self) -> int:
        self._worked(await self.client.get("/facilities/cgm"))
        self._worked(await self.client.get("/calendars"))
        return len([*await self._listed("/reservations"), *await self._listed("/blockedTimes")])

    async def _listed(self, path: str) -> Any:
        return self._worked(await self.client.get(path))[path[1:]]

    async def ask_for_hour(self, start: datetime) -> httpx.Response:
        booked = {"facilityId": self.world.site, "serviceId": self.house.talk, "dateFrom": _wall(start)}
        told = {"locale": "en", "externalId": next(EXTERNAL_IDS)}
        return await self.client.post("/reservations", json={**booked, **told, **KARI})

    @staticmethod
    def _worked(response: httpx.Response) -> Any:
        assert response.status_code == 200, response.text
        result = response.json()["result"]
        assert (result["success"], result["errors"]) == (True, [])
        return result["data"]


def _wall(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}"

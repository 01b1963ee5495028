"""CareCloud, as its clients use it; every answer is checked against the vendor's document."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httpx

from kalends.dialects.kit.opaque_ids import OpaqueIds
from tests.dialects.doors.door import Door, House, Seen
from tests.dialects.place import OSLO

NO_APPOINTMENTS = "it books places in time slots; what is booked without one is no booking of it"
NO_CHANGE = "the items of a booking are the slots that it was made for, and slots are set up elsewhere"


class CareCloud(Door):
    """Its times are those of the clock where the slot is. A booking has an item for each seat."""

    cannot: ClassVar = {
        "book": NO_APPOINTMENTS,
        "find_taken": NO_APPOINTMENTS,
        "see_appointment": NO_APPOINTMENTS,
        "move": NO_APPOINTMENTS,
        "cancel_appointment": NO_APPOINTMENTS,
        "move_session": NO_CHANGE,
    }

    def __init__(self, house: House, client: httpx.AsyncClient, ids: OpaqueIds) -> None:
        super().__init__(house, client)
        self.ids = ids

    async def see(self, item_id: int, there: ZoneInfo = OSLO) -> Seen | None:
        (wanted,) = [self.ids.encode("item", item_id)]
        found = [
            (booking, item)
            for booking in await self._listed()
            for item in booking["booking_items"]
            if item["booking_item_id"] == wanted
        ]
        if not found:
            return None
        ((booking, item),) = found
        assert booking == self._worked(await self.client.get(f"/bookings/{booking['booking_id']}"))
        start, end = [_moment(item[name], there) for name in ("valid_from", "valid_to")]
        customer = self._worked(await self.client.get(f"/customers/{item['customer_id']}"))["personal_information"]
        takes_time = item["state"] == 1
        assert (booking["state"] == 1) == takes_time
        return Seen(start, end, f"{customer['first_name']} {customer['last_name']}", takes_time)

    async def cancel(self, item_id: int) -> None:
        """A booking gets the status that stands for it: `DELETE` would remove it."""
        statuses = self._worked(await self.client.get("/booking-statuses"))["booking_statuses"]
        (cancelled,) = [status["booking_status_id"] for status in statuses if status["name"] == "Cancelled"]
        (booking,) = [
            booking
            for booking in await self._listed()
            for item in booking["booking_items"]
            if item["booking_item_id"] == self.ids.encode("item", item_id)
        ]
        changed = {"booking": {"booking_status": cancelled, "customer_id": booking["customer_id"]}}
        response = await self.client.put(f"/bookings/{booking['booking_id']}", json=changed)
        assert response.status_code == 204, response.text

    async def state_of(self, item_id: int) -> str:
        booking_id = self.ids.encode("booking", await self.booking_of(item_id))
        booking = self._worked(await self.client.get(f"/bookings/{booking_id}"))
        status = self._worked(await self.client.get(f"/booking-statuses/{booking['booking_status']}"))
        return f"{booking['state']} {status['name']}"

    async def book_seat(self, session_id: int) -> int:
        response = await self.ask_for_seat(session_id)
        assert response.status_code == 201, response.text
        booking_id = response.json()["data"]["booking_id"]
        (item,) = self._worked(await self.client.get(f"/bookings/{booking_id}"))["booking_items"]
        return self.ids.parse("item", item["booking_item_id"])

    def check_full(self, response: httpx.Response) -> None:
        assert response.status_code == 400
        params = response.json()["error"]["error_data"]["invalid_params"]
        assert [(param["name"], param["reason"]) for param in params] == [
            ("booking_items[0].time_slot_id", "not_allowed_value")
        ]

    async def list_all(self) -> int:
        bookings = await self._listed()
        for booking in bookings:
            self._worked(await self.client.get(f"/bookings/{booking['booking_id']}"))
        for customer in self._worked(await self.client.get("/customers"))["customers"]:
            self._worked(await self.client.get(f"/customers/{customer['customer_id']}"))
        slots = 0
        for ticket in self._worked(await self.client.get("/booking-tickets"))["booking_tickets"]:
            path = f"/booking-tickets/{ticket['ticket_id']}/time-slots"
            slots += len(self._worked(await self.client.get(path))["time_slots"])
        return slots + sum(len(booking["booking_items"]) for booking in bookings)

    async def _listed(self) -> Any:
        response = await self.client.get("/bookings", params={"add_booking_items": "full", "count": 1000})
        return self._worked(response)["bookings"]

    async def ask_for_seat(self, session_id: int) -> httpx.Response:
        made_at = "2027-03-01 10:00:00"
        item = {"time_slot_id": self.ids.encode("session", session_id), "capacity_taken": 1, "created_at": made_at}
        customer = self.ids.encode("customer", self.world.kari)
        booking = {"booking_items": [item], "customer_id": customer, "created_at": made_at}
        return await self.client.post("/bookings", json={"booking": booking})

    @staticmethod
    def _worked(response: httpx.Response) -> Any:
        assert response.status_code == 200, response.text
        return response.json()["data"]


def _moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)

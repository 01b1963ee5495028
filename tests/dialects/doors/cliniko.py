"""Cliniko, as its clients use it; every answer is checked against the vendor's document."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httpx

from tests.dialects.doors.door import Door, Seen
from tests.dialects.place import OSLO

OVERLAPS = "it puts appointments of a practitioner over whatever is there, and shows it as a conflict"
FORMAT = "%Y-%m-%dT%H:%M:%SZ"
ARCHIVED, CANCELLED = HIDDEN = ("q[]", "archived_at:*"), ("q[]", "cancelled_at:*")
LISTS = {
    **dict.fromkeys(("bookings", "individual_appointments", "attendees"), HIDDEN),
    **dict.fromkeys(("group_appointments", "unavailable_blocks"), (ARCHIVED,)),
}
WITHOUT_BOOKINGS = {
    **dict.fromkeys(("patients", "appointment_types", "businesses"), (ARCHIVED,)),
    **dict.fromkeys(("practitioners", "practitioners/inactive"), ()),
}
WITH_CONFLICTS = ("individual_appointments", "group_appointments", "unavailable_blocks")


class Cliniko(Door):
    """Its times are those of UTC."""

    cannot: ClassVar = {"find_taken": OVERLAPS}

    async def book(self, start: datetime) -> int:
        return int((await self._made(await self.ask_for_hour(start)))["id"])

    async def find_taken(self, start: datetime) -> None:
        """What is made all the same says so, and goes again."""
        made = await self._made(await self.ask_for_hour(start))
        assert (await self._got(f"/individual_appointments/{made['id']}/conflicts"))["conflicts"]["exist"] is True
        assert (await self.client.delete(f"/individual_appointments/{made['id']}")).status_code == 204

    async def see(self, item_id: int, there: ZoneInfo = OSLO) -> Seen | None:
        attendee = await self._in_list("attendees", item_id)
        booking_id = attendee["booking"]["links"]["self"].rpartition("/")[2]
        booking = await self._in_list("bookings", int(booking_id))
        patient = await self._got(f"/patients/{attendee['patient']['links']['self'].rpartition('/')[2]}")
        start, end = [datetime.strptime(booking[name], FORMAT).replace(tzinfo=UTC) for name in ("starts_at", "ends_at")]
        ended = attendee["cancelled_at"] or attendee["archived_at"]
        return Seen(start, end, f"{patient['first_name']} {patient['last_name']}", ended is None)

    async def ask_to_move(self, item_id: int, start: datetime) -> httpx.Response:
        path = f"/individual_appointments/{item_id}"
        return await self.client.patch(path, json={"starts_at": _utc(start)})

    async def move(self, item_id: int, start: datetime) -> None:
        self._worked(await self.ask_to_move(item_id, start))

    async def cancel(self, item_id: int) -> None:
        """An appointment is cancelled as such, a seat as an attendee."""
        attendee = await self._in_list("attendees", item_id)
        is_appointment = attendee["booking"]["links"]["self"].endswith(f"/{item_id}")
        path = f"/{'individual_appointments' if is_appointment else 'attendees'}/{item_id}/cancel"
        assert (await self.client.patch(path, json={"cancellation_reason": 50})).status_code == 204

    async def state_of(self, item_id: int) -> str:
        response = await self.client.get(f"/attendees/{item_id}", params=list(HIDDEN))
        if response.status_code == 404:
            return ""
        attendee = self._worked(response)
        arrived = {True: "arrived", False: "not arrived", None: ""}[attendee["arrived"]]
        ended = [name for name in ("cancelled_at", "archived_at") if attendee[name]]
        return " ".join(filter(None, (arrived, *ended))) or "listed"

    async def book_seat(self, session_id: int) -> int:
        return int((await self._made(await self.ask_for_seat(session_id)))["id"])

    def check_full(self, response: httpx.Response) -> None:
        assert response.status_code == 422
        assert list(response.json()["errors"]) == ["booking_id"]

    async def move_session(self, session_id: int, start: datetime) -> None:
        path = f"/group_appointments/{session_id}"
        self._worked(await self.client.patch(path, json={"starts_at": _utc(start)}))

    async def list_all(self) -> int:
        rows = 0
        for path, hidden in {**LISTS, **WITHOUT_BOOKINGS}.items():
            plural = path.partition("/")[0]
            records = (await self._got(f"/{path}", [*hidden, ("per_page", "100")]))[plural]
            rows += len(records) if path in LISTS else 0
            for record in records:
                assert record == await self._got(f"/{plural}/{record['id']}", list(hidden))
                if path in WITH_CONFLICTS and record["archived_at"] is None and not record.get("cancelled_at"):
                    await self._got(f"/{path}/{record['id']}/conflicts")
        return rows

    async def _in_list(self, plural: str, record_id: int) -> Any:
        """A record as it is listed, and shown alone, where what is hidden is asked for."""
        (record,) = (await self._got(f"/{plural}", [*HIDDEN, ("q[]", f"id:={record_id}")]))[plural]
        assert record == await self._got(f"/{plural}/{record_id}", list(HIDDEN))
        return record

    async def ask_for_hour(self, start: datetime, **more: Any) -> httpx.Response:
        booked = {"appointment_type_id": str(self.house.talk), "patient_id": str(self.world.kari)}
        place = {"business_id": str(self.world.site), "practitioner_id": str(self.world.ada)}
        return await self.client.post(
            "/individual_appointments", json={**booked, **place, **more, "starts_at": _utc(start)}
        )

    async def ask_for_seat(self, session_id: int) -> httpx.Response:
        booked = {"booking_id": str(session_id), "patient_id": str(self.world.kari)}
        return await self.client.post("/attendees", json=booked)

    async def _got(self, path: str, params: Any = None) -> Any:
        return self._worked(await self.client.get(path, params=params))

    @staticmethod
    async def _made(response: httpx.Response) -> dict[str, Any]:
        assert response.status_code == 201, response.text
        record: dict[str, Any] = response.json()
        return record

    @staticmethod
    def _worked(response: httpx.Response) -> Any:
        assert response.status_code == 200, response.text
        return response.json()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(FORMAT)

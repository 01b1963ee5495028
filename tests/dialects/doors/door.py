"""A door as its clients use it, in the few calls of which every walk through all doors is made."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import httpx
import msgspec

from tests.dialects.place import OSLO, Place


class House(msgspec.Struct, frozen=True):
    """What all doors lead to: the clinic, and a talk of an hour, which Ada alone offers."""

    place: Place
    talk: int

    def at(self, hour: int, days: int = 0) -> datetime:
        """An hour of that Monday's clock in Oslo, or of one so many days later."""
        return self.place.monday(days).replace(hour=hour)


class Seen(msgspec.Struct, frozen=True):
    """What a door shows of a booking: from when to when, read from its own clock, for whom, and if it takes time."""

    starts_at: datetime
    ends_at: datetime
    customer: str
    takes_time: bool


class VendorCannot(Exception):
    """A test asked for what a vendor has no call for; `Door.cannot` says why, and tests look there first."""


class Door:
    """A client of one door. Ids are those of the engine's items and sessions, whatever the wire calls them.

    `cannot` says what the vendor has no call or no word for, and why. All else works as the methods say; each of them
    checks that it was answered in the form of the vendor.
    """

    cannot: ClassVar[dict[str, str]] = {}

    def __init__(self, house: House, client: httpx.AsyncClient) -> None:
        self.house = house
        self.world = house.place.world
        self.client = client

    async def book(self, start: datetime) -> int:
        """Kari's hour with Ada, which is free."""
        raise VendorCannot

    async def ask_for_hour(self, start: datetime) -> httpx.Response:
        """Ask for Kari's hour with Ada."""
        raise VendorCannot

    def check_taken(self, response: httpx.Response) -> None:
        """Check that the vendor's words say that the hour is taken."""
        raise VendorCannot

    async def find_taken(self, start: datetime) -> None:
        """Ask for Kari's hour with Ada, and be refused."""
        self.check_taken(await self.ask_for_hour(start))

    async def see(self, item_id: int, there: ZoneInfo = OSLO) -> Seen | None:
        """An appointment or a seat as the door lists it, and as it shows it alone; None if the door has no such
        thing. `there` is the clock of the place where it is."""
        raise VendorCannot

    async def ask_to_move(self, item_id: int, start: datetime) -> httpx.Response:
        """Ask to move an appointment there."""
        raise VendorCannot

    async def move(self, item_id: int, start: datetime) -> None:
        """Move an appointment there, as long as it is."""
        raise VendorCannot

    async def cancel(self, item_id: int) -> None:
        """Cancel an appointment or a seat."""
        raise VendorCannot

    async def state_of(self, item_id: int) -> str:
        """The vendor's word for the state of a seat, as it is shown to who asks for hidden ones too; "" if it is not
        there."""
        raise VendorCannot

    async def booking_of(self, item_id: int) -> int:
        """The id of the booking that an item is of."""
        statement = "select booking_id from item where account_id = $1 and id = $2"
        return int(await self.world.db.fetchval(statement, self.world.account.id, item_id))

    async def book_seat(self, session_id: int) -> int:
        """Kari's seat in a session that has one left."""
        raise VendorCannot

    async def ask_for_seat(self, session_id: int) -> httpx.Response:
        """Ask for Kari's seat in a session."""
        raise VendorCannot

    def check_full(self, response: httpx.Response) -> None:
        """Check that the vendor's words say that there is no seat left."""
        raise VendorCannot

    async def find_full(self, session_id: int) -> None:
        """Ask for Kari's seat in a session, and be refused."""
        self.check_full(await self.ask_for_seat(session_id))

    async def move_session(self, session_id: int, start: datetime) -> None:
        """Move a session of an hour there, with its seats."""
        raise VendorCannot

    async def list_all(self) -> int:
        """Ask for every list in which bookings are, and for each of its rows alone; how many rows there were."""
        raise VendorCannot

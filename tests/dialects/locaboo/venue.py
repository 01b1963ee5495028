"""The venue behind its door: a client with a key, a client of the door beside it, and the days it books on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec

from tests.world import World

BASE = "http://venue.example/locaboo/api/v2"
MAKEPLANS = "http://venue.example/makeplans/api/v1"
OSLO = ZoneInfo("Europe/Oslo")


class Venue(msgspec.Struct, frozen=True):
    """The world, a client that shows its key, and one of the MakePlans door for the same account.

    The venue works in Oslo, on a Monday two weeks ahead.
    """

    world: World
    client: httpx.AsyncClient
    makeplans: httpx.AsyncClient

    def monday(self, days: int = 0) -> datetime:
        """That Monday's midnight, or that of so many days later."""
        today = self.world.now.astimezone(OSLO).replace(hour=0, minute=0, second=0, microsecond=0)
        return today + timedelta(days=14 - today.weekday() + days)

    def day(self, days: int = 0) -> str:
        """That Monday, or so many days later, as clients write it: `2027-03-15`."""
        return f"{self.monday(days):%Y-%m-%d}"

    async def get(self, path: str, **params: Any) -> Any:
        """What a read answers that must work."""
        return worked(await self.client.get(path, params=params))

    async def post(self, path: str, body: Any = None, **params: Any) -> httpx.Response:
        """A write with a body of JSON."""
        return await self.client.post(path, json=body, params=params)

    async def post_form(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """A write with a body as forms send it."""
        return await self.client.post(path, data=fields)


def worked(response: httpx.Response) -> Any:
    """What a request is answered that must have worked."""
    assert response.status_code == 200, response.text
    found = response.json()
    assert found["success"] is True
    return found


def refused(response: httpx.Response, status: int = 400) -> str:
    """The message of a request that must have been refused."""
    assert response.status_code == status, response.text
    found = response.json()
    assert (found["data"], found["success"]) == ([], False)
    message: str = found["message"]
    return message


def now() -> datetime:
    """The time of the tests that go through the door, which reads the clock itself."""
    return datetime.now(UTC).replace(microsecond=0)

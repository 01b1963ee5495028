"""What a place is to the tests of every door: a world, a client of it, and the days it books on."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec

from tests.world import World

OSLO = ZoneInfo("Europe/Oslo")


class Place(msgspec.Struct, frozen=True):
    """The world and a client that shows its key. The place works in Oslo, on a Monday two weeks ahead."""

    world: World
    client: httpx.AsyncClient

    def monday(self, days: int = 0) -> datetime:
        """That Monday's midnight, or that of so many days later."""
        today = self.world.now.astimezone(OSLO).replace(hour=0, minute=0, second=0, microsecond=0)
        return today + timedelta(days=14 - today.weekday() + days)

    async def post(self, path: str, body: Any = None, **params: Any) -> httpx.Response:
        """A write with a body of JSON."""
        return await self.client.post(path, json=body, params=params or None)

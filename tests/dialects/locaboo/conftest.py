"""A venue of its own for each test of the door."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
import pytest

from tests.dialects.conftest import Connect
from tests.dialects.locaboo.venue import BASE, MAKEPLANS, Venue
from tests.world import open_clinic

Open: TypeAlias = Callable[..., Awaitable[Venue]]


@pytest.fixture
def venue_with(connect: Connect, db: asyncpg.Pool) -> Open:
    """Opens a venue with rules of its own, such as `verification="email"`."""

    async def make(**policy: Any) -> Venue:
        world = await open_clinic(db, **policy)
        secret = {"api_secret_key": await world.key("locaboo")}
        bearer = {"authorization": f"Bearer {await world.key('makeplans')}"}
        return Venue(world, connect(BASE, params=secret), connect(MAKEPLANS, headers=bearer))

    return make


@pytest.fixture
async def venue(venue_with: Open) -> Venue:
    return await venue_with()

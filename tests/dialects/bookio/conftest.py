"""A practice of its own for each test of the door."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
import pytest

from kalends.dialects.bookio.routes import door as bookio
from kalends.dialects.carecloud.routes import door as carecloud
from kalends.dialects.locaboo.routes import door as locaboo
from kalends.dialects.makeplans.routes import door as makeplans
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import Shell, create_app
from tests.dialects.bookio.practice import BASE, LOCABOO, MAKEPLANS, Practice, slow_clock
from tests.dialects.conftest import Connect
from tests.web.toy import running
from tests.world import open_clinic

Open: TypeAlias = Callable[..., Awaitable[Practice]]


@pytest.fixture(scope="session")
async def served(database_url: str) -> AsyncIterator[Shell]:
    doors = [makeplans, locaboo, bookio, carecloud]
    app = create_app(WebSettings(), doors, lambda: open_pool(database_url, 1, 4), clock=slow_clock)
    async with running(app):
        yield app


@pytest.fixture
def practice_with(connect: Connect, db: asyncpg.Pool) -> Open:
    """Opens a practice with rules of its own, such as `verification="email"`."""

    async def make(**policy: Any) -> Practice:
        world = await open_clinic(db, **policy)
        bearers = [{"authorization": f"Bearer {await world.key(door)}"} for door in ("bookio", "bookio", "makeplans")]
        own, other, makeplans = (
            connect(base, headers=bearer) for base, bearer in zip((BASE, BASE, MAKEPLANS), bearers, strict=True)
        )
        secret = {"api_secret_key": await world.key("locaboo")}
        return Practice(world, own, other, makeplans, connect(LOCABOO, params=secret))

    return make


@pytest.fixture
async def practice(practice_with: Open) -> Practice:
    return await practice_with()

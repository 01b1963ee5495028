"""One running application for all tests of the door, and a venue of its own for each."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import asyncpg
import httpx
import pytest

from kalends.dialects.locaboo.routes import door as locaboo
from kalends.dialects.makeplans.routes import door as makeplans
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import Shell, create_app
from tests.dialects.locaboo.venue import BASE, MAKEPLANS, Venue, now
from tests.web.toy import running, transport_to
from tests.world import open_clinic

Open: TypeAlias = Callable[..., Awaitable[Venue]]


@pytest.fixture(scope="session")
async def served(database_url: str) -> AsyncIterator[Shell]:
    app = create_app(WebSettings(), [makeplans, locaboo], lambda: open_pool(database_url, 1, 4))
    async with running(app):
        yield app


@pytest.fixture
async def venue_with(served: Shell, db: asyncpg.Pool) -> AsyncIterator[Open]:
    """Opens a venue with rules of its own, such as `verification="email"`."""
    clients: list[httpx.AsyncClient] = []

    async def make(**policy: object) -> Venue:
        world = await open_clinic(db, now(), **policy)
        transport = transport_to(served)
        secret = {"api_secret_key": await world.key("locaboo")}
        client = httpx.AsyncClient(transport=transport, base_url=BASE, params=secret)
        bearer = {"authorization": f"Bearer {await world.key('makeplans')}"}
        beside = httpx.AsyncClient(transport=transport, base_url=MAKEPLANS, headers=bearer)
        clients.extend((client, beside))
        return Venue(world, client, beside)

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def venue(venue_with: Open) -> Venue:
    return await venue_with()

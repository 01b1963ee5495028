"""One running application for all tests of the door, and a clinic of its own for each."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import asyncpg
import httpx
import pytest

from kalends.dialects.makeplans.routes import door
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import Shell, create_app
from tests.dialects.makeplans.clinic import BASE, Clinic, now
from tests.web.toy import running, transport_to
from tests.world import open_clinic

Open: TypeAlias = Callable[..., Awaitable[Clinic]]


@pytest.fixture(scope="session")
async def served(database_url: str) -> AsyncIterator[Shell]:
    app = create_app(WebSettings(), [door], lambda: open_pool(database_url, 1, 4))
    async with running(app):
        yield app


@pytest.fixture
async def clinic_with(served: Shell, db: asyncpg.Pool) -> AsyncIterator[Open]:
    """Opens a clinic with rules of its own, such as `verification="email"`."""
    clients: list[httpx.AsyncClient] = []

    async def make(**policy: object) -> Clinic:
        world = await open_clinic(db, now(), **policy)
        key = {"authorization": f"Bearer {await world.key('makeplans')}"}
        transport = transport_to(served)
        clients.append(httpx.AsyncClient(transport=transport, base_url=BASE, headers=key))
        return Clinic(world, clients[-1])

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def clinic(clinic_with: Open) -> Clinic:
    return await clinic_with()

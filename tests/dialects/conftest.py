"""One running application with all doors for the tests of each of them, and clients that are closed after a test."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

import httpx
import pytest

from kalends.dialects.bookio.routes import door as bookio
from kalends.dialects.carecloud.routes import door as carecloud
from kalends.dialects.cliniko.routes import door as cliniko
from kalends.dialects.locaboo.routes import door as locaboo
from kalends.dialects.makeplans.routes import door as makeplans
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import Shell, create_app
from tests.web.toy import running, transport_to
from tests.world import clock

Connect: TypeAlias = Callable[..., httpx.AsyncClient]


@pytest.fixture(scope="session")
async def served(database_url: str) -> AsyncIterator[Shell]:
    doors = [makeplans, locaboo, bookio, carecloud, cliniko]
    app = create_app(WebSettings(), doors, lambda: open_pool(database_url, 1, 4), clock=clock)
    async with running(app):
        yield app


@pytest.fixture
async def connect(served: Shell) -> AsyncIterator[Connect]:
    """Opens a client of the application."""
    async with AsyncExitStack() as opened:

        def make(base_url: str, **shown: Any) -> httpx.AsyncClient:
            client = httpx.AsyncClient(transport=transport_to(served), base_url=base_url, **shown)
            opened.push_async_callback(client.aclose)
            return client

        yield make

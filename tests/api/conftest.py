"""The API on the real shell, and a client that shows a key of the clinic."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

import httpx
import pytest

from kalends.actions.accounts.keys import create_key
from kalends.api.routes import door
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import Shell, create_app
from tests.web.toy import running, transport_to
from tests.world import World, clock

BASE = "http://here/api/v1"
Connect: TypeAlias = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture(scope="session")
async def served(database_url: str) -> AsyncIterator[Shell]:
    app = create_app(WebSettings(), [door], lambda: open_pool(database_url, 1, 4), clock=clock)
    async with running(app):
        yield app


@pytest.fixture
async def connect(served: Shell) -> AsyncIterator[Connect]:
    """Opens a client with a new key of an account; what is named are the terms of the key: scopes, site_ids."""
    async with AsyncExitStack() as opened:

        async def make(clinic: World, **terms: Any) -> httpx.AsyncClient:
            _, secret = await create_key(clinic.ctx(), door.name, **terms)
            headers = {"authorization": f"Bearer {secret}"}
            client = httpx.AsyncClient(transport=transport_to(served), base_url=BASE, headers=headers)
            opened.push_async_callback(client.aclose)
            return client

        yield make


@pytest.fixture
async def api(clinic: World, connect: Connect) -> httpx.AsyncClient:
    """A client with a key of the clinic that may do everything."""
    return await connect(clinic)

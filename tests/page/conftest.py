"""The booking page of the clinic as it is served, and browsers that open it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.main import DOORS, PAGES
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.shell import create_app
from tests.console.browsing import Visitor
from tests.console.conftest import browser
from tests.page.booking import Booker
from tests.world import NOW, World

__all__ = ["browser"]
Visit: TypeAlias = Callable[..., Awaitable[Visitor]]


class Clock:
    """The time of each request: some seconds after the last one, as people need them to fill in a form."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=4)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def studio(clinic: World) -> World:
    """The clinic, with its booking page switched on."""
    await clinic.db.execute("delete from request_count")  # of other tests, whose address is the same
    await change_booking_page(clinic.ctx(), BookingPagePatch(active=True, colour="#0b6b62"))
    return clinic


@pytest.fixture
async def address(database_url: str, clock: Clock) -> AsyncIterator[str]:
    """Where all doors are served."""
    app = create_app(WebSettings(), DOORS + PAGES, lambda: open_pool(database_url, 1, 4), clock=clock)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on", ws="none"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)  # so that nobody who asks before the server has started is turned away
        serving = asyncio.create_task(server.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.fixture
async def client(studio: World, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the clinic's page."""
    headers = {"accept-language": "en"}
    async with httpx.AsyncClient(
        base_url=f"{address}/book/{studio.account.slug}", headers=headers, timeout=120
    ) as client:
        yield client


@pytest.fixture
def booker(studio: World, client: httpx.AsyncClient) -> Booker:
    """Somebody who books without scripts."""
    return Booker(studio, client)


@pytest.fixture
async def visit(studio: World, browser: Browser, address: str) -> AsyncIterator[Visit]:
    """Gives somebody a browser; what is named are options of Playwright's, such as locale and timezone_id."""
    async with AsyncExitStack() as opened:

        async def open_browser(**options: Any) -> Visitor:
            context = await browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Oslo", **options})
            opened.push_async_callback(context.close)
            return Visitor(context, await context.new_page(), f"{address}/book/{studio.account.slug}")

        yield open_browser

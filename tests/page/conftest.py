"""The booking page of the clinic as it is served, and browsers that open it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

import httpx
import pytest
from playwright.async_api import Browser

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.engine.accounts.booking_page import BookingPagePatch
from tests.console.browsing import Visitor
from tests.console.conftest import address, browser
from tests.world import World

__all__ = ["address", "browser"]
Visit: TypeAlias = Callable[..., Awaitable[Visitor]]


@pytest.fixture
async def studio(clinic: World) -> World:
    """The clinic, with its booking page switched on."""
    await change_booking_page(clinic.ctx(), BookingPagePatch(active=True, colour="#0b6b62"))
    return clinic


@pytest.fixture
async def client(studio: World, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the clinic's page."""
    headers = {"accept-language": "en"}
    async with httpx.AsyncClient(base_url=f"{address}/book/{studio.account.slug}", headers=headers) as client:
        yield client


@pytest.fixture
async def visit(studio: World, browser: Browser, address: str) -> AsyncIterator[Visit]:
    """Gives somebody a browser; what is named are options of Playwright's, such as locale and timezone_id."""
    async with AsyncExitStack() as opened:

        async def open_browser(**options: Any) -> Visitor:
            context = await browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Oslo", **options})
            opened.push_async_callback(context.close)
            return Visitor(context, await context.new_page(), f"{address}/book/{studio.account.slug}")

        yield open_browser

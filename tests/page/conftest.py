"""The booking page of the clinic as it is served, and browsers that open it."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest
from playwright.async_api import Browser

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.web.config import WebSettings
from tests.console.conftest import Visit, browser, served, visiting
from tests.page.booking import Booker
from tests.world import NOW, World

__all__ = ["Visit", "browser"]


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
    async with served(database_url, WebSettings(), clock) as url:
        yield url


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
    async with visiting(browser, f"{address}/book/{studio.account.slug}", timezone_id="Europe/Oslo") as open_browser:
        yield open_browser

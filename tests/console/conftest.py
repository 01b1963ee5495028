"""The console as it is served, and browsers that open it.

They are Debian's chromium. Where there is none the tests are skipped, and say how to get one; with
KALENDS_TEST_BROWSER=required they fail.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any, TypeAlias

import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright, expect

from kalends.actions.accounts.users import create_user
from kalends.engine.accounts.principal import Role
from kalends.main import DOORS, PAGES
from kalends.store.db import open_pool
from kalends.web.config import WebSettings
from kalends.web.server import IDLE_SECONDS
from kalends.web.shell import create_app
from tests.console.browsing import Visitor
from tests.world import World, clock

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
EMAIL = "marit@example.org"
PATIENCE = 120_000
"""Milliseconds that a page may take, on a machine that has much else to do."""
Visit: TypeAlias = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of a process."""
    if CHROMIUM is None:
        if os.environ.get("KALENDS_TEST_BROWSER") == "required":
            pytest.fail("There is no chromium.")
        pytest.skip("There is no chromium: on Debian, apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def address(database_url: str) -> AsyncIterator[str]:
    """Where all doors are served."""
    async with served(database_url, WebSettings()) as url:
        yield url


@asynccontextmanager
async def served(database_url: str, settings: WebSettings, clock: Callable[[], datetime] = clock) -> AsyncIterator[str]:
    """All doors, served with these settings; the URL."""
    app = create_app(settings, DOORS + PAGES, lambda: open_pool(database_url, 1, 4), clock=clock)
    config = uvicorn.Config(app, log_config=None, lifespan="on", ws="none", timeout_keep_alive=IDLE_SECONDS)
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)  # who connects before the server is up waits for it
        serving = asyncio.create_task(server.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.fixture
async def visit(browser: Browser, address: str) -> AsyncIterator[Visit]:
    """Gives somebody a browser; what is named are options of Playwright's, such as locale and timezone_id."""
    async with visiting(browser, f"{address}/console") as open_browser:
        yield open_browser


@asynccontextmanager
async def visiting(browser: Browser, base: str, **usual: Any) -> AsyncIterator[Visit]:
    """Gives browsers with these options, and those that are named, for pages below an address."""
    async with AsyncExitStack() as opened:

        async def open_browser(**options: Any) -> Visitor:
            context = await browser.new_context(**{"locale": "en-GB", **usual, **options})
            opened.push_async_callback(context.close)
            context.set_default_timeout(PATIENCE)
            return Visitor(context, await context.new_page(), base)

        yield open_browser


@pytest.fixture
async def password(clinic: World) -> str:
    """That of the clinic's owner, who is EMAIL."""
    return await hired(clinic)


@pytest.fixture
async def marit(clinic: World, password: str, visit: Visit) -> Visitor:
    """The clinic's owner, who is logged in."""
    visitor = await visit()
    await visitor.open("/login")
    await visitor.log_in(clinic.account.slug, EMAIL, password)
    return visitor


async def hired(clinic: World, role: Role = "owner", email: str = EMAIL, site_ids: frozenset[int] | None = None) -> str:
    """A new user of the clinic; answers the password."""
    await clinic.db.execute("delete from request_count")  # failed logins of other tests, whose address is the same
    _, password = await create_user(clinic.ctx(), email, role, "Marit Fjord", site_ids)
    return password

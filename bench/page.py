"""The booking page: how long the server takes for the times of a service, alone and while 64 people look, and when a
slow phone has drawn them."""

import asyncio
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles

import httpx
from playwright.sync_api import sync_playwright

from bench.fill import book_planned, settle
from bench.load import WRK, wrk
from bench.report import Figure
from bench.run import Bench
from bench.served import Served
from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.accounts.principal import system
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.store.accounts.accounts import add_account
from kalends.store.db import open_pool

SLUG = "studio"
PEOPLE, DAYS, A_DAY = 8, 30, 5
VISITORS, VIEWS, THINKING = 64, 5, 3.0
"""People who look at once, how many pages each of them, and seconds between two of these."""
TIMES, DRAWN, SLOWER = 20, 5, 4
PHONE = {"width": 390, "height": 844}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def measure_page(bench: Bench, served: Served) -> None:
    """The times of a service of an account with eight people."""
    later = (datetime.now(UTC).replace(day=1) + timedelta(days=32)).strftime("%Y-%m")
    path = f"/book/{SLUG}/{asyncio.run(open_studio(bench.url))}?month={later}"
    address = f"http://127.0.0.1:{served.port}"
    ms, size = _alone(address + path)
    among = asyncio.run(_among_others(address + path))
    bench.add(
        Figure("page: times of a service, server", ms, "ms", bar=100, most=True),
        Figure("page: times of a service, compressed", size / 1000, "kB", bar=14, most=True),
        Figure(f"page: times, {VISITORS} people look, 95 of 100", among, "ms", bar=100, most=True),
    )
    if WRK:
        load = wrk(address, "page.lua", {"path": path}, VISITORS, bench.seconds)
        bench.add(Figure(f"page: times, {VISITORS} clients without a pause", load.per_second, "/s"))
    if CHROMIUM:
        largest, shift = _seen(CHROMIUM, address + path)
        bench.add(
            Figure(f"page: largest paint, {SLOWER}x slower", largest, "ms", bar=1000, most=True),
            Figure(f"page: layout shift, {SLOWER}x slower", shift, "", bar=0.05, most=True),
        )


async def open_studio(url: str) -> int:
    """A new account with a booking page, whose people are booked for half of the next month; the id of its service."""
    now = datetime.now(UTC)
    pool = await open_pool(url, 1, 2)
    try:
        blank = Account(0, SLUG, "Studio", "Europe/Oslo", "nb", "NOK", "NO", Policy())
        account = await add_account(pool, blank, now)
        ctx = Context(system("bench", "Bench"), account, now, pool)
        hours = [Opening(weekday, opens=480, closes=1080) for weekday in range(1, 8)]
        ids = [(await add_resource(ctx, ResourcePatch(title=f"Person {n}"), hours)).id for n in range(PEOPLE)]
        service = await add_service(ctx, ServicePatch(title="Massage"), ids)
        customer = await add_customer(ctx, CustomerPatch(first_name="Kari", last_name="Nordmann"))
        first = now.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
        planned = (account.id, ids, [customer.id], service.id, first, DAYS, A_DAY, now, timedelta(hours=1))
        await book_planned(pool, planned)
        await change_booking_page(ctx, BookingPagePatch(active=True))
        await settle(url)
        return service.id
    finally:
        await pool.close()


def _alone(url: str) -> tuple[float, int]:
    """Milliseconds until the whole page is there, and its bytes on the wire."""
    taken, size = [], 0
    with httpx.Client(timeout=60, headers={"accept-encoding": "gzip"}) as client:
        for _ in range(TIMES):
            began = time.perf_counter()
            answer = client.get(url)
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200
            size = answer.num_bytes_downloaded
    return median(taken), size


async def _among_others(url: str) -> float:
    """Milliseconds that 95 of 100 pages take at most while many look, each at a page now and then."""
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=VISITORS)) as client:
        taken = await asyncio.gather(*(_look(client, url, nth) for nth in range(VISITORS)))
    return quantiles([ms for each in taken for ms in each], n=20)[-1]


async def _look(client: httpx.AsyncClient, url: str, nth: int) -> list[float]:
    await asyncio.sleep(THINKING * nth / VISITORS)
    taken = []
    for _ in range(VIEWS):
        began = time.perf_counter()
        answer = await client.get(url)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200
        await asyncio.sleep(THINKING)
    return taken


def _seen(chromium: str, url: str) -> tuple[float, float]:
    """Milliseconds until the largest thing on a phone's screen is painted, and by how much the layout shifts."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport={"width": PHONE["width"], "height": PHONE["height"]})
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        painted, shifted = [], []
        for _ in range(DRAWN):
            page.goto(url, wait_until="networkidle")
            largest, shift = page.evaluate(_VITALS)
            painted.append(float(largest))
            shifted.append(float(shift))
        browser.close()
    return median(painted), max(shifted)


_VITALS = """
    async () => {
        const entries = (type) => new Promise((resolve) => {
            new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true });
            setTimeout(() => resolve([]), 500);
        });
        const paints = await entries("largest-contentful-paint"), shifts = await entries("layout-shift");
        return [paints.at(-1).startTime, shifts.reduce((sum, each) => sum + each.value, 0)];
    }
    """

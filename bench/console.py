"""The console: how long the server takes for a day, how large it is and until when a browser has drawn it; how long for
the panel of a booking, and for what is typed to find one of many customers."""

import asyncio
import os
import shutil
import time
from datetime import timedelta
from statistics import median
from urllib.parse import quote

import httpx
import msgspec
from playwright.sync_api import sync_playwright

from bench.fill import FIRST_DAY, NOW, book_planned, settle
from bench.report import Figure
from bench.run import Bench
from bench.served import Served
from kalends.actions.accounts.users import create_user
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.principal import system
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.store.accounts.accounts import add_account
from kalends.store.db import open_pool

SIZES = ((50, 12, 40.0, 150.0, 15_000), (200, 15, None, 500.0, None))
"""Resources, bookings of each on the day, and the bars: ms of the server, ms until it is drawn, bytes compressed."""
PANEL_BAR, SEARCH_BAR = 100.0, 50.0
"""Milliseconds until a booking's panel stands beside the day, and until the server has found customers."""
TIMES, DRAWN = 20, 5
CUSTOMERS, MANY_CUSTOMERS = 40, 100_000
FIRST_NAMES = "Anna Astrid Bjørn Bo Emil Erik Eva Hanne Ida Ingrid Jonas Kari Lars Liv Lucía Marit Nora Ola Per Sofia"
LAST_NAMES = "Bakke Berg Dahl Fjord Hagen Hansen Haugen Holm Lie Lund Martín Moen Nordmann Nygård Solberg Strand Vik"
SEARCHES = ("k", "ka", "kari", "kari nord", "marit.fjord", "40 11 22", "nobody", "4", "@example.org", "harbour")
"""What somebody types on the way to a customer: of a letter there are thousands, the last but one all have, the last
all but the first of them."""
EMAIL = "desk@example.org"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Desk(msgspec.Struct, frozen=True):
    """An account with one crowded day, and the login of a user."""

    slug: str
    site: int
    password: str

    @property
    def path(self) -> str:
        """The path of the day."""
        return f"/console/sites/{self.site}/day/{FIRST_DAY.date()}"


def measure_console(bench: Bench, served: Served) -> None:
    """The day in each size, with a panel; and customers among many."""
    address = f"http://127.0.0.1:{served.port}"
    for resources, a_day, server_bar, drawn_bar, size_bar in SIZES:
        desk = asyncio.run(open_desk(bench.url, resources, a_day))
        work = f"console: day of {resources} x {a_day}"
        ms, size = _asked(address, desk, desk.path)
        bench.add(
            Figure(f"{work}, server", ms, "ms", bar=server_bar, most=True),
            Figure(f"{work}, compressed", size / 1000, "kB", bar=size_bar and size_bar / 1000, most=True),
        )
        if CHROMIUM:
            drawn, opened = _seen(CHROMIUM, address, desk)
            bench.add(
                Figure(f"{work}, drawn", drawn, "ms", bar=drawn_bar, most=True),
                Figure(f"{work}, a panel", opened, "ms", bar=PANEL_BAR, most=True),
            )
    asyncio.run(_add_customers(bench.url, desk))
    paths = [f"/console/sites/{desk.site}/new?q={quote(words)}" for words in SEARCHES]
    slowest = max(_asked(address, desk, path, **{"x-fragment": "yes"})[0] for path in paths)
    bench.add(Figure(f"console: one of {MANY_CUSTOMERS:,} customers", slowest, "ms", bar=SEARCH_BAR, most=True))


async def open_desk(url: str, resources: int, a_day: int) -> Desk:
    """A new account whose resources all have so many bookings of an hour on FIRST_DAY."""
    pool = await open_pool(url, 1, 2)
    try:
        slug = f"desk-{resources}-{a_day}"
        blank = Account(0, slug, "Desk", "Europe/Oslo", "nb", "NOK", "NO", Policy())
        account = await add_account(pool, blank, NOW)
        ctx = Context(system("bench", "Bench"), account, NOW, pool)
        hours = [Opening(weekday, opens=480, closes=1260) for weekday in range(1, 8)]
        made = [await add_resource(ctx, ResourcePatch(title=f"Resource {n}"), hours) for n in range(resources)]
        ids = [resource.id for resource in made]
        service = await add_service(ctx, ServicePatch(title="Physiotherapy"), ids)
        names = [CustomerPatch(first_name="Kari", last_name=f"Nordmann {n}") for n in range(CUSTOMERS)]
        customers = [(await add_customer(ctx, name)).id for name in names]
        first = FIRST_DAY + timedelta(hours=8)
        planned = (account.id, ids, customers, service.id, first, 1, a_day, NOW, timedelta(hours=1))
        await book_planned(pool, planned)
        await settle(url)
        _, password = await create_user(ctx, EMAIL, "owner", "Desk")
        return Desk(slug, made[0].site_id, password)
    finally:
        await pool.close()


def log_in(client: httpx.Client, desk: Desk) -> str:
    """The cookie of a new login session."""
    sent = {"account": desk.slug, "email": EMAIL, "password": desk.password}
    answer = client.post("/console/login", data=sent)
    return answer.headers["set-cookie"].partition(";")[0]


async def _add_customers(url: str, desk: Desk) -> None:
    """Many more customers, with numbers and addresses of their own, some of whom share a name."""
    pool = await open_pool(url, 1, 1)
    try:
        names = FIRST_NAMES.split(), LAST_NAMES.split()
        await pool.execute(_MANY_CUSTOMERS, desk.slug, MANY_CUSTOMERS, NOW, *names, timeout=600)
    finally:
        await pool.close()
    await settle(url)


_MANY_CUSTOMERS = """
    insert into customer (account_id, first_name, last_name, company, email, phone, phone_e164, phone_key, created_at,
        created_by, updated_at, updated_by)
    select account.id, first_name, last_name, case when n > 3000 then 'Harbour AS' else '' end,
        lower(first_name || '.' || last_name) || n || '@example.org', number,
        '+47' || number, '+47' || number, $3, 'Bench', $3, 'Bench'
    from account, generate_series(1, $2) n
        cross join lateral (select ($4::text[])[1 + n % cardinality($4)]) first (first_name)
        cross join lateral (select ($5::text[])[1 + n / 7 % cardinality($5)]) last (last_name)
        cross join lateral (select (40000000 + n::bigint * 7919 % 10000000)::text) phone (number)
    where slug = $1
    """


def _asked(address: str, desk: Desk, path: str, **headers: str) -> tuple[float, int]:
    """Milliseconds until the whole answer is there, and its bytes on the wire."""
    taken, size = [], 0
    with httpx.Client(base_url=address, timeout=60) as client:
        sent = {"cookie": log_in(client, desk), "accept-encoding": "gzip", **headers}
        for _ in range(TIMES):
            began = time.perf_counter()
            answer = client.get(path, headers=sent)
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200
            size = answer.num_bytes_downloaded
    return median(taken), size


def _seen(chromium: str, address: str, desk: Desk) -> tuple[float, float]:
    """Milliseconds from the first byte of the day to the load event, and from a click to the panel of a booking."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/console/login")
        for name, value in (("account", desk.slug), ("email", EMAIL), ("password", desk.password)):
            page.fill(f"[name={name}]", value)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/day/*")
        drawn, opened = [], []
        for nth in range(DRAWN):
            page.goto(address + desk.path)
            drawn.append(float(page.evaluate(_LOADED)))
            opened.append(float(page.evaluate(_OPENED, nth)))
        browser.close()
    return median(drawn), median(opened)


_LOADED = "(t => t.loadEventEnd - t.responseStart)(performance.getEntriesByType('navigation')[0])"
_OPENED = """
    async (nth) => {
        const began = performance.now(), panel = document.getElementById("panel");
        document.querySelectorAll(".it")[nth].click();
        while (!panel.querySelector("h1, h2")) await new Promise(requestAnimationFrame);
        return performance.now() - began;
    }
    """

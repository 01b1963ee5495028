"""What is measured, part by part, and the bar of each."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median

import httpx

from bench import availability, guard
from bench.api import measure_api
from bench.console import measure_console
from bench.fill import FIRST_DAY, ITEMS, House, fill, open_house, settle
from bench.load import WARM_UP, WRK, pgbench, wrk
from bench.page import measure_page
from bench.race import CLIENTS, race
from bench.recorded import create_script, list_script
from bench.report import Figure
from bench.run import Bench
from bench.served import Served, serving
from bench.sizes import measure_sizes
from bench.slow_servers import slow_mail_server, slow_receiver
from kalends.store.db import open_pool

PARTS = (
    "availability",
    "guard",
    "create",
    "list",
    "api",
    "console",
    "page",
    "race",
    "memory",
    "messages",
    "sizes",
    "start",
)
SLOW_SECONDS = 10.0
ROUNDS = 3
CONCURRENCY = (1, 8, 64)


def measure(bench: Bench, items: int, parts: Sequence[str]) -> None:
    """All but the start, which needs the database stopped."""
    house, scripts = asyncio.run(prepare(bench))
    if "availability" in parts:
        asyncio.run(measure_availability(bench, house, items))
    if "guard" in parts:
        asyncio.run(measure_guard(bench, house))
    if WRK is None:
        for name, script in scripts.items():
            bench.add(*(Figure(f"{name}, {n} clients", _alone(bench, house, script, n), "/s") for n in CONCURRENCY))
        return
    with serving(bench.data, bench.workers) as served:
        warm_up(bench, house, served)
        if "create" in parts:
            creates(bench, house, served, scripts["create"])
        if "list" in parts:
            lists(bench, house, served, scripts["list"])
            in_step(bench, house, served)
            attendees(bench, house, served)
            orders(bench, house, served)
        if "api" in parts:
            measure_api(bench, house, served, scripts["create"])
        if "console" in parts:
            measure_console(bench, served)
        if "page" in parts:
            measure_page(bench, served)
        if "race" in parts:
            races(bench, house, served)
        if "memory" in parts:
            bench.add(Figure("memory of a web worker", served.megabytes(), "MB", bar=150, most=True))
        if "messages" in parts:
            with_messages(bench, house, served, "a mail that is kept")
    if "messages" in parts:
        slow_messages(bench, house)
    if "sizes" in parts:
        asyncio.run(measure_sizes(bench, house))


async def prepare(bench: Bench) -> tuple[House, dict[str, str]]:
    """A full house, and what is to be asked of its database."""
    pool = await open_pool(bench.url, 1, 2)
    try:
        began = time.perf_counter()
        house = await open_house(pool, 0)
        await fill(pool, house)
        await settle(bench.url)
        bench.add(Figure(f"filling {ITEMS:,} items", time.perf_counter() - began, "s"))
        return house, {"create": await create_script(pool, house), "list": await list_script(pool, house)}
    finally:
        await pool.close()


async def measure_availability(bench: Bench, house: House, items: int) -> None:
    """As it is, and as it is when many more items of other accounts are beside the house."""
    pool = await open_pool(bench.url, 1, 2)
    try:
        counts = ((1, 3.0), (50, 15.0))
        alone = {count: await availability.milliseconds(pool, house, count) for count, _ in counts}
        for count, bar in counts:
            bench.add(Figure(f"slots {count} x 14 days, {ITEMS:,} items", alone[count], "ms", bar=bar, most=True))
        if items <= ITEMS:
            return
        for number in range(1, items // ITEMS):
            await fill(pool, await open_house(pool, number))
        await settle(bench.url)
        for count, _ in counts:
            taken = await availability.milliseconds(pool, house, count)
            work = f"slots {count} x 14 days, {items:,} items"
            bench.add(Figure(work, taken, "ms", against=alone[count], bar=1.3, most=True))
    finally:
        await pool.close()


async def measure_guard(bench: Bench, house: House) -> None:
    """One booking by the guard and the leanest one, in CPU time of the database's backends."""
    pool = await open_pool(bench.url, 1, 2)
    try:
        commit, lean = await guard.milliseconds(pool, bench.url, house, datetime.fromtimestamp(bench.base(), UTC))
        bench.add(Figure("commit of a booking against the leanest, CPU", commit, "ms", against=lean, bar=5, most=True))
    finally:
        await pool.close()


def warm_up(bench: Bench, house: House, served: Served) -> None:
    """The workers' connections begin with nothing planned, as those of pgbench do, whose first seconds don't count."""
    wrk(served.url, "list.lua", _given(house, house.resources, int(FIRST_DAY.timestamp())), 64, WARM_UP)
    wrk(served.url, "create.lua", _given(house, house.resources, bench.base()), 64, WARM_UP)


def creates(bench: Bench, house: House, served: Served, script: str) -> None:
    """Bookings made by pgbench and through the door in turn, on all resources by chance and on one."""
    for where, resources in (("random", house.resources), ("one hot", house.resources[:1])):
        for clients in CONCURRENCY:
            variables = {"first": resources[0], "last": resources[-1], "base": bench.base(), "n": 0, "clients": clients}
            guarded = pgbench(bench.url, script, variables, clients, bench.seconds)
            given = _given(house, resources, bench.base())
            made = wrk(served.url, "create.lua", given, clients, bench.seconds)
            work = f"create, {clients} clients, {where} resource"
            bench.add(Figure(work, made.per_second, "/s", against=guarded.per_second, bar=0.6))
            if made.failed:
                bench.add(Figure(f"{work}: not made", made.failed, "", bar=0, most=True))


def in_step(bench: Bench, house: House, served: Served) -> None:
    """Bookings made and listed through the door of systems that keep a copy; nothing else does the same work."""
    given = {"key": house.third_secret, "site": house.site, "first": house.own_services[0]}
    given |= {"last": house.own_services[-1]}
    for clients in CONCURRENCY:
        made = wrk(served.url, "create_followed.lua", given | {"base": bench.base()}, clients, bench.seconds)
        shown = wrk(served.url, "list_followed.lua", given, clients, bench.seconds)
        bench.add(
            Figure(f"create by a system in step, {clients} clients", made.per_second, "/s"),
            Figure(f"list of 100 by a system in step, {clients} clients", shown.per_second, "/s"),
            Figure(f"by a system in step, {clients} clients: failed", made.failed + shown.failed, "", bar=0, most=True),
        )


def attendees(bench: Bench, house: House, served: Served) -> None:
    """Seats of classes made, and listed by two filters, through the door of a clinic; nothing else does the same."""
    basic = b64encode(f"{house.fourth_secret}:".encode()).decode()
    given = {"basic": basic, "customer": house.customers[0], "first": house.sessions[0], "last": house.sessions[-1]}
    for clients in CONCURRENCY:
        made = wrk(served.url, "create_attendee.lua", given, clients, bench.seconds)
        shown = wrk(served.url, "list_attendees.lua", given, clients, bench.seconds)
        bench.add(
            Figure(f"create of an attendee, {clients} clients", made.per_second, "/s"),
            Figure(f"list of 100 attendees by two filters, {clients} clients", shown.per_second, "/s"),
            Figure(f"attendees, {clients} clients: failed", made.failed + shown.failed, "", bar=0, most=True),
        )


def orders(bench: Bench, house: House, served: Served) -> None:
    """Bookings of seats made, and listed with all their items, through the door of a festival."""
    given = {"key": house.fifth_secret, "customer": house.booker, "slots": ",".join(house.slots)}
    for clients in CONCURRENCY:
        made = wrk(served.url, "create_order.lua", given, clients, bench.seconds)
        shown = wrk(served.url, "list_orders.lua", given, clients, bench.seconds)
        bench.add(
            Figure(f"create of a booking of a seat, {clients} clients", made.per_second, "/s"),
            Figure(f"list of 100 with full items, {clients} clients", shown.per_second, "/s"),
            Figure(f"bookings of seats, {clients} clients: failed", made.failed + shown.failed, "", bar=0, most=True),
        )


def lists(bench: Bench, house: House, served: Served, script: str) -> None:
    """Lists of 100 by pgbench and through the door in turn."""
    given = _given(house, house.resources, int(FIRST_DAY.timestamp()))
    variables = {name: int(str(given[name])) for name in ("first", "last", "base")}
    for clients in CONCURRENCY:
        selected = pgbench(bench.url, script, variables, clients, bench.seconds)
        shown = wrk(served.url, "list.lua", given, clients, bench.seconds)
        work = f"list of 100, {clients} clients"
        bench.add(Figure(work, shown.per_second, "/s", against=selected.per_second, bar=0.5))
        if shown.failed:
            bench.add(Figure(f"{work}: not shown", shown.failed, "", bar=0, most=True))


def slow_messages(bench: Bench, house: House) -> None:
    """Bookings that ask for a mail and call a webhook, both of which take ten seconds."""
    with slow_mail_server(SLOW_SECONDS) as mail, slow_receiver(SLOW_SECONDS) as hook:
        settings = {
            "KALENDS_SMTP_URL": mail,
            "KALENDS_MAIL_FROM": "bench@example.com",
            "KALENDS_WEBHOOK_PRIVATE": "yes",
        }
        with serving(bench.data, bench.workers, **settings) as served:
            warm_up(bench, house, served)
            what = f"a mail and a webhook that take {SLOW_SECONDS:g} s"
            with_messages(bench, house, served, what, hook, bar=0.95)


def with_messages(
    bench: Bench, house: House, served: Served, what: str, hook: str | None = None, *, bar: float | None = None
) -> None:
    """Bookings that ask for a mail, and call a webhook if there is one, and bookings that do neither, in turn."""
    for clients in CONCURRENCY:
        pairs = []
        for _ in range(ROUNDS):
            without = _created(bench, house, served, clients, "")
            with _calling(house, served, hook):
                pairs.append((without, _created(bench, house, served, clients, "?confirmation_send_email=true")))
        alone, made = (median(rates) for rates in zip(*pairs, strict=True))
        bench.add(Figure(f"create with {what}, {clients} clients", made, "/s", against=alone, bar=bar))


@contextmanager
def _calling(house: House, served: Served, hook: str | None) -> Iterator[None]:
    """While the block lasts, a webhook is called of every booking."""
    if hook is None:
        yield
        return
    url, headers = f"{served.url}/makeplans/api/v1/web_hooks", {"Authorization": f"Bearer {house.secret}"}
    body = {"web_hook": {"target_url": hook, "event": "booking.*"}}
    added = httpx.post(url, json=body, headers=headers).raise_for_status().json()
    yield
    httpx.delete(f"{url}/{added['web_hook']['id']}", headers=headers).raise_for_status()


def _created(bench: Bench, house: House, served: Served, clients: int, query: str) -> float:
    given = _given(house, house.resources, bench.base()) | ({"query": query} if query else {})
    return wrk(served.url, "create.lua", given, clients, bench.seconds).per_second


def races(bench: Bench, house: House, served: Served) -> None:
    """Many clients for one place."""
    outcome = asyncio.run(race(served, house))
    bench.add(
        Figure(f"race of {CLIENTS}: rounds without exactly one winner", outcome.unfair, "", bar=0, most=True),
        Figure(f"race of {CLIENTS}: answers but 200 and the refusal", outcome.others, "", bar=0, most=True),
    )


def start(bench: Bench) -> None:
    """From the command to `/readyz`, on the folder that is there, whose database is not running."""
    with serving(bench.data, bench.workers) as served:
        bench.add(Figure("start on an existing data folder", served.ready_after, "s", bar=2, most=True))


def _alone(bench: Bench, house: House, script: str, clients: int) -> float:
    variables = {"first": house.resources[0], "last": house.resources[-1], "n": 0, "clients": clients}
    base = bench.base() if "bench_change" in script else int(FIRST_DAY.timestamp())
    return pgbench(bench.url, script, variables | {"base": base}, clients, bench.seconds).per_second


def _given(house: House, resources: Sequence[int], base: int) -> dict[str, object]:
    known = {"key": house.secret, "service": house.service, "customer": house.customers[0]}
    return known | {"first": resources[0], "last": resources[-1], "base": base}

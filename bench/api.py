"""The API of Kalends itself under load: bookings made with an Idempotency-Key each, lists, free times and changes."""

from datetime import timedelta

from bench.fill import FIRST_DAY, House
from bench.load import pgbench, wrk
from bench.report import Figure
from bench.run import Bench
from bench.served import Served

CONCURRENCY = (1, 8, 64)
BUSY_DAYS = int((FIRST_DAY + timedelta(days=60)).timestamp())


def measure_api(bench: Bench, house: House, served: Served, script: str) -> None:
    """Bookings made by pgbench and through the API in turn, and items listed. `script` makes a booking by pgbench."""
    first, last = house.resources[0], house.resources[-1]
    given = {"key": house.api_secret, "service": house.service, "customer": house.customers[0]}
    given |= {"first": first, "last": last}
    for clients in CONCURRENCY:
        variables = {"first": first, "last": last, "base": bench.base(), "n": 0, "clients": clients}
        guarded = pgbench(bench.url, script, variables, clients, bench.seconds)
        made = wrk(served.url, "create_api.lua", given | {"base": bench.base()}, clients, bench.seconds)
        days = given | {"base": int(FIRST_DAY.timestamp())}
        shown = wrk(served.url, "list_api.lua", days, clients, bench.seconds)
        work = f"API: create with an Idempotency-Key, {clients} clients"
        bench.add(
            Figure(work, made.per_second, "/s", against=guarded.per_second, bar=0.6),
            Figure(f"API: list of 100 items, {clients} clients", shown.per_second, "/s"),
            Figure(f"API, {clients} clients: failed", made.failed + shown.failed, "", bar=0, most=True),
        )
    _measure_answers(bench, house, served)


def _measure_answers(bench: Bench, house: House, served: Served) -> None:
    """How long one client waits for the starts of a fortnight, and for a page of changes."""
    starts = f"/availability?service=svc_{house.service}&from=FROM&to=TO"
    given = {"key": house.api_secret, "first": house.resources[0], "last": house.resources[-1], "base": BUSY_DAYS}
    for work, path, bar in (
        ("starts 1 x 14 days", f"{starts}&resource=res_RESOURCE", 8.0),
        (f"starts {len(house.resources)} x 14 days", starts, 20.0),
        ("100 changes", "/changes?limit=100", None),
    ):
        load = wrk(served.url, "get_api.lua", {**given, "path": path}, 1, bench.seconds)
        bench.add(Figure(f"API: {work}, 1 client", load.ms, "ms", bar=bar, most=True))
        bench.add(Figure(f"API: {work}, 1 client: failed", load.failed, "", bar=0, most=True))

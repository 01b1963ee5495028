"""Nobody below the doors asks what time it is, and no moment is without its zone."""

import ast
import re

from tests.rules.source import HOUSE, Source, aliases, files, python, qualified, read, snippet, strings, within

BELOW_THE_DOORS = ("kalends/engine/", "kalends/store/", "kalends/actions/", "kalends/notices/")
# Wall time is their trade.
NAIVE_ALLOWED = (
    "kalends/api/times.py",
    "kalends/console/views/wall_times.py",
    "kalends/dialects/kit/dates.py",
    "kalends/engine/time/clock.py",
    "kalends/engine/time/recurrence.py",
)

CLOCKS = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}
SQL_CLOCK = re.compile(
    r"\b(now\s*\(\s*\)|current_(timestamp|date|time)\b|localtime(stamp)?\b"
    r"|(clock|statement|transaction)_timestamp\b|timeofday\b)",
    re.IGNORECASE,
)
# How many positional arguments there are when the zone is among them.
ZONE_AT = {"datetime": 8, "now": 1, "fromtimestamp": 2, "combine": 3}
ALWAYS_NAIVE = {"utcnow", "utcfromtimestamp", "today", "strptime", "fromisoformat"}
MAKERS = {"datetime.datetime": "datetime"} | {f"datetime.datetime.{name}": name for name in {*ZONE_AT, *ALWAYS_NAIVE}}


def asking(source: Source) -> list[str]:
    """Every mention of a function that reads the clock, called or handed on."""
    names = aliases(source.tree)
    mentions = (node for node in ast.walk(source.tree) if isinstance(node, ast.Name | ast.Attribute))
    return [source.at(n, f"asks the time: {clock}") for n in mentions if (clock := qualified(n, names)) in CLOCKS]


def asking_in_strings(source: Source) -> list[str]:
    texts = ((node, str(node.value)) for node in strings(source.tree))
    return [source.at(n, f"asks the time: {m[0]}") for n, text in texts if (m := SQL_CLOCK.search(text))]


def asking_in_sql(source: Source) -> list[str]:
    lines = (line.split("--")[0] for line in source.text.splitlines())
    return [
        f"{source.path}:{n}: asks the time: {m[0]}" for n, line in enumerate(lines, 1) if (m := SQL_CLOCK.search(line))
    ]


def naive(source: Source) -> list[str]:
    names = aliases(source.tree)
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = qualified(node.func, names)
            if (maker := MAKERS.get(name)) and (maker in ALWAYS_NAIVE or not zoned(node, maker)):
                found.append(source.at(node, f"{name} without a zone"))
            elif isinstance(node.func, ast.Attribute) and node.func.attr == "replace" and drops_zone(node):
                found.append(source.at(node, "the zone is dropped"))
        elif qualified(node, names) in {"datetime.datetime.min", "datetime.datetime.max"}:
            found.append(source.at(node, f"{qualified(node, names)} has no zone"))
    return found


def zoned(call: ast.Call, maker: str) -> bool:
    if drops_zone(call):
        return False
    named = any(keyword.arg in {"tz", "tzinfo", None} for keyword in call.keywords)
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    return named or starred or len(call.args) >= ZONE_AT[maker]


def drops_zone(call: ast.Call) -> bool:
    zones = (keyword.value for keyword in call.keywords if keyword.arg in {"tz", "tzinfo"})
    return any(isinstance(zone, ast.Constant) and zone.value is None for zone in zones)


def test_nobody_below_the_doors_asks_the_time() -> None:
    below = [source for source in python(HOUSE) if within(source.path, *BELOW_THE_DOORS)]
    assert [finding for source in below for finding in asking(source)] == []


def test_no_statement_asks_the_time() -> None:
    found = [finding for source in python(HOUSE / "store") for finding in asking_in_strings(source)]
    found += [finding for file in files(HOUSE / "store", ".sql") for finding in asking_in_sql(read(file))]
    assert found == []


def test_no_moment_is_naive() -> None:
    every = [source for source in python(HOUSE) if not within(source.path, *NAIVE_ALLOWED)]
    assert [finding for source in every for finding in naive(source)] == []


def test_asking_is_found() -> None:
    bad = "import datetime as d, time\nfrom datetime import datetime, UTC\n"
    assert len(asking(snippet(bad + "datetime.now(UTC)\nd.date.today()\ntime.time()\nf(clock=datetime.now)\n"))) == 4
    assert len(asking(snippet("from time import time as t\nt()\n"))) == 1
    assert asking(snippet("import time\ntime.monotonic()\ncontext.now\n")) == []


def test_asking_in_sql_is_found() -> None:
    bad = 'f"select {x} from item where expires_at < now()"\n"select CURRENT_TIMESTAMP"\n"select clock_timestamp()"\n'
    assert len(asking_in_strings(snippet(bad))) == 3
    assert (
        asking_in_strings(snippet('def f():\n    "Like now() but given."\n    g("select $1::timestamptz as now")\n'))
        == []
    )
    page = Source("kalends/store/x.sql", "a timestamptz default now(),\nb text -- not now()\n", ast.parse(""))
    assert asking_in_sql(page) == ["kalends/store/x.sql:1: asks the time: now()"]


def test_naive_is_found() -> None:
    head = "from datetime import UTC, datetime\n"
    bad = (
        "datetime(2026, 3, 29, 9)\ndatetime.now()\ndatetime.utcnow()\ndatetime.fromtimestamp(0)\n"
        "datetime.strptime(a, b)\ndatetime.combine(d, t)\nx.replace(tzinfo=None)\n"
        "datetime.now(tz=None)\ny = datetime.max\n"
    )
    good = (
        "datetime(2026, 3, 29, 9, tzinfo=UTC)\ndatetime.now(UTC)\ndatetime.fromtimestamp(0, UTC)\n"
        "datetime.combine(d, t, zone)\nx.replace(minute=0)\ndef f(at: datetime) -> datetime: ...\n"
    )
    assert len(naive(snippet(head + bad))) == 9
    assert naive(snippet(head + good)) == []

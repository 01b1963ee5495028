"""Slow answers to the engine's questions: minute by minute, path by path, so plain that they are seen to be right."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from kalends.engine.availability.capacity import BusyInterval, Node
from kalends.engine.availability.openings import OpeningHours
from kalends.engine.time.span import Span

MINUTE = timedelta(minutes=1)
BASE = datetime(2025, 1, 6, tzinfo=UTC)  # a Monday


def at(minute: int, base: datetime = BASE) -> datetime:
    """The instant so many minutes after the base."""
    return base + minute * MINUTE


def span(start: int, end: int, base: datetime = BASE) -> Span:
    """A span in minutes after the base."""
    return Span(at(start, base), at(end, base))


def minutes(spans: Iterable[Span], base: datetime = BASE) -> set[int]:
    """The minutes after the base that begin in any of the spans."""
    return {
        minute for span in spans for minute in range(int((span.start - base) / MINUTE), int((span.end - base) / MINUTE))
    }


def length(spans: Iterable[Span]) -> timedelta:
    """The exact length of all spans together."""
    return sum((span.duration for span in spans), timedelta())


def spans(last: int = 60) -> st.SearchStrategy[Span]:
    """Spans within the first minutes after the base, empty ones too."""
    return st.tuples(st.integers(0, last), st.integers(0, last)).map(lambda pair: span(min(pair), max(pair)))


def walk(within: Span) -> Iterator[datetime]:
    """Each minute of a span."""
    moment = within.start
    while moment < within.end:
        yield moment
        moment += MINUTE


def shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the wall clock shows, marked as UTC so that it can be subtracted plainly."""
    return moment.astimezone(zone).replace(tzinfo=UTC, fold=0)


@cache
def changes() -> list[tuple[ZoneInfo, datetime]]:
    """Every change of clocks from 2024 to 2027, once for all the zones that share it."""
    zones: dict[tuple[datetime, timedelta | None, timedelta | None], ZoneInfo] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        hour = datetime(2024, 1, 1, tzinfo=UTC)
        offset = hour.astimezone(zone).utcoffset()
        for _ in range(4 * 365):
            following = (hour + timedelta(days=1)).astimezone(zone).utcoffset()
            if following != offset:
                exact = next(m for m in walk(Span(hour, hour + timedelta(days=2))) if _offset(m, zone) != offset)
                zones.setdefault((exact, offset, following), zone)
            hour, offset = hour + timedelta(days=1), following
    return [(zone, exact) for (exact, _, _), zone in zones.items()]


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()


def is_open(hours: OpeningHours, moment: datetime, service_id: int, holidays: set[date]) -> bool:
    """Whether the wall clock of the moment shows open hours of that day, or hours of the day before past midnight."""
    wall = shown(moment, hours.zone)
    minute = wall.hour * 60 + wall.minute
    today, yesterday = wall.date(), wall.date() - timedelta(days=1)
    return any(opens <= minute < closes for opens, closes in _rows(hours, today, service_id, holidays)) or any(
        opens <= minute + 1440 < closes for opens, closes in _rows(hours, yesterday, service_id, holidays)
    )


def _rows(hours: OpeningHours, day: date, service_id: int, holidays: set[date]) -> list[tuple[int, int]]:
    exceptions = [
        row
        for row in hours.exceptions
        if row.day_from <= day < row.day_until and (row.service_ids is None or service_id in row.service_ids)
    ]
    if any(row.opens is None for row in exceptions):
        return []
    if exceptions:
        return [(row.opens or 0, row.closes or 0) for row in exceptions]
    if day in holidays:
        return []
    if hours.always_open:
        return [(0, 1440)]
    return [
        (row.opens, row.closes)
        for row in hours.openings
        if row.weekday == day.isoweekday()
        and (row.valid_from or date.min) <= day < (row.valid_until or date.max)
        and (row.service_ids is None or service_id in row.service_ids)
    ]


def lawful(tree: Sequence[Node], busy: Sequence[BusyInterval], requested: BusyInterval) -> bool:
    """The share law, path by path and minute by minute, on every path through the requested resource.

    What has no capacity holds nothing, nor do its parts.
    """
    nodes = {node.id: node for node in tree}
    above: int | None = requested.resource_id
    while above is not None:
        if nodes[above].capacity == 0:
            return False
        above = nodes[above].parent_id
    for leaf in nodes.keys() - {node.parent_id for node in tree}:
        path: list[int] = []
        up: int | None = leaf
        while up is not None:
            path.append(up)
            up = nodes[up].parent_id
        if requested.resource_id not in path:
            continue
        there = [interval for interval in (*busy, requested) if interval.resource_id in path]
        for moment in walk(requested.span):
            held = [interval for interval in there if interval.span.start <= moment < interval.span.end]
            if sum(Fraction(interval.units, nodes[interval.resource_id].capacity or 1) for interval in held) > 1:
                return False
    return True


def on_grid(open_span: Span, moment: datetime, step: timedelta, zone: ZoneInfo) -> bool:
    """Whether the wall clock has moved by whole steps since the span opened, or since midnight if that is later."""
    today = shown(moment, zone).date()
    opened = next(minute for minute in walk(open_span) if shown(minute, zone).date() == today)
    return (shown(moment, zone) - shown(opened, zone)) % step == timedelta()

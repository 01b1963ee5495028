"""How busy sessions are on average: which part of their seats is taken, by hour, day or month."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.bookings.views import SessionWithSeats
from kalends.engine.time.clock import DAY, day_span, instant
from kalends.engine.time.span import Span

UNITS = {"day": "hour", "week": "day", "month": "day", "year": "month"}
"""The unit by which each period is divided."""


class BusyUnit(msgspec.Struct, frozen=True):
    """One hour of a day (0 to 23), day of a week (1 is Monday) or of a month, or month of a year, and its time."""

    number: int
    span: Span


class BusyTime(msgspec.Struct, frozen=True):
    """The percentage of seats, 0 to 100, that are taken in a unit; 0 if there are none."""

    number: int
    percent: int


def units_of(period: str, day: date, zone: ZoneInfo) -> list[BusyUnit]:
    """The units of the day, week, month or year that has this date, on the wall clock of `zone`."""
    if period == "day":
        return [BusyUnit(hour, _hour(day, hour, zone)) for hour in range(24)]
    if period == "week":
        monday = day - day.weekday() * DAY
        return [BusyUnit(number + 1, day_span(monday + number * DAY, zone)) for number in range(7)]
    if period == "month":
        days = range((_next_month(day) - day.replace(day=1)).days)
        return [BusyUnit(number + 1, day_span(day.replace(day=number + 1), zone)) for number in days]
    firsts = [date(day.year, month, 1) for month in range(1, 13)]
    return [
        BusyUnit(first.month, Span(day_span(first, zone).start, day_span(_next_month(first), zone).start))
        for first in firsts
    ]


def busy_times(units: Sequence[BusyUnit], sessions: Iterable[SessionWithSeats]) -> list[BusyTime]:
    """How busy the sessions are in each of the units, which are in order; one counts in all units that it overlaps."""
    starts = [unit.span.start for unit in units]
    taken, capacity = [0] * len(units), [0] * len(units)
    for each in sessions:
        span = Span(each.session.starts_at, each.session.ends_at)
        for index in range(max(0, bisect_right(starts, span.start) - 1), bisect_left(starts, span.end)):
            if span.overlaps(units[index].span):
                taken[index] += min(each.taken, each.session.capacity)
                capacity[index] += each.session.capacity
    return [
        BusyTime(unit.number, round(100 * part / whole) if whole else 0)
        for unit, part, whole in zip(units, taken, capacity, strict=True)
    ]


def _hour(day: date, hour: int, zone: ZoneInfo) -> Span:
    return Span(instant(day, 60 * hour, zone), instant(day, 60 * (hour + 1), zone))


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)

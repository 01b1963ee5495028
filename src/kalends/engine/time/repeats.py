"""Recurring times as a form asks for them: hours of certain days between two dates, both of them included.

Days are those of a zone's wall calendar, and hours are minutes from its midnight; 1440 is the end of the day. On the
days when clocks change a gap shortens what it meets and a fold lengthens it, as with opening hours; a time that lies in
a gap whole does not come that day and is left out. Source: seed 004_751937256ff132e1, POST /api/v2/booking_add.

Each raises Invalid(starts_at, ends_at or a number of its rule: invalid; ends_at: before_start; starts_at, ends_at:
out_of_range for a year beyond `clock.FIRST_YEAR` and `LAST_YEAR`), and TooManyOccurrences beyond 731. Where there is a
rule it raises BadRecurrence(rrule) when that names nothing.
"""

import calendar
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import weekday as nth_weekday

from kalends.engine.refusals import BadRecurrence, Fault, Invalid, TooManyOccurrences
from kalends.engine.time.clock import DAY, FIRST_YEAR, LAST_YEAR, MINUTES_A_DAY, instant
from kalends.engine.time.recurrence import MOST
from kalends.engine.time.span import Span

T = TypeVar("T")
Hours: TypeAlias = tuple[int, int]
"""From when until when on a day, in minutes from its midnight: 0 <= opens < closes <= 1440."""

LAST = 5
"""The week of a month that stands for its last."""

_LONGEST_STEP = 10_000
_LEAP_YEAR = 2000


def once(first: date, last: date, opens: int, closes: int, zone: ZoneInfo) -> list[Span]:
    """One time from `opens` on the first day to `closes` on the last, cut at midnight into one span a day."""
    _check_dates(first, last)
    _check_hours((opens, closes) if first == last else (opens, MINUTES_A_DAY))
    if not 0 <= closes <= MINUTES_A_DAY:
        raise Invalid(Fault("ends_at", "invalid"))
    spans = [
        Span(
            instant(day, opens if day == first else 0, zone),
            # Where a day ends the next begins, even if midnight comes twice.
            instant(day, closes, zone, ends=True) if day == last else instant(day + DAY, 0, zone),
        )
        for day in _few(_every_day(first, last))
    ]
    if not (found := _that_come(spans)):
        raise Invalid(Fault("starts_at", "invalid"))
    return found


def daily(first: date, last: date, hours: Hours, zone: ZoneInfo) -> list[Span]:
    """The same hours of every day."""
    _check_dates(first, last)
    return _on_each(_every_day(first, last), hours, zone)


def weekly(first: date, last: date, every_weeks: int, days: Mapping[int, Hours], zone: ZoneInfo) -> list[Span]:
    """Hours of some days (1 is Monday, 7 Sunday) of every n-th week, counted from the week of the first date."""
    _check_dates(first, last)
    _check_number("every_weeks", every_weeks, _LONGEST_STEP)
    for day, hours in days.items():
        _check_number("weekday", day, 7)
        _check_hours(hours)
    monday = first - first.weekday() * DAY
    weeks = range(0, (last - monday).days + 1, 7 * every_weeks) if days else ()
    named = (monday + (ahead + day - 1) * DAY for ahead in weeks for day in sorted(days))
    found = _few(day for day in named if first <= day <= last)
    return _some(_span(day, days[day.isoweekday()], zone) for day in found)


def monthly_by_day(first: date, last: date, every_months: int, day: int, hours: Hours, zone: ZoneInfo) -> list[Span]:
    """The n-th day of every n-th month, counted from the month of the first date; shorter months are passed over."""
    _check_number("day", day, 31)
    months = _months(first, last, every_months)
    named = (month.replace(day=day) for month in months if day <= _length(month))
    return _on_each((at for at in named if first <= at <= last), hours, zone)


def monthly_by_week(
    first: date, last: date, every_months: int, nth: tuple[int, int], hours: Hours, zone: ZoneInfo
) -> list[Span]:
    """A weekday of a week, `nth` (week, weekday), of every n-th month: (1, 2) is the first Tuesday, (5, 2) the last."""
    week, weekday = nth
    _check_number("week", week, LAST)
    _check_number("weekday", weekday, 7)
    # Counted onwards from the first day of a month, or back from its last.
    onto = (
        relativedelta(day=31, weekday=nth_weekday(weekday - 1, -1))
        if week == LAST
        else relativedelta(day=1, weekday=nth_weekday(weekday - 1, week))
    )
    named = (month + onto for month in _months(first, last, every_months))
    return _on_each((at for at in named if first <= at <= last), hours, zone)


def yearly(first: date, last: date, month: int, day: int, hours: Hours, zone: ZoneInfo) -> list[Span]:
    """One day of every year; 29 February in leap years alone."""
    _check_dates(first, last)
    _check_number("month", month, 12)
    _check_number("day", day, _length(date(_LEAP_YEAR, month, 1)))
    months = (date(year, month, 1) for year in range(first.year, last.year + 1))
    named = (start.replace(day=day) for start in months if day <= _length(start))
    return _on_each((at for at in named if first <= at <= last), hours, zone)


def _check_dates(first: date, last: date) -> None:
    if first > last:
        raise Invalid(Fault("ends_at", "before_start"))
    ends = ("starts_at", first), ("ends_at", last)
    if faults := [Fault(name, "out_of_range") for name, day in ends if not FIRST_YEAR <= day.year <= LAST_YEAR]:
        raise Invalid(*faults)


def _check_hours(hours: Hours) -> None:
    opens, closes = hours
    if not 0 <= opens < MINUTES_A_DAY:
        raise Invalid(Fault("starts_at", "invalid"))
    if closes <= opens:
        raise Invalid(Fault("ends_at", "before_start"))
    if closes > MINUTES_A_DAY:
        raise Invalid(Fault("ends_at", "invalid"))


def _check_number(field: str, number: int, highest: int) -> None:
    if not 1 <= number <= highest:
        raise Invalid(Fault(field, "invalid"))


def _every_day(first: date, last: date) -> Iterator[date]:
    return (first + ahead * DAY for ahead in range((last - first).days + 1))


def _months(first: date, last: date, every: int) -> Iterator[date]:
    """The first day of every n-th month."""
    _check_dates(first, last)
    _check_number("every_months", every, _LONGEST_STEP)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month, every)
    return (date(number // 12, number % 12 + 1, 1) for number in numbers)


def _length(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def _on_each(days: Iterable[date], hours: Hours, zone: ZoneInfo) -> list[Span]:
    _check_hours(hours)
    return _some(_span(day, hours, zone) for day in _few(days))


def _few(found: Iterable[T]) -> list[T]:
    """All of them, unless there are too many: then no more are looked at than tell."""
    few = list(islice(found, MOST + 1))
    if len(few) > MOST:
        raise TooManyOccurrences(MOST)
    return few


def _span(day: date, hours: Hours, zone: ZoneInfo) -> Span:
    return Span(instant(day, hours[0], zone), instant(day, hours[1], zone, ends=True))


def _some(spans: Iterable[Span]) -> list[Span]:
    if not (found := _that_come(spans)):
        raise BadRecurrence("rrule")
    return found


def _that_come(spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span.start < span.end]

"""Recurring times as booking forms offer them: hours on certain days from a first to a last date, both included.

Dates and minutes from midnight are wall time in a zone; 1440 is the end of the day. When clocks change, a gap shortens
a time that meets it and a fold lengthens it; a time wholly inside a gap is left out. In a fold both a start and an end
are the first occurrence, so that times which only touch on the wall only touch (docs/decisions/0025).
Source: seed 004_751937256ff132e1, POST /api/v2/booking_add.

Of the errors, `invalid` means minutes outside the day or a number that the rule can't have, `out_of_range` a year
outside `clock.FIRST_YEAR` to `clock.LAST_YEAR`, BadRecurrence(rrule) that the rule has no occurrences, and
TooManyOccurrences that it has more than `recurrence.MOST_OCCURRENCES`.
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
from kalends.engine.time.recurrence import MOST_OCCURRENCES
from kalends.engine.time.span import Span

T = TypeVar("T")
Hours: TypeAlias = tuple[int, int]
"""Start and end in minutes from a day's midnight: 0 <= opens < closes <= 2880; what ends above 1440 ends the day after.

Such a night is cut at midnight, as one time over several days is.
"""

LAST_WEEK = 5
"""The number that stands for the last week of a month."""

_MAX_STEP = 10_000
_LEAP_YEAR = 2000


def once(first: date, last: date, opens: int, closes: int, zone: ZoneInfo) -> list[Span]:
    """One time from `opens` on the first day to `closes` on the last, split at midnight into one span a day.

    Raises Invalid(starts_at: invalid, out_of_range; ends_at: before_start, invalid, out_of_range), TooManyOccurrences.
    A time that is wholly in a gap is Invalid(starts_at: invalid).
    """
    _check_dates(first, last)
    _check_hours((opens, closes) if first == last else (opens, MINUTES_A_DAY))
    if not 0 <= closes <= MINUTES_A_DAY:
        raise Invalid(Fault("ends_at", "invalid"))
    if not (existing := _not_empty(_cut(first, last, opens, closes, zone))):
        raise Invalid(Fault("starts_at", "invalid"))
    return existing


def daily(first: date, last: date, hours: Hours, zone: ZoneInfo) -> list[Span]:
    """The same hours every day.

    Raises Invalid(starts_at: invalid, out_of_range; ends_at: before_start, invalid, out_of_range),
    BadRecurrence(rrule), TooManyOccurrences.
    """
    _check_dates(first, last)
    return _spans_on(_days_between(first, last), hours, zone)


def weekly(first: date, last: date, every_weeks: int, days: Mapping[int, Hours], zone: ZoneInfo) -> list[Span]:
    """Hours by weekday (1 is Monday, 7 Sunday) in every n-th week, counted from the week of the first date.

    Raises Invalid(starts_at: invalid, out_of_range; ends_at: before_start, invalid, out_of_range; every_weeks, weekday:
    invalid), BadRecurrence(rrule), TooManyOccurrences.
    """
    _check_dates(first, last)
    _check_number("every_weeks", every_weeks, _MAX_STEP)
    for day, hours in days.items():
        _check_number("weekday", day, 7)
        _check_hours(hours)
    monday = first - first.weekday() * DAY
    week_offsets = range(0, (last - monday).days + 1, 7 * every_weeks) if days else ()
    candidates = (monday + (offset + day - 1) * DAY for offset in week_offsets for day in sorted(days))
    dates = _limited(day for day in candidates if first <= day <= last)
    return _required(span for day in dates for span in _spans_of(day, days[day.isoweekday()], zone))


def monthly_by_day(first: date, last: date, every_months: int, day: int, hours: Hours, zone: ZoneInfo) -> list[Span]:
    """A day of every n-th month, counted from the month of the first date. Months without that day are skipped.

    Raises Invalid(starts_at: invalid, out_of_range; ends_at: before_start, invalid, out_of_range; every_months, day:
    invalid), BadRecurrence(rrule), TooManyOccurrences.
    """
    _check_number("day", day, 31)
    months = _months(first, last, every_months)
    candidates = (month.replace(day=day) for month in months if day <= _days_in(month))
    return _spans_on((candidate for candidate in candidates if first <= candidate <= last), hours, zone)


def monthly_by_week(
    first: date, last: date, every_months: int, hours: Hours, zone: ZoneInfo, *, week: int, weekday: int
) -> list[Span]:
    """A weekday of every n-th month: week 1 and weekday 2 are the first Tuesday, week 5 and weekday 2 the last.

    Raises Invalid(starts_at: invalid, out_of_range; ends_at: before_start, invalid, out_of_range; every_months, week,
    weekday: invalid), BadRecurrence(rrule), TooManyOccurrences.
    """
    _check_number("week", week, LAST_WEEK)
    _check_number("weekday", weekday, 7)
    # Counted forward from the first day of a month, or back from its last.
    delta = (
        relativedelta(day=31, weekday=nth_weekday(weekday - 1, -1))
        if week == LAST_WEEK
        else relativedelta(day=1, weekday=nth_weekday(weekday - 1, week))
    )
    candidates = (month + delta for month in _months(first, last, every_months))
    return _spans_on((candidate for candidate in candidates if first <= candidate <= last), hours, zone)


def yearly(first: date, last: date, month: int, day: int, hours: Hours, zone: ZoneInfo) -> list[Span]:
    """One day of every year; 29 February only in leap years.

    Raises Invalid(starts_at: invalid, out_of_range; ends_at: before_start, invalid, out_of_range; month, day: invalid),
    BadRecurrence(rrule), TooManyOccurrences.
    """
    _check_dates(first, last)
    _check_number("month", month, 12)
    _check_number("day", day, _days_in(date(_LEAP_YEAR, month, 1)))
    months = (date(year, month, 1) for year in range(first.year, last.year + 1))
    candidates = (start.replace(day=day) for start in months if day <= _days_in(start))
    return _spans_on((candidate for candidate in candidates if first <= candidate <= last), hours, zone)


def _cut(first: date, last: date, opens: int, closes: int, zone: ZoneInfo) -> list[Span]:
    """One time from the first day to the last, a span for each day."""
    return [
        Span(
            instant(day, opens if day == first else 0, zone),
            # A day ends where the next begins, even if midnight exists twice.
            instant(day, closes, zone) if day == last else instant(day + DAY, 0, zone),
        )
        for day in _limited(_days_between(first, last))
    ]


def _check_dates(first: date, last: date) -> None:
    if first > last:
        raise Invalid(Fault("ends_at", "before_start"))
    dates = ("starts_at", first), ("ends_at", last)
    if faults := [Fault(name, "out_of_range") for name, day in dates if not FIRST_YEAR <= day.year <= LAST_YEAR]:
        raise Invalid(*faults)


def _check_hours(hours: Hours) -> None:
    opens, closes = hours
    if not 0 <= opens < MINUTES_A_DAY:
        raise Invalid(Fault("starts_at", "invalid"))
    if closes <= opens:
        raise Invalid(Fault("ends_at", "before_start"))
    if closes > 2 * MINUTES_A_DAY:
        raise Invalid(Fault("ends_at", "invalid"))


def _check_number(field: str, number: int, highest: int) -> None:
    if not 1 <= number <= highest:
        raise Invalid(Fault(field, "invalid"))


def _days_between(first: date, last: date) -> Iterator[date]:
    return (first + offset * DAY for offset in range((last - first).days + 1))


def _months(first: date, last: date, every: int) -> Iterator[date]:
    """The first day of every n-th month."""
    _check_dates(first, last)
    _check_number("every_months", every, _MAX_STEP)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month, every)
    return (date(number // 12, number % 12 + 1, 1) for number in numbers)


def _days_in(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def _spans_on(days: Iterable[date], hours: Hours, zone: ZoneInfo) -> list[Span]:
    _check_hours(hours)
    return _required(span for day in _limited(days) for span in _spans_of(day, hours, zone))


def _limited(items: Iterable[T]) -> list[T]:
    """All items. Raises TooManyOccurrences beyond `MOST_OCCURRENCES`, without reading the rest."""
    read = list(islice(items, MOST_OCCURRENCES + 1))
    if len(read) > MOST_OCCURRENCES:
        raise TooManyOccurrences(MOST_OCCURRENCES)
    return read


def _spans_of(day: date, hours: Hours, zone: ZoneInfo) -> list[Span]:
    opens, closes = hours
    if closes <= MINUTES_A_DAY:
        return [Span(instant(day, opens, zone), instant(day, closes, zone))]
    return _cut(day, day + DAY, opens, closes - MINUTES_A_DAY, zone)


def _required(spans: Iterable[Span]) -> list[Span]:
    """The spans that are not empty. Raises BadRecurrence(rrule) if there are none."""
    if not (existing := _not_empty(spans)):
        raise BadRecurrence("rrule")
    return existing


def _not_empty(spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span.start < span.end]

"""A month as a table of weeks, with how many times are free on each date."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import msgspec
from babel.dates import format_skeleton

from kalends.engine.time.clock import DAY
from kalends.notices.messages.language import MessageLanguage
from kalends.page.views.words import capitalized

_DAYS_A_WEEK = 7


class DayCell(msgspec.Struct, frozen=True):
    """A date of the month: `name` in full, `free` how many times it has, `path` leads to them if it has any."""

    number: int
    name: str
    free: int
    path: str
    chosen: bool


class MonthView(msgspec.Struct, frozen=True):
    """A month. `weekdays` are short and full names; weeks have None for days of other months. `earlier` and `later` are
    paths, "" where there is nothing to look for."""

    title: str
    weekdays: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[DayCell | None, ...], ...]
    earlier: str
    later: str


def month_view(
    first: date,
    free: Mapping[date, int],
    chosen: date | None,
    words: MessageLanguage,
    path_of: Callable[[date], str],
    *,
    today: date,
    earlier: str,
    later: str,
) -> MonthView:
    """The month that begins on `first`, without the weeks that are over; `path_of` leads to the times of a date."""
    week_start = words.locale.first_week_day
    days = _dates(first, today - (today.weekday() - week_start) % _DAYS_A_WEEK * DAY)
    cells: list[DayCell | None] = [None] * ((days[0].weekday() - week_start) % _DAYS_A_WEEK)
    for day in days:
        count = free.get(day, 0)
        name = capitalized(words.day(day))
        cells.append(DayCell(day.day, name, count, path_of(day) if count else "", day == chosen))
    cells += [None] * (-len(cells) % _DAYS_A_WEEK)
    return MonthView(
        title=month_name(first, words),
        weekdays=tuple(_weekday(words, (week_start + offset) % _DAYS_A_WEEK) for offset in range(_DAYS_A_WEEK)),
        weeks=tuple(tuple(cells[start : start + _DAYS_A_WEEK]) for start in range(0, len(cells), _DAYS_A_WEEK)),
        earlier=earlier,
        later=later,
    )


def month_name(first: date, words: MessageLanguage) -> str:
    """`May 2027`."""
    return capitalized(format_skeleton("yMMMM", first, locale=words.locale))


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=32)).replace(day=1)


def _dates(first: date, since: date) -> list[date]:
    """The dates of the month from `since` on; all of them if the month is over."""
    begin = since if first < since < next_month(first) else first
    return [begin + offset * DAY for offset in range((next_month(first) - begin).days)]


def _weekday(words: MessageLanguage, number: int) -> tuple[str, str]:
    names = words.locale.days["stand-alone"]
    return names["short"][number], names["wide"][number]

"""Public holidays and an account's own, by date."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays
import msgspec

from kalends.engine.limits import LONGEST_LINE, raise_if_faults, text_faults
from kalends.engine.refusals import Fault, Invalid


class HolidayCalendar(msgspec.Struct, frozen=True):
    """The public holidays of a country (ISO 3166-1, `NO`) or a subdivision, and own `days`. Country None has none."""

    country: str | None = None
    subdivision: str | None = None
    days: tuple[tuple[date, str], ...] = ()


def check_calendar(name: str, calendar: HolidayCalendar, today: date) -> None:
    """Raises Invalid(name: blank, invalid, too_long; country, subdivision: unknown; days/N/date: invalid for a date
    that is there before; days/N/title: invalid, too_long)."""
    faults, dates = text_faults("name", name, LONGEST_LINE, required=True), set[date]()
    for index, (day, title) in enumerate(calendar.days):
        faults += [Fault(f"days/{index}/date", "invalid")] if day in dates else []
        faults += text_faults(f"days/{index}/title", title, LONGEST_LINE)
        dates.add(day)
    try:
        # Evaluated once, so that an unknown country is refused here and not when somebody books.
        holidays_between(calendar, today, today)
    except Invalid as invalid:
        faults += invalid.faults
    raise_if_faults(faults)


def holidays_between(calendar: HolidayCalendar, first: date, until: date) -> dict[date, str]:
    """The titles of the holidays from `first` up to, not including, `until`, by date. Own titles replace public ones.

    Raises Invalid(country, subdivision: unknown).
    """
    titles: dict[date, str] = {}
    if calendar.country is not None:
        for year in range(first.year, until.year + 1):
            titles |= _public_holidays(calendar.country.upper(), calendar.subdivision, year)
    titles |= dict(calendar.days)
    return {day: titles[day] for day in sorted(titles) if first <= day < until}


@lru_cache(maxsize=512)
def _public_holidays(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    supported = holidays.list_supported_countries(include_aliases=True)
    if country not in supported:
        raise Invalid(Fault("country", "unknown"))
    try:
        titles = holidays.country_holidays(country, subdiv=subdivision, years=year)
    except NotImplementedError as error:  # how the library says that it does not know the subdivision
        raise Invalid(Fault("subdivision", "unknown")) from error
    return MappingProxyType(dict(titles.items()))

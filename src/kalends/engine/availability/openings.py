"""When a resource is open: weekly hours, exceptions and holidays, in wall time, and the instants they come to.

What a day is open is decided on that day alone, the first of these that applies:

    an exception without hours     closed
    exceptions with hours          open then (all of them together), also on a holiday
    a holiday                      closed
    always open                    00:00 to 24:00
    the weekly openings            open then

Hours that pass midnight belong to the day on which they begin: Friday 18:00 to 02:00 stays open until Saturday 02:00
even if Saturday is closed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays
import msgspec

from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, days_of, instant
from kalends.engine.time.span import Span, Spans


class Opening(msgspec.Struct, frozen=True):
    """Hours on one weekday, every week, on the dates from `valid_from` up to, not including, `valid_until`.

    `weekday` is 1 for Monday to 7 for Sunday; `opens` and `closes` are wall minutes from its midnight, `closes` up to
    2880: 18:00 to 02:00 is 1080 to 1560. `service_ids` names the services they are open for, None is any service.
    """

    weekday: int
    opens: int
    closes: int
    valid_from: date | None = None
    valid_until: date | None = None
    service_ids: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.weekday <= 7:
            raise Invalid(Fault("weekday", "out_of_range"))
        _check_hours(self.opens, self.closes)

    def applies(self, day: date) -> bool:
        """Whether the opening is for this date."""
        return (
            self.weekday == day.isoweekday()
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day < self.valid_until)
        )


def in_order(openings: Iterable[Opening]) -> list[Opening]:
    """The openings in the week's order, each of them once."""
    return sorted(
        set(openings),
        key=lambda one: (one.weekday, one.opens, one.closes, one.valid_from or date.min, one.valid_until or date.max),
    )


class OpeningException(msgspec.Struct, frozen=True):
    """Other hours, or with neither `opens` nor `closes` no hours at all, from `day_from` up to, not including,
    `day_until`. Minutes and `service_ids` as in `Opening`; a named service's exception leaves the others alone."""

    day_from: date
    day_until: date
    opens: int | None = None
    closes: int | None = None
    title: str = ""
    service_ids: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if self.opens is None and self.closes is None:
            return
        if self.opens is None or self.closes is None:
            raise Invalid(Fault("closes" if self.closes is None else "opens", "blank"))
        _check_hours(self.opens, self.closes)

    def applies(self, day: date) -> bool:
        """Whether the exception is for this date."""
        return self.day_from <= day < self.day_until


class ExceptionDay(msgspec.Struct, frozen=True):
    """A day on which a resource, or a service with own hours on it, is open otherwise: at these pairs, sorted; none
    when it is closed."""

    resource_id: int
    service_id: int | None
    day: date
    hours: tuple[tuple[int, int], ...]
    title: str
    created_at: datetime
    updated_at: datetime


class ChangedDays(msgspec.Struct, frozen=True):
    """Days of a resource, or of a service with own hours on it, and all the exceptions that there are then on them."""

    resource_id: int
    service_id: int | None
    days: tuple[date, ...]
    exceptions: tuple[OpeningException, ...]


class HolidayCalendar(msgspec.Struct, frozen=True):
    """The public holidays of a country (ISO 3166-1, `NO`) or a part of it, and own ones; None is no country."""

    country: str | None = None
    subdivision: str | None = None
    days: tuple[tuple[date, str], ...] = ()


class OpeningHours(msgspec.Struct, frozen=True):
    """All that decides when one resource is open. `always_open` means around the clock, whatever the openings say,
    but for exceptions and holidays."""

    zone: ZoneInfo
    openings: tuple[Opening, ...] = ()
    exceptions: tuple[OpeningException, ...] = ()
    holidays: HolidayCalendar | None = None
    always_open: bool = False


def open_spans(hours: OpeningHours, window: Span, service_id: int | None = None) -> Spans:
    """The instants of the window at which the resource is open for a service; None asks for any service at all.

    Right on the days on which clocks change: a gap shortens the hours, a fold lengthens them.
    Raises Invalid(country or subdivision: unknown).
    """
    days = days_of(window, hours.zone)
    if not days:
        return Spans()
    # The day before may be open past midnight.
    days = (days[0] - DAY, *days)
    closed = holidays_between(hours.holidays, days[0], days[-1] + DAY) if hours.holidays else {}
    found: list[Span] = []
    for only in _for_service(hours, service_id):
        for day in days:
            for opens, closes in _hours_of(only, day, day in closed):
                start, end = instant(day, opens, hours.zone), instant(day, closes, hours.zone, ends=True)
                found.append(Span(max(start, window.start), min(end, window.end)))
    return Spans.of(found)


def without_closings(hours: Iterable[OpeningHours], spans: Sequence[Span], service_id: int | None = None) -> list[Span]:
    """Those of the spans in which exceptions and holidays close none of several resources, whatever their weekly hours.

    Raises Invalid(country or subdivision: unknown).
    """
    window = Span(min(spans).start, max(span.end for span in spans))
    every_day = [open_spans(msgspec.structs.replace(each, always_open=True), window, service_id) for each in hours]
    return [span for span in spans if all(opened.covers(span) for opened in every_day)]


def hours_by_day(
    hours: OpeningHours, first: date, last: date, service_id: int | None = None
) -> list[tuple[date, list[tuple[int, int]]]]:
    """What each date from `first` to `last` is open, as sorted pairs of wall minutes that neither meet nor overlap.

    Raises Invalid(country or subdivision: unknown).
    """
    closed = holidays_between(hours.holidays, first, last + DAY) if hours.holidays else {}
    seen = list(_for_service(hours, service_id))
    days = [first + DAY * ahead for ahead in range((last - first).days + 1)]
    return [(day, _joined(pair for only in seen for pair in _hours_of(only, day, day in closed))) for day in days]


def holidays_between(calendar: HolidayCalendar, first: date, until: date) -> dict[date, str]:
    """The holidays from `first` up to, not including, `until`, with their titles; own titles win.

    Raises Invalid(country: unknown) or Invalid(subdivision: unknown).
    """
    found: dict[date, str] = {}
    if calendar.country is not None:
        for year in range(first.year, until.year + 1):
            found |= _public(calendar.country.upper(), calendar.subdivision, year)
    found |= dict(calendar.days)
    return {day: found[day] for day in sorted(found) if first <= day < until}


@lru_cache(maxsize=512)
def _public(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    supported = holidays.list_supported_countries(include_aliases=True)
    if country not in supported:
        raise Invalid(Fault("country", "unknown"))
    try:
        named = holidays.country_holidays(country, subdiv=subdivision, years=year)
    except NotImplementedError as unknown:
        raise Invalid(Fault("subdivision", "unknown")) from unknown
    return MappingProxyType(dict(named.items()))


def _for_service(hours: OpeningHours, service_id: int | None) -> Iterator[OpeningHours]:
    """The hours as one service sees them; for None as every service named anywhere, and an unnamed one, sees them."""
    rows: Sequence[Opening | OpeningException] = (*hours.openings, *hours.exceptions)
    named = [row.service_ids for row in rows if row.service_ids is not None]
    if not named:
        yield hours
        return
    asked: set[int | None] = {None, *frozenset().union(*named)} if service_id is None else {service_id}
    for service in asked:
        yield msgspec.structs.replace(
            hours,
            openings=tuple(row for row in hours.openings if _serves(row.service_ids, service)),
            exceptions=tuple(row for row in hours.exceptions if _serves(row.service_ids, service)),
        )


def _serves(service_ids: frozenset[int] | None, service: int | None) -> bool:
    return service_ids is None or service in service_ids


def _hours_of(hours: OpeningHours, day: date, holiday: bool) -> list[tuple[int, int]]:
    special: list[tuple[int, int]] = []
    for row in hours.exceptions:
        if row.applies(day):
            if row.opens is None or row.closes is None:
                return []
            special.append((row.opens, row.closes))
    if special or holiday:
        return special
    if hours.always_open:
        return [(0, MINUTES_A_DAY)]
    return [(row.opens, row.closes) for row in hours.openings if row.applies(day)]


def _joined(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for opens, closes in sorted(pairs):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return found


def _check_hours(opens: int, closes: int) -> None:
    if not 0 <= opens < MINUTES_A_DAY:
        raise Invalid(Fault("opens", "out_of_range"))
    if not opens < closes <= 2 * MINUTES_A_DAY:
        raise Invalid(Fault("closes", "out_of_range"))


class ExceptionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which days a resource is open otherwise, `first` and `last` included; `service_id`: for that service alone."""

    resource_id: int
    service_id: int | None = None
    first: date | None = None
    last: date | None = None
    limit: int = 50
    offset: int = 0

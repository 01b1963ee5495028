"""Recurring times after RFC 5545: what RRULE, RDATE and EXDATE mean, counted from a first occurrence.

A rule is expanded in wall time, so that nine o'clock stays nine o'clock when the clocks change, and each occurrence is
then given its zone. `series.py` reads the texts; here they become spans.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from dateutil import rrule as dateutil

from kalends.engine.clock import from_wall, to_wall
from kalends.engine.refusals import BadRecurrence, TooManyOccurrences
from kalends.engine.series import Period, Rule, Stamp, parse_dates, parse_rule
from kalends.engine.span import Span

MOST = 731
"""Occurrences in one series. Seed 002_6f9b8fedb84ae712, Parameters for recurrence."""

_HORIZON = 100
"""Years after the first occurrence in which a rule is looked at."""

_MOST_STRUCK = 10_000
"""Occurrences of a rule that may be struck out by an exdate before the rule is given up."""

_LAST_YEAR = 9998
"""The last year that every zone's wall clock and UTC both reach."""

_FREQUENCIES: dict[str, Literal[0, 1, 2, 3, 4]] = {
    "YEARLY": dateutil.YEARLY,
    "MONTHLY": dateutil.MONTHLY,
    "WEEKLY": dateutil.WEEKLY,
    "DAILY": dateutil.DAILY,
    "HOURLY": dateutil.HOURLY,
}


class Recurrence(msgspec.Struct, frozen=True):
    """The three texts of a recurrence as a client sent them; None where it sent none."""

    rrule: str | None = None
    rdate: str | None = None
    exdate: str | None = None


def expand(recurrence: Recurrence, first: Span, zone: ZoneInfo, most: int = MOST) -> tuple[Span, ...]:
    """All occurrences of a recurrence, sorted by start, no two with the same start.

    `first` is DTSTART and DTEND. It always occurs, unless an exdate strikes it out, even if the rule does not name it;
    COUNT then counts the others alone. Every occurrence lasts exactly as long as `first`, by the stopwatch, except a
    PERIOD of RDATE, which brings its own length. A wall time that a gap leaves out is shifted forward by the length of
    the gap; of one that a fold doubles the first passing is taken. A rule with neither COUNT nor UNTIL is cut off
    when there are `most` occurrences in all, and any rule a hundred years after `first`.

    Raises BadRecurrence(part) when a text can't be read, a COUNT can't be reached or nothing is left, and
    TooManyOccurrences beyond `most`. RFC 5545 3.3.5, 3.3.10, 3.8.5; seed 002_6f9b8fedb84ae712, Add recurring bookings.
    """
    rule = None if recurrence.rrule is None else parse_rule(recurrence.rrule)
    if rule is not None and rule.count is not None and rule.count > most:
        raise TooManyOccurrences(most)
    first = Span(first.start.astimezone(UTC), first.end.astimezone(UTC))
    origin = _Origin(first, zone)
    struck = _Struck(recurrence.exdate, origin)
    found: dict[datetime, Span] = {}
    for span in (first, *_extras(recurrence.rdate, origin)):
        if span.start not in struck:
            found.setdefault(span.start, span)
    if len(found) > most:
        raise TooManyOccurrences(most)
    if rule is not None:
        bounded = rule.count is not None or rule.until is not None
        _fill(found, _ruled(rule, origin), struck, bounded=bounded, most=most)
    if not found:
        raise BadRecurrence("exdate")
    return tuple(found[start] for start in sorted(found))


class _Origin(msgspec.Struct, frozen=True):
    """What a recurrence counts from: its first occurrence, and the zone whose wall clock it follows."""

    first: Span
    zone: ZoneInfo

    def instant(self, stamp: Stamp, part: str) -> datetime:
        """A date means that date at the wall time of the first occurrence."""
        at = stamp.at if stamp.at is not None else to_wall(self.first.start, self.zone).time()
        return self._met(datetime.combine(stamp.day, at), stamp, part)

    def last_instant(self, stamp: Stamp, part: str) -> datetime:
        """A date means the last moment of that local day."""
        return self._met(datetime.combine(stamp.day, stamp.at or time.max), stamp, part)

    def _met(self, wall: datetime, stamp: Stamp, part: str) -> datetime:
        try:
            if stamp.zone is UTC:
                return wall.replace(tzinfo=UTC)
            return from_wall(wall, stamp.zone if isinstance(stamp.zone, ZoneInfo) else self.zone)
        except OverflowError as outside:
            raise BadRecurrence(part) from outside


class _Struck:
    """The starts that an EXDATE takes out: exact instants and whole local days."""

    def __init__(self, text: str | None, origin: _Origin) -> None:
        stamps = () if text is None else tuple(period.start for period in parse_dates(text, "exdate"))
        self._zone = origin.zone
        self._days = {stamp.day for stamp in stamps if stamp.at is None}
        self._instants = {origin.instant(stamp, "exdate") for stamp in stamps if stamp.at is not None}

    def __contains__(self, start: datetime) -> bool:
        return start in self._instants or (bool(self._days) and to_wall(start, self._zone).date() in self._days)


def _extras(text: str | None, origin: _Origin) -> Iterator[Span]:
    for period in () if text is None else parse_dates(text, "rdate"):
        start = origin.instant(period.start, "rdate")
        span = _spanned(start, _length(period, start, origin), "rdate")
        if period.end is not None and span.end <= span.start:
            raise BadRecurrence("rdate")
        yield span


def _length(period: Period, start: datetime, origin: _Origin) -> timedelta:
    if period.end is not None:
        return origin.instant(period.end, "rdate") - start
    return period.length if period.length is not None else origin.first.duration


def _fill(found: dict[datetime, Span], ruled: Iterable[Span], struck: _Struck, *, bounded: bool, most: int) -> None:
    """Add what the rule names and no exdate strikes out, up to `most` in all."""
    for seen, span in enumerate(ruled):
        if span.start in found or span.start in struck:
            if seen > _MOST_STRUCK:
                raise TooManyOccurrences(most)
        elif len(found) < most:
            found[span.start] = span
        elif bounded:
            raise TooManyOccurrences(most)
        else:
            return


def _ruled(rule: Rule, origin: _Origin) -> Iterator[Span]:
    """The occurrences that the rule alone names, in order."""
    first, until = to_wall(origin.first.start, origin.zone), None
    if rule.until is not None:
        until = origin.last_instant(rule.until, "rrule")
    left = rule.count
    for wall in _walls(rule, first):
        # The very instant of the first occurrence, which may be the second passing of a doubled hour.
        start = origin.first.start if wall == first else from_wall(wall, origin.zone)
        if left == 0 or (until is not None and start > until):
            return
        left = None if left is None else left - 1
        yield _spanned(start, origin.first.duration, "rrule")
    if left and until is None:
        raise BadRecurrence("rrule")


def _walls(rule: Rule, first: datetime) -> Iterator[datetime]:
    """The wall times that the rule names from `first` on, for a hundred years.

    For a rule that never matches (30 February) dateutil would search on until the year 9999, a minute of work. The
    calendar repeats every 400 years, so the rule is expanded in the last such cycle, where the end is near.
    """
    away = 9500 + (first.year - 9500) % 400 - first.year
    fraction = timedelta(microseconds=first.microsecond)
    begun = first.replace(year=first.year + away, microsecond=0)
    try:
        for far in _search(rule, begun):
            if far.year > min(first.year + _HORIZON, _LAST_YEAR) + away:
                return
            yield far.replace(year=far.year - away) + fraction
    except (ValueError, OverflowError, IndexError) as unsearchable:
        raise BadRecurrence("rrule") from unsearchable


def _search(rule: Rule, begun: datetime) -> Iterable[datetime]:
    numbers, days = rule.numbers, rule.days
    if "BYWEEKNO" in numbers and not days and not {"BYMONTHDAY", "BYYEARDAY"} & numbers.keys():
        # RFC 5545 3.3.10: what the rule leaves open comes from DTSTART; dateutil would take all days of the week.
        days = ((begun.weekday(), 0),)
    return dateutil.rrule(
        _FREQUENCIES[rule.frequency],
        dtstart=begun,
        interval=rule.interval,
        wkst=rule.week_start,
        bysetpos=numbers.get("BYSETPOS"),
        bymonth=numbers.get("BYMONTH"),
        bymonthday=numbers.get("BYMONTHDAY"),
        byyearday=numbers.get("BYYEARDAY"),
        byweekno=numbers.get("BYWEEKNO"),
        byweekday=[dateutil.weekday(day, nth or None) for day, nth in days] or None,
        byhour=numbers.get("BYHOUR"),
        byminute=numbers.get("BYMINUTE"),
        bysecond=numbers.get("BYSECOND"),
    )


def _spanned(start: datetime, length: timedelta, part: str) -> Span:
    try:
        return Span(start, start + length)
    except OverflowError as outside:
        raise BadRecurrence(part) from outside

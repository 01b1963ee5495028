"""Recurring times after RFC 5545: what RRULE, RDATE and EXDATE mean, counted from a first occurrence.

A rule of days and longer is expanded in wall time, so that nine o'clock stays nine o'clock when the clocks change, and
each occurrence is then given its zone; one of hours runs by the stopwatch (docs/decisions/0011). `series.py` reads the
texts; here they become spans.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from dateutil import rrule as dateutil

from kalends.engine.refusals import BadRecurrence, Fault, Invalid, TooManyOccurrences
from kalends.engine.time.clock import FIRST_YEAR, HOUR, LAST_YEAR, LONGEST, day_span, from_wall, to_wall
from kalends.engine.time.rrule import Period, Rule, Stamp, parse_dates, parse_rule
from kalends.engine.time.span import Span

MOST = 731
"""Occurrences in one series. Seed 002_6f9b8fedb84ae712, Parameters for recurrence."""

_HORIZON = 100
"""Years after the first occurrence in which a rule is looked at."""

_OF_HOURS = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS")

_MOST_STRUCK = 10_000
"""Occurrences of a rule that may be struck out by an exdate before the rule is given up."""

_ENDLESS = datetime.max.replace(tzinfo=UTC)

_FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "YEARLY": dateutil.YEARLY,
    "MONTHLY": dateutil.MONTHLY,
    "WEEKLY": dateutil.WEEKLY,
    "DAILY": dateutil.DAILY,
}


class Recurrence(msgspec.Struct, frozen=True):
    """The three texts of a recurrence as a client sent them; None where it sent none."""

    rrule: str | None = None
    rdate: str | None = None
    exdate: str | None = None


def expand(recurrence: Recurrence, first: Span, zone: ZoneInfo, most: int = MOST) -> tuple[Span, ...]:
    """All occurrences of a recurrence, sorted by start, no two with the same start.

    `first` is DTSTART and DTEND. It always occurs, unless an exdate strikes it out, even if the rule does not name it,
    and is the first that COUNT counts. Every occurrence lasts exactly as long as `first`, by the stopwatch, except a
    PERIOD of RDATE, which brings its own length. A wall time that a gap leaves out is shifted forward by the length of
    the gap; of one that a fold doubles the first passing is taken. A rule with neither COUNT nor UNTIL is cut off
    when there are `most` occurrences in all, and any rule a hundred years after `first`.

    Raises BadRecurrence(part) when a text can't be read, a COUNT counts what never comes or nothing is left;
    TooManyOccurrences beyond `most`; and Invalid(starts_at, rrule, rdate, exdate: out_of_range) for what is beyond the
    years of `clock`, longer than `clock.LONGEST`, or a COUNT that a hundred years do not reach. RFC 5545 3.3.5, 3.3.10,
    3.8.5; seed 002_6f9b8fedb84ae712, Add recurring bookings.
    """
    rule = None if recurrence.rrule is None else parse_rule(recurrence.rrule)
    if rule is not None and rule.count is not None and rule.count > most:
        raise TooManyOccurrences(most)
    first = _fit(Span(first.start.astimezone(UTC), first.end.astimezone(UTC)), "starts_at")
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

    def last_instant(self, stamp: Stamp) -> datetime:
        """The instant of an UNTIL. A date means the last moment of that local day; 99991231 means without end."""
        if stamp.day.year > LAST_YEAR:
            return _ENDLESS
        return self._met(datetime.combine(stamp.day, stamp.at or time.max), stamp, "rrule")

    def _met(self, wall: datetime, stamp: Stamp, part: str) -> datetime:
        if not FIRST_YEAR <= wall.year <= LAST_YEAR:
            raise Invalid(Fault(part, "out_of_range"))
        if stamp.zone is UTC:
            return wall.replace(tzinfo=UTC)
        return from_wall(wall, stamp.zone if isinstance(stamp.zone, ZoneInfo) else self.zone)


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
        span = Span(start, start + _length(period, start, origin))
        if span.end <= span.start:
            raise BadRecurrence("rdate")
        yield _fit(span, "rdate")


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
    """The occurrences after the first that the rule alone names. Two wall times that mean one instant are one."""
    first = origin.first.start
    until = _ENDLESS if rule.until is None else origin.last_instant(rule.until)
    counted = {first}
    for start in _hourly(rule, origin) if rule.frequency == "HOURLY" else _by_the_wall(rule, origin):
        if len(counted) == rule.count or start > until:
            return
        # The second passing of a doubled hour may be the first occurrence: the first passing is then before it.
        if start >= first and start not in counted:
            counted.add(start)
            yield _fit(Span(start, start + origin.first.duration), "rrule")
    if rule.count is not None and len(counted) < rule.count:
        raise BadRecurrence("rrule") if len(counted) == 1 else Invalid(Fault("rrule", "out_of_range"))


def _by_the_wall(rule: Rule, origin: _Origin) -> Iterator[datetime]:
    first = to_wall(origin.first.start, origin.zone)
    for wall in _walls(rule, first):
        yield origin.first.start if wall == first else from_wall(wall, origin.zone)


def _hourly(rule: Rule, origin: _Origin) -> Iterator[datetime]:
    """Every so many hours that pass, on the days and at the hours of the wall clock that the rule allows.

    No hour is left out in a gap, and both are there in a fold. Minutes are counted from the first occurrence's hour.
    """
    first, zone = origin.first.start, origin.zone
    shown = to_wall(first, zone)
    past = shown - shown.replace(minute=0, second=0, microsecond=0)
    at, step = first - past, rule.interval * HOUR
    moments, hours = _moments(rule, shown), rule.numbers.get("BYHOUR", range(24))
    for midnight in _walls(_of_days(rule), shown - past - shown.hour * HOUR):
        window = day_span(midnight.date(), zone)
        at += max(0, -((at - window.start) // step)) * step
        while at < window.end:
            if to_wall(at, zone).hour in hours:
                yield from (at + moment for moment in moments)
            at += step


def _of_days(rule: Rule) -> Rule:
    """The rule that names every day on which an hourly rule may name an hour."""
    numbers = {name: some for name, some in rule.numbers.items() if name not in _OF_HOURS}
    return msgspec.structs.replace(rule, frequency="DAILY", interval=1, numbers=numbers)


def _moments(rule: Rule, first: datetime) -> list[timedelta]:
    """How far into each hour an hourly rule names a time."""
    named = [
        timedelta(minutes=minute, seconds=second, microseconds=first.microsecond)
        for minute in rule.numbers.get("BYMINUTE", (first.minute,))
        for second in rule.numbers.get("BYSECOND", (first.second,))
    ]
    if "BYSETPOS" not in rule.numbers:
        return named
    places = {at - 1 if at > 0 else len(named) + at for at in rule.numbers["BYSETPOS"]}
    return [moment for place, moment in enumerate(named) if place in places]


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
            if far.year > min(first.year + _HORIZON, LAST_YEAR) + away:
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


def _fit(span: Span, field: str) -> Span:
    """The span, which every door can show. Raises Invalid(the field: out_of_range)."""
    if span.start.year < FIRST_YEAR or span.end.year > LAST_YEAR or span.duration > LONGEST:
        raise Invalid(Fault(field, "out_of_range"))
    return span

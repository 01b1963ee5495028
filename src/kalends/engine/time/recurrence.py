"""Expansion of RRULE, RDATE and EXDATE (RFC 5545) to spans, from a first occurrence. `rrule.py` parses the texts.

Rules with a frequency of days or longer are expanded in wall time, so that nine to five stays nine to five when clocks
change, and each wall time is then converted to an instant. HOURLY rules and PERIODs count elapsed time
(docs/decisions/0011 and 0025).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from dateutil import rrule as dateutil

from kalends.engine.refusals import BadRecurrence, Fault, Invalid, TooManyOccurrences
from kalends.engine.time.clock import FIRST_YEAR, HOUR, LAST_YEAR, LONGEST, begun_at, day_span, from_wall, to_wall
from kalends.engine.time.rrule import Period, Rule, Stamp, parse_dates, parse_rule
from kalends.engine.time.span import Span

MOST_OCCURRENCES = 731
"""The most occurrences of one series. Source: seed 002_6f9b8fedb84ae712, Parameters for recurrence."""

_HORIZON_YEARS = 100
"""Years after the first occurrence for which a rule is expanded."""

_TIME_PARTS = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS")

_MAX_SKIPPED = 10_000
"""After this many occurrences of a rule, one more that is excluded or a duplicate ends the expansion with an error."""

_ENDLESS = datetime.max.replace(tzinfo=UTC)

_FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "YEARLY": dateutil.YEARLY,
    "MONTHLY": dateutil.MONTHLY,
    "WEEKLY": dateutil.WEEKLY,
    "DAILY": dateutil.DAILY,
}


class Recurrence(msgspec.Struct, frozen=True):
    """The three texts of a recurrence as a client sent them; None if not sent."""

    rrule: str | None = None
    rdate: str | None = None
    exdate: str | None = None


def expand(recurrence: Recurrence, first: Span, zone: ZoneInfo, most: int = MOST_OCCURRENCES) -> tuple[Span, ...]:
    """All occurrences of a recurrence in UTC, sorted by start, no two with the same start.

    `first` is DTSTART and DTEND. It is always an occurrence, even if the rule does not match it, unless an EXDATE
    excludes it, and COUNT includes it. Every occurrence begins and ends at the wall times of `first`, so that one that
    spans a clock change is longer or shorter; those of an HOURLY rule have the elapsed length of `first`, and a PERIOD
    of RDATE its own. A start in a gap is shifted forward by the length of the gap; in a fold, the first of the two is
    used; for the end see `clock.begun_at`. A rule with neither COUNT nor UNTIL ends when there are `most` occurrences
    in all, and every rule ends a hundred years after `first`.

    Raises BadRecurrence(rrule, rdate or exdate) if a text is malformed, COUNT is never reached or no occurrence is
    left; TooManyOccurrences beyond `most`; Invalid(starts_at, rrule, rdate, exdate: out_of_range) for times outside
    `clock.FIRST_YEAR` to `clock.LAST_YEAR`, lengths beyond `clock.LONGEST`, or a COUNT not reached in a hundred years.
    Source: RFC 5545 3.3.5, 3.3.10, 3.8.5; seed 002_6f9b8fedb84ae712, Add recurring bookings.
    """
    rule = None if recurrence.rrule is None else parse_rule(recurrence.rrule)
    if rule is not None and rule.count is not None and rule.count > most:
        raise TooManyOccurrences(most)
    first = _within_limits(Span(first.start.astimezone(UTC), first.end.astimezone(UTC)), "starts_at")
    origin = _Origin(first, zone)
    excluded = _ExcludedStarts(recurrence.exdate, origin)
    occurrences: dict[datetime, Span] = {}  # By start.
    for span in (first, *_rdate_spans(recurrence.rdate, origin)):
        if span.start not in excluded:
            occurrences.setdefault(span.start, span)
    if len(occurrences) > most:
        raise TooManyOccurrences(most)
    if rule is not None:
        bounded = rule.count is not None or rule.until is not None
        _add_rule_spans(occurrences, _rule_spans(rule, origin), excluded, bounded=bounded, most=most)
    if not occurrences:
        raise BadRecurrence("exdate")
    return tuple(occurrences[start] for start in sorted(occurrences))


class _Origin(msgspec.Struct, frozen=True):
    """The first occurrence of a recurrence, and the zone of its wall times."""

    first: Span
    zone: ZoneInfo

    def instant(self, stamp: Stamp, part: str) -> datetime:
        """The instant of a stamp. A mere date gets the wall time of the first occurrence."""
        at = stamp.at if stamp.at is not None else to_wall(self.first.start, self.zone).time()
        return self._resolved(datetime.combine(stamp.day, at), stamp, part)

    def last_instant(self, stamp: Stamp) -> datetime:
        """The instant of an UNTIL. A mere date is the last moment of that local day; 99991231 means no end."""
        if stamp.day.year > LAST_YEAR:
            return _ENDLESS
        return self._resolved(datetime.combine(stamp.day, stamp.at or time.max), stamp, "rrule")

    def occurrence(self, start: datetime, wall_start: datetime | None = None) -> Span:
        """The occurrence that begins at an instant; `wall_start` is the wall time of the rule, maybe one in a gap."""
        return begun_at(self.first, start, self.zone, wall_start)

    def _resolved(self, wall: datetime, stamp: Stamp, part: str) -> datetime:
        if not FIRST_YEAR <= wall.year <= LAST_YEAR:
            raise Invalid(Fault(part, "out_of_range"))
        if stamp.zone is UTC:
            return wall.replace(tzinfo=UTC)
        return from_wall(wall, stamp.zone if isinstance(stamp.zone, ZoneInfo) else self.zone)


class _ExcludedStarts:
    """The starts that an EXDATE excludes: exact instants and whole local days."""

    def __init__(self, text: str | None, origin: _Origin) -> None:
        stamps = () if text is None else tuple(period.start for period in parse_dates(text, "exdate"))
        self._zone = origin.zone
        self._days = {stamp.day for stamp in stamps if stamp.at is None}
        self._instants = {origin.instant(stamp, "exdate") for stamp in stamps if stamp.at is not None}

    def __contains__(self, start: datetime) -> bool:
        return start in self._instants or (bool(self._days) and to_wall(start, self._zone).date() in self._days)


def _rdate_spans(text: str | None, origin: _Origin) -> Iterator[Span]:
    for period in () if text is None else parse_dates(text, "rdate"):
        start = origin.instant(period.start, "rdate")
        span = _rdate_span(period, start, origin)
        if span.end <= span.start:
            raise BadRecurrence("rdate")
        yield _within_limits(span, "rdate")


def _rdate_span(period: Period, start: datetime, origin: _Origin) -> Span:
    if period.end is not None:
        return Span(start, origin.instant(period.end, "rdate"))
    return Span(start, start + period.length) if period.length is not None else origin.occurrence(start)


def _add_rule_spans(
    occurrences: dict[datetime, Span],
    rule_spans: Iterable[Span],
    excluded: _ExcludedStarts,
    *,
    bounded: bool,
    most: int,
) -> None:
    """Add the rule's occurrences that are not excluded to `occurrences`, up to `most` in all.

    An unbounded rule is cut off there; for a bounded one it is TooManyOccurrences.
    """
    for count, span in enumerate(rule_spans):
        if span.start in occurrences or span.start in excluded:
            if count > _MAX_SKIPPED:
                raise TooManyOccurrences(most)
        elif len(occurrences) < most:
            occurrences[span.start] = span
        elif bounded:
            raise TooManyOccurrences(most)
        else:
            return


def _rule_spans(rule: Rule, origin: _Origin) -> Iterator[Span]:
    """The rule's occurrences after the first, without RDATE and EXDATE. Two wall times of one instant count once."""
    first = origin.first.start
    until = _ENDLESS if rule.until is None else origin.last_instant(rule.until)
    counted = {first}
    for span in _hourly_spans(rule, origin) if rule.frequency == "HOURLY" else _wall_clock_spans(rule, origin):
        if len(counted) == rule.count or span.start > until:
            return
        # If `first` is in the second hour of a fold, the same wall time may resolve to before it.
        if span.start >= first and span.start not in counted:
            counted.add(span.start)
            yield _within_limits(span, "rrule")
    if rule.count is not None and len(counted) < rule.count:
        raise BadRecurrence("rrule") if len(counted) == 1 else Invalid(Fault("rrule", "out_of_range"))


def _wall_clock_spans(rule: Rule, origin: _Origin) -> Iterator[Span]:
    first = to_wall(origin.first.start, origin.zone)
    for wall in _wall_times(rule, first):
        yield origin.first if wall == first else origin.occurrence(from_wall(wall, origin.zone), wall)


def _hourly_spans(rule: Rule, origin: _Origin) -> Iterator[Span]:
    return (Span(start, start + origin.first.duration) for start in _hourly_starts(rule, origin))


def _hourly_starts(rule: Rule, origin: _Origin) -> Iterator[datetime]:
    """Every `interval` elapsed hours, limited to the local days and wall hours that the rule allows.

    No hour is lost in a gap, and both hours of a fold count. Minutes are counted from the first occurrence's hour.
    """
    first, zone = origin.first.start, origin.zone
    first_wall = to_wall(first, zone)
    past_hour = first_wall - first_wall.replace(minute=0, second=0, microsecond=0)
    hour_start, step = first - past_hour, rule.interval * HOUR
    offsets, wall_hours = _offsets_in_hour(rule, first_wall), rule.numbers.get("BYHOUR", range(24))
    for midnight in _wall_times(_daily_rule(rule), first_wall - past_hour - first_wall.hour * HOUR):
        day = day_span(midnight.date(), zone)
        hour_start += max(0, -((hour_start - day.start) // step)) * step
        while hour_start < day.end:
            if to_wall(hour_start, zone).hour in wall_hours:
                yield from (hour_start + offset for offset in offsets)
            hour_start += step


def _daily_rule(rule: Rule) -> Rule:
    """A rule for the days on which an hourly rule can have occurrences."""
    numbers = {name: values for name, values in rule.numbers.items() if name not in _TIME_PARTS}
    return msgspec.structs.replace(rule, frequency="DAILY", interval=1, numbers=numbers)


def _offsets_in_hour(rule: Rule, first: datetime) -> list[timedelta]:
    """The times of an hourly rule within each hour, as offsets from its start."""
    offsets = [
        timedelta(minutes=minute, seconds=second, microseconds=first.microsecond)
        for minute in rule.numbers.get("BYMINUTE", (first.minute,))
        for second in rule.numbers.get("BYSECOND", (first.second,))
    ]
    if "BYSETPOS" not in rule.numbers:
        return offsets
    indexes = {position - 1 if position > 0 else len(offsets) + position for position in rule.numbers["BYSETPOS"]}
    return [offset for index, offset in enumerate(offsets) if index in indexes]


def _wall_times(rule: Rule, first: datetime) -> Iterator[datetime]:
    """The wall times of a rule from `first` on, for a hundred years. Raises BadRecurrence(rrule).

    For a rule that never matches (30 February) dateutil would search until the year 9999, which takes a minute. The
    calendar repeats every 400 years, so the rule is expanded in the last cycle before that year, where the search ends
    soon.
    """
    year_shift = 9500 + (first.year - 9500) % 400 - first.year
    fraction = timedelta(microseconds=first.microsecond)
    shifted_first = first.replace(year=first.year + year_shift, microsecond=0)
    try:
        for shifted in _dateutil_rule(rule, shifted_first):
            if shifted.year > min(first.year + _HORIZON_YEARS, LAST_YEAR) + year_shift:
                return
            yield shifted.replace(year=shifted.year - year_shift) + fraction
    except (ValueError, OverflowError, IndexError) as error:
        raise BadRecurrence("rrule") from error


def _dateutil_rule(rule: Rule, first: datetime) -> Iterable[datetime]:
    numbers, days = rule.numbers, rule.days
    if "BYWEEKNO" in numbers and not days and not {"BYMONTHDAY", "BYYEARDAY"} & numbers.keys():
        # RFC 5545 3.3.10: the weekday then comes from DTSTART; dateutil would take all days of the week.
        days = ((first.weekday(), 0),)
    return dateutil.rrule(
        _FREQUENCIES[rule.frequency],
        dtstart=first,
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


def _within_limits(span: Span, field: str) -> Span:
    """The span, if its years and length are supported. Raises Invalid(field: out_of_range)."""
    if span.start.year < FIRST_YEAR or span.end.year > LAST_YEAR or span.duration > LONGEST:
        raise Invalid(Fault(field, "out_of_range"))
    return span

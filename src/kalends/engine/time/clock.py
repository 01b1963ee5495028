"""Conversion between wall times in a time zone and instants in UTC.

Twice a year most clocks are changed. In a *gap* (forward) some wall times do not exist; in a *fold* (back) some exist
twice. Each function says how it treats them.

    gap   01:59 -> 03:00    02:30 does not exist
    fold  02:59 -> 02:00    02:30 exists twice: a first and a second occurrence
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from kalends.engine.refusals import Fault, Invalid, RepeatedTime, SkippedTime
from kalends.engine.time.span import Span

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MINUTES_A_DAY = 1440
LONGEST = 3660 * DAY
"""The longest booking or session. It is limited because the opening hours of all its days have to be computed."""

FIRST_YEAR, LAST_YEAR = 1000, 9000
"""The years in which bookings may be: far from the ends of the calendar, so that no UTC offset, buffer or notice leads
beyond them."""

_ZERO = timedelta()
_TICK = timedelta(microseconds=1)
NOT_ZONES = frozenset(("Factory", "localtime", "posixrules"))
"""Files of the zone database that are not a fixed zone: they mean the setting of the machine, or nothing."""


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name such as `Europe/Oslo`. Raises Invalid(time_zone: unknown)."""
    if name.rpartition("/")[2] in NOT_ZONES:
        raise Invalid(Fault("time_zone", "unknown"))
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:  # OSError: the name of a folder, or far too long
        raise Invalid(Fault("time_zone", "unknown")) from error


def zone_faults(name: str) -> list[Fault]:
    """Unknown (of `time_zone`) if `zone` knows no such name."""
    try:
        zone(name)
    except Invalid as invalid:
        return list(invalid.faults)
    return []


@lru_cache(maxsize=8192)
def instant(day: date, minute: int, zone: ZoneInfo, ends: bool = False) -> datetime:
    """The instant, in UTC, at which something starts at a wall time or, with `ends`, ends at it.

    `minute` counts wall minutes from the midnight that begins `day`, 0 to 2880; above 1440 it is on the next day.
    A wall time in a gap is the instant of the clock change, so a gap shortens what spans it. In a fold, a start is the
    first occurrence of the wall time; an end is after both occurrences, so a fold lengthens what spans it.
    """
    wall = datetime.combine(day, time()) + minute * MINUTE
    if ends:
        # The moment before the end decides: an end at 03:00 lies after the second 02:59.
        last = wall - _TICK
        return _resolved(last, zone, fold=1) + _TICK if _ambiguous(last, zone) else _resolved(wall, zone, fold=0)
    return _resolved(wall, zone, fold=0)


def from_wall(naive: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a wall time.

    In a gap it is shifted forward by the length of the gap (02:30 becomes 03:30); in a fold it is the first
    occurrence, as with `fold=0` in PEP 495. Raises OverflowError at the ends of the years 1 and 9999.
    """
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)


def from_exact_wall(naive: datetime, zone: ZoneInfo, field: str) -> datetime:
    """The instant, in UTC, of a wall time that is there exactly once.

    Raises SkippedTime(field) in a gap, RepeatedTime(field) in a fold, both with readings in the zone, and
    Invalid(field: out_of_range) at the ends of the years 1 and 9999.
    """
    try:
        first, second = (naive.replace(tzinfo=zone, fold=occurrence).astimezone(UTC) for occurrence in (0, 1))
    except OverflowError:
        raise Invalid(Fault(field, "out_of_range")) from None
    if second < first:  # PEP 495: `fold=1` is before `fold=0` only in a gap.
        raise SkippedTime(field, (second.astimezone(zone), first.astimezone(zone)))
    if first < second:
        raise RepeatedTime(field, (first.astimezone(zone), second.astimezone(zone)))
    return first


def to_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """The wall time at an instant, as a naive datetime: the inverse of `from_wall` except in gaps and folds."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def begun_at(span: Span, start: datetime, zone: ZoneInfo, wall_start: datetime | None = None) -> Span:
    """A span that begins at `start`, in UTC, and is as long as `span` on the wall clock: 22:00 to 06:00 stays so.

    `wall_start` is the wall time that was meant, for a start that a gap has moved. An end in a gap is the instant of
    the clock change, one in a fold its first occurrence, so that spans which only touch on the wall only touch. Where
    that leaves nothing, the elapsed length is kept. Raises OverflowError at the ends of the years 1 and 9999.
    """
    wall_length = to_wall(span.end, zone) - to_wall(span.start, zone)
    end = _resolved((wall_start or to_wall(start, zone)) + wall_length, zone, fold=0)
    return Span(start, end if end > start else start + span.duration)


def wall(instant: datetime, zone: ZoneInfo) -> tuple[date, int]:
    """The local date and the whole wall minutes past midnight at an instant."""
    local = instant.astimezone(zone)
    return local.date(), local.hour * 60 + local.minute


def day_span(day: date, zone: ZoneInfo) -> Span:
    """A whole local day: 24 hours, 23 or 25 when clocks change; empty if the zone skipped that date."""
    return Span(instant(day, 0, zone), instant(day + DAY, 0, zone))


def days_of(span: Span, zone: ZoneInfo) -> tuple[date, ...]:
    """The local dates that a span touches, in order; none if the span is empty."""
    if span.end <= span.start:
        return ()
    first, _ = wall(span.start, zone)
    last, _ = wall(span.end - _TICK, zone)
    return tuple(first + DAY * offset for offset in range((last - first).days + 1))


def shifts(span: Span, zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """The clock changes inside a span: the instant, and by how much (forward is positive).

    Offsets are compared once a day, so two changes within 24 hours that cancel out are not seen.
    """
    before = span.start
    while before < span.end:
        after = min(before + DAY, span.end)
        shift = _offset(after, zone) - _offset(before, zone)
        if shift and (change := _change_between(before, after, zone)) < span.end:
            yield change, shift
        before = after


def _resolved(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    first, second = (wall.replace(tzinfo=zone, fold=occurrence).astimezone(UTC) for occurrence in (0, 1))
    if second < first:  # PEP 495: `fold=1` is before `fold=0` only in a gap.
        return _change_between(second, first, zone)
    return second if fold else first


def _ambiguous(wall: datetime, zone: ZoneInfo) -> bool:
    first, second = (wall.replace(tzinfo=zone, fold=occurrence) for occurrence in (0, 1))
    return first.utcoffset() != second.utcoffset() and first.astimezone(UTC) < second.astimezone(UTC)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant in (before, after] with an offset other than that of `before`, to the microsecond."""
    offset = _offset(before, zone)
    while after - before > _TICK:
        middle = before + (after - before) // 2
        if _offset(middle, zone) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or _ZERO

"""Wall clocks: what a clock on the wall of a place shows, and the instants that it means.

Twice a year most clocks are changed. In a *gap* (forward) some wall times never come; in a *fold* (back) some come
twice. Each function says what it makes of them.

    gap   01:59 -> 03:00    02:30 never comes
    fold  02:59 -> 02:00    02:30 comes twice: a first and a second passing
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.span import Span

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MINUTES_A_DAY = 1440
LONGEST = 3660 * DAY
"""How long one booking or session may be: the hours of all its days are looked at."""

FIRST_YEAR, LAST_YEAR = 1000, 9000
"""Of all that is planned: far from the ends of the calendar, so that no zone, buffer or notice leads beyond them."""

_NONE = timedelta()
_TICK = timedelta(microseconds=1)


NO_PLACES = frozenset(("Factory", "localtime", "posixrules"))
"""Files of the zone database that are no zone: they stand for what the machine is set to, or for nothing."""


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name such as `Europe/Oslo`. Raises Invalid(time_zone: unknown)."""
    if name.rpartition("/")[2] in NO_PLACES:
        raise Invalid(Fault("time_zone", "unknown"))
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as unknown:  # a folder's name or a far too long one is an OSError
        raise Invalid(Fault("time_zone", "unknown")) from unknown


@lru_cache(maxsize=8192)
def instant(day: date, minute: int, zone: ZoneInfo, ends: bool = False) -> datetime:
    """The instant, in UTC, at which something starts (or `ends`) at a wall time.

    `minute` counts wall minutes from the midnight that begins `day`, 0 to 2880; above 1440 it is in the next day.
    A wall time in a gap is the moment of the gap, so a gap shortens what spans it. Of a fold a start takes the first
    passing, an end comes after the last passing of the moment before it, so a fold lengthens what spans it.
    """
    wall = datetime.combine(day, time()) + minute * MINUTE
    if ends:
        return _met(wall - _TICK, zone, fold=1) + _TICK if _ambiguous(wall - _TICK, zone) else _met(wall, zone, fold=0)
    return _met(wall, zone, fold=0)


def from_wall(naive: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, that somebody means who names a wall time.

    In a gap it is shifted forward by the length of the gap (02:30 becomes 03:30), in a fold it is the first passing,
    as PEP 495 reads `fold=0`. Raises OverflowError next to the years 1 and 9999.
    """
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)


def to_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clock shows at an instant, as a naive datetime: the inverse of `from_wall` outside of gaps and folds."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def wall(instant: datetime, zone: ZoneInfo) -> tuple[date, int]:
    """The local date and the whole minutes past its midnight that the clock shows at an instant."""
    shown = instant.astimezone(zone)
    return shown.date(), shown.hour * 60 + shown.minute


def day_span(day: date, zone: ZoneInfo) -> Span:
    """All of a local day: mostly 24 hours, 23 or 25 when clocks change; empty if the place skipped that date."""
    return Span(instant(day, 0, zone), instant(day + DAY, 0, zone))


def days_of(span: Span, zone: ZoneInfo) -> tuple[date, ...]:
    """The local dates that a span touches, in order; none when it is empty."""
    if span.end <= span.start:
        return ()
    first, _ = wall(span.start, zone)
    last, _ = wall(span.end - _TICK, zone)
    return tuple(first + DAY * ahead for ahead in range((last - first).days + 1))


def shifts(span: Span, zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """The instants inside a span at which the clock is changed, and by how much: forward is positive.

    It looks once a day, so two changes within 24 hours that undo each other go unseen.
    """
    before = span.start
    while before < span.end:
        after = min(before + DAY, span.end)
        jump = _offset(after, zone) - _offset(before, zone)
        if jump and (change := _change(before, after, zone)) < span.end:
            yield change, jump
        before = after


def _met(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    first, second = (wall.replace(tzinfo=zone, fold=passing).astimezone(UTC) for passing in (0, 1))
    if second < first:  # PEP 495: only in a gap does the second passing come before the first
        return _change(second, first, zone)
    return second if fold else first


def _ambiguous(wall: datetime, zone: ZoneInfo) -> bool:
    first, second = (wall.replace(tzinfo=zone, fold=passing) for passing in (0, 1))
    return first.utcoffset() != second.utcoffset() and first.astimezone(UTC) < second.astimezone(UTC)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant in (before, after] at which the offset is no longer that of `before`, to the microsecond."""
    offset = _offset(before, zone)
    while after - before > _TICK:
        middle = before + (after - before) // 2
        if _offset(middle, zone) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or _NONE

"""New dates and hours for the times that a booking has.

A form shows a booking of several times as one range: its first day, its last day and its hours. The range that it sends
back is compared with the one it was shown:

    the same range                                nothing changes
    both ends moved by the same number of days    every time moves by these days
    other hours                                   every time gets these hours
    the days of exactly one of the times          that time changes
    any other range, several times                refused: it is not clear which times are to change
    any other range, one time                     that is the new time

The range shown is the one that a repeating booking was made with, or the days of its times: clients send either.
Dates and hours are of the wall clock of each resource's site, so resources in different zones share one wall time.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from kalends.engine.bookings.patch import NewTimes
from kalends.engine.bookings.request import DateRange
from kalends.engine.refusals import SeparateTimes
from kalends.engine.time import repeats
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, day_span, wall
from kalends.engine.time.span import Span
from kalends.engine.time.wall_time import WallTime

SpansByZone = Mapping[ZoneInfo, Sequence[Span]]


def retime(spans: SpansByZone, repeats: DateRange | None, new: NewTimes, zones: Iterable[ZoneInfo]) -> SpansByZone:
    """The times with new dates and hours, in each of the zones, one span per day.

    `spans` are the present times by zone, `repeats` is the range that the booking was made with. A time that keeps its
    dates and hours keeps its spans, even if the clock shows these hours twice.

    Raises SeparateTimes, TooManyOccurrences, Invalid(starts_at: invalid, out_of_range; ends_at: before_start, invalid,
    out_of_range).
    """
    present = {zone: _by_wall_time(in_zone, zone) for zone, in_zone in spans.items()}
    times = sorted({time for by_wall_time in present.values() for time in by_wall_time})
    changed = _retimed(times, repeats, new)
    return {
        zone: tuple(span for time in changed for span in present.get(zone, {}).get(time) or _spans(time, zone))
        for zone in zones
    }


def shifted_range(repeats: DateRange, new: NewTimes) -> DateRange:
    """The range of a repeating booking after this change: the new one if it is as long as before, else the old one."""
    first = repeats.first if new.first is UNSET else new.first
    last = repeats.last if new.last is UNSET else new.last
    return DateRange(first, last) if last - first == repeats.last - repeats.first else repeats


def _retimed(times: Sequence[WallTime], repeats: DateRange | None, new: NewTimes) -> list[WallTime]:
    shift = _shift(times, repeats, new) if len(times) > 1 or repeats else None
    if shift is not None:
        return [_with_hours(time.moved(shift), new) for time in times]
    return [_with_changes(times[0], new)] if len(times) == 1 else _one_changed(times, new)


def _shift(times: Sequence[WallTime], repeats: DateRange | None, new: NewTimes) -> timedelta | None:
    """By how much all times move; None if the new range is not one of those shown, moved by whole days."""
    shown_ranges = [DateRange(times[0].first, times[-1].last), *([repeats] if repeats else [])]
    for shown in reversed(shown_ranges):
        shifts = set()
        if new.first is not UNSET:
            shifts.add(new.first - shown.first)
        if new.last is not UNSET:
            shifts.add(new.last - shown.last)
        if len(shifts) < 2:
            return shifts.pop() if shifts else timedelta()
    return None


def _one_changed(times: Sequence[WallTime], new: NewTimes) -> list[WallTime]:
    """The times, with new hours for the one on exactly the new days. Raises SeparateTimes if not exactly one is."""
    matching = [index for index, time in enumerate(times) if (time.first, time.last) == (new.first, new.last)]
    if len(matching) != 1:
        raise SeparateTimes(times)
    return [_with_hours(time, new) if index == matching[0] else time for index, time in enumerate(times)]


def _with_changes(time: WallTime, new: NewTimes) -> WallTime:
    names = ("first", "last", "from_minute", "until_minute")
    return msgspec.structs.replace(
        time, **{name: getattr(new, name) for name in names if getattr(new, name) is not UNSET}
    )


def _with_hours(time: WallTime, new: NewTimes) -> WallTime:
    return _with_changes(time, msgspec.structs.replace(new, first=UNSET, last=UNSET))


def _wall_time(span: Span, zone: ZoneInfo) -> WallTime:
    (first, from_minute), (last, until_minute) = wall(span.start, zone), wall(span.end, zone)
    if until_minute == 0:
        last, until_minute = last - DAY, MINUTES_A_DAY
    return WallTime(first, from_minute, last, until_minute)


def _spans(time: WallTime, zone: ZoneInfo) -> list[Span]:
    return repeats.once(time.first, time.last, time.from_minute, time.until_minute, zone)


def _by_wall_time(spans: Sequence[Span], zone: ZoneInfo) -> dict[WallTime, list[Span]]:
    """The spans of each time: a time over several days is stored as one span per day, which meet at midnight."""
    joined: list[list[Span]] = []
    for span in spans:
        midnight = day_span(wall(span.start, zone)[0], zone).start
        if joined and joined[-1][-1].end == span.start == midnight:
            joined[-1].append(span)
        else:
            joined.append([span])
    times: dict[WallTime, list[Span]] = {}
    for pieces in joined:
        times.setdefault(_wall_time(Span(pieces[0].start, pieces[-1].end), zone), []).extend(pieces)
    return times

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
"""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from kalends.engine.bookings.patch import NewTimes
from kalends.engine.bookings.request import DateRange
from kalends.engine.refusals import SeparateTimes
from kalends.engine.time import repeats
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, day_span, wall
from kalends.engine.time.span import Span


class WallTime(msgspec.Struct, frozen=True):
    """A time on the wall clock: from a minute of its first day to a minute of its last, counted from midnight."""

    first: date
    last: date
    from_minute: int
    until_minute: int

    def moved(self, by: timedelta) -> "WallTime":
        """The same time, later by whole days."""
        return msgspec.structs.replace(self, first=self.first + by, last=self.last + by)


def retime(spans: Sequence[Span], repeats: DateRange | None, new: NewTimes) -> tuple[Span, ...]:
    """The times with new dates and hours, one span per day. `repeats` is the range that the booking was made with.

    Raises SeparateTimes, TooManyOccurrences, Invalid(starts_at: invalid, out_of_range; ends_at: before_start, invalid,
    out_of_range).
    """
    times = [_wall_time(span, new.zone) for span in _joined(spans, new.zone)]
    shift = _shift(times, repeats, new) if len(times) > 1 or repeats else None
    if shift is not None:
        changed = [_with_hours(time.moved(shift), new) for time in times]
    elif len(times) == 1:
        changed = [_with_changes(times[0], new)]
    else:
        changed = _one_changed(spans, times, new)
    return tuple(span for time in changed for span in _spans(time, new.zone))


def shifted_range(repeats: DateRange, new: NewTimes) -> DateRange:
    """The range of a repeating booking after this change: the new one if it is as long as before, else the old one."""
    first = repeats.first if new.first is UNSET else new.first
    last = repeats.last if new.last is UNSET else new.last
    return DateRange(first, last) if last - first == repeats.last - repeats.first else repeats


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


def _one_changed(spans: Sequence[Span], times: Sequence[WallTime], new: NewTimes) -> list[WallTime]:
    """The times, with new hours for the one on exactly the new days. Raises SeparateTimes if not exactly one is."""
    matching = [index for index, time in enumerate(times) if (time.first, time.last) == (new.first, new.last)]
    if len(matching) != 1:
        raise SeparateTimes(spans)
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
    return WallTime(first, last, from_minute, until_minute)


def _spans(time: WallTime, zone: ZoneInfo) -> tuple[Span, ...]:
    return tuple(repeats.once(time.first, time.last, time.from_minute, time.until_minute, zone))


def _joined(spans: Sequence[Span], zone: ZoneInfo) -> list[Span]:
    """The spans, those that meet at midnight joined: a time over several days is stored as one span per day."""
    joined: list[Span] = []
    for span in spans:
        midnight = day_span(wall(span.start, zone)[0], zone).start
        if joined and joined[-1].end == span.start == midnight:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined

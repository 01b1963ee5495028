"""New dates and hours for the times that a booking has.

A form shows a booking of many times as one range: its first day, its last day and its hours. What comes back of that
range is read as what somebody changed of it:

    the same range                          nothing changes
    both ends moved by as many days         every time moves by those days
    other hours                             every time gets those hours
    the day of one time alone               that time changes
    any other range, of separate times      refused: which of the times are meant is not to be told
    any other range, of one time            that is the time from now on

The range is the one that a repeating booking was made with, or the days that its times are on: clients send either.
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
    """One time on the wall clock: from a minute of its first day to a minute of its last."""

    first: date
    last: date
    from_minute: int
    until_minute: int

    def moved(self, by: timedelta) -> "WallTime":
        """The same so many days later."""
        return msgspec.structs.replace(self, first=self.first + by, last=self.last + by)


def retime(spans: Sequence[Span], repeats: DateRange | None, new: NewTimes) -> tuple[Span, ...]:
    """The times with what is new of their dates and hours, one span a day. `repeats` is the range they were made with.

    Raises SeparateTimes, Invalid(ends_at: before_start, out_of_range; starts_at: invalid), TooManyOccurrences.
    """
    times = [_on_the_wall(span, new.zone) for span in _joined(spans, new.zone)]
    ahead = _shift(times, repeats, new) if len(times) > 1 or repeats else None
    if ahead is not None:
        changed = [_with_hours(time.moved(ahead), new) for time in times]
    elif len(times) == 1:
        changed = [_merged(times[0], new)]
    else:
        changed = _one_changed(spans, times, new)
    return tuple(span for time in changed for span in _spans(time, new.zone))


def shifted_range(repeats: DateRange, new: NewTimes) -> DateRange:
    """The range that a repeating booking has after its times were changed so."""
    first = repeats.first if new.first is UNSET else new.first
    last = repeats.last if new.last is UNSET else new.last
    return DateRange(first, last) if last - first == repeats.last - repeats.first else repeats


def _shift(times: Sequence[WallTime], repeats: DateRange | None, new: NewTimes) -> timedelta | None:
    """By how much all times are to move; None when the range sent is none that was shown, moved by some days."""
    shown = [DateRange(times[0].first, times[-1].last), *([repeats] if repeats else [])]
    for known in reversed(shown):
        shifts = set()
        if new.first is not UNSET:
            shifts.add(new.first - known.first)
        if new.last is not UNSET:
            shifts.add(new.last - known.last)
        if len(shifts) < 2:
            return shifts.pop() if shifts else timedelta()
    return None


def _one_changed(spans: Sequence[Span], times: Sequence[WallTime], new: NewTimes) -> list[WallTime]:
    """The times, of which one is on just the days sent, that one with the new hours. Raises SeparateTimes otherwise."""
    meant = [turn for turn, time in enumerate(times) if (time.first, time.last) == (new.first, new.last)]
    if len(meant) != 1:
        raise SeparateTimes(spans)
    return [_with_hours(time, new) if turn == meant[0] else time for turn, time in enumerate(times)]


def _merged(time: WallTime, new: NewTimes) -> WallTime:
    names = ("first", "last", "from_minute", "until_minute")
    return msgspec.structs.replace(
        time, **{name: getattr(new, name) for name in names if getattr(new, name) is not UNSET}
    )


def _with_hours(time: WallTime, new: NewTimes) -> WallTime:
    return _merged(time, msgspec.structs.replace(new, first=UNSET, last=UNSET))


def _on_the_wall(span: Span, zone: ZoneInfo) -> WallTime:
    (first, opens), (last, closes) = wall(span.start, zone), wall(span.end, zone)
    if closes == 0:
        last, closes = last - DAY, MINUTES_A_DAY
    return WallTime(first, last, opens, closes)


def _spans(time: WallTime, zone: ZoneInfo) -> tuple[Span, ...]:
    return tuple(repeats.once(time.first, time.last, time.from_minute, time.until_minute, zone))


def _joined(spans: Sequence[Span], zone: ZoneInfo) -> list[Span]:
    """One time over several days is one span a day: together again, for they meet at midnight."""
    joined: list[Span] = []
    for span in spans:
        midnight = day_span(wall(span.start, zone)[0], zone).start
        if joined and joined[-1].end == span.start == midnight:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined

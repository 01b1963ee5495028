"""The grid of a day: which hours are shown, in steps of five minutes, and what stands at which step.

Steps are elapsed time from the first hour that is shown, so the day on which clocks go forward is an hour shorter than
others and the one on which they go back an hour longer.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property

import msgspec

from kalends.console.at_site import AtSite
from kalends.console.views.wall_times import fold_of, wall_text
from kalends.engine.bookings.calendar import SiteCalendar
from kalends.engine.time.clock import HOUR, MINUTES_A_DAY, day_span, instant
from kalends.engine.time.span import Span

STEP = timedelta(minutes=5)
_USUAL = (8 * 60, 18 * 60)
"""The hours of a day on which nothing says otherwise, in minutes from midnight."""


class Tick(msgspec.Struct, frozen=True):
    """A line of the grid, mostly a full hour. `at` is its wall time, `fold` 1 if that is the second of two."""

    step: int
    text: str
    at: str
    fold: int


class TimeGrid(msgspec.Struct, frozen=True, dict=True):
    """The hours of a day that are shown at a site."""

    at: AtSite
    shown: Span

    @property
    def steps(self) -> int:
        """How many steps are shown."""
        return -(-self.shown.duration // STEP)

    def place(self, span: Span) -> tuple[int, int]:
        """The steps at which a span begins and ends, as far as it is shown: of any span one step at least."""
        start = min(max(0, (span.start - self.shown.start) // STEP), self.steps - 1)
        end = min(self.steps, -((self.shown.start - span.end) // STEP))
        return start, max(end, start + 1)

    def step_of(self, moment: datetime) -> int | None:
        """The step at which a moment is, None if it is not shown."""
        return (moment - self.shown.start) // STEP if self.shown.start <= moment < self.shown.end else None

    def hour(self, moment: datetime) -> str:
        """`10:00`: the time on the wall of the site."""
        if moment not in self._hours:
            self._hours[moment] = self.at.words.hour(moment.astimezone(self.at.zone))
        return self._hours[moment]

    def time(self, moment: datetime) -> str:
        """`10:00`; on another day than is shown, `Mon, 1 Mar 10:00`. Midnight after the day is its end."""
        if self._day.start <= moment <= self._day.end:
            return self.hour(moment)
        return f"{self.at.words.brief_day(moment.astimezone(self.at.zone).date())} {self.hour(moment)}"

    @cached_property
    def _hours(self) -> dict[datetime, str]:
        """How moments are written: to format one takes long, and many things begin at the same."""
        return {}

    @cached_property
    def _day(self) -> Span:
        """The whole day, also if only some of its hours are shown."""
        return day_span(self.shown.start.astimezone(self.at.zone).date(), self.at.zone)

    @cached_property
    def ticks(self) -> tuple[Tick, ...]:
        """The lines of the hours, and the end."""
        return tuple(self._ticks())

    def _ticks(self) -> Iterator[Tick]:
        moment = self.shown.start
        while moment < self.shown.end:
            yield self._tick(moment)
            moment = self._next_hour(moment)
        yield self._tick(self.shown.end)

    def _tick(self, moment: datetime) -> Tick:
        local = moment.astimezone(self.at.zone)
        return Tick((moment - self.shown.start) // STEP, self.hour(moment), wall_text(local), fold_of(local))

    def _next_hour(self, moment: datetime) -> datetime:
        """The next moment at which the wall shows a full hour, or is changed."""
        local = moment.astimezone(self.at.zone)
        following = moment + HOUR - timedelta(minutes=local.minute)
        before, after = local.utcoffset(), following.astimezone(self.at.zone).utcoffset()
        if before is not None and after is not None and before != after:
            shift = abs(after - before)
            return following if shift >= HOUR else moment + shift
        return following


def time_grid(at: AtSite, day: date, calendar: SiteCalendar, all_hours: bool) -> TimeGrid:
    """The grid of a day: all of it, or the hours in which something is open or takes place."""
    whole = day_span(day, at.zone)
    if all_hours:
        return TimeGrid(at, whole)
    spans = list(_spans(calendar, whole))
    minutes = [_minutes(each, whole, at) for each in spans] or [_USUAL]
    first, last = min(start for start, _ in minutes), max(end for _, end in minutes)
    opens, closes = first // 60 * 60, -(-last // 60) * 60
    return TimeGrid(
        at, Span(instant(day, opens, at.zone), instant(day, min(closes, MINUTES_A_DAY), at.zone, ends=True))
    )


def _spans(calendar: SiteCalendar, whole: Span) -> Iterable[Span]:
    """What has to be seen. Of what is open all day, the usual hours are enough."""
    day = whole.start.astimezone(calendar.zone).date()
    usual = Span(*(instant(day, minute, calendar.zone) for minute in _USUAL))
    for resource in calendar.resources:
        parts = (span.intersection(whole) for span in calendar.open[resource.id])
        yield from (usual if part == whole else part for part in parts if part)
    times = [Span(view.item.starts_at, view.item.ends_at) for view in calendar.items.values()]
    times += [Span(each.session.starts_at, each.session.ends_at) for each in calendar.sessions.values()]
    for time in times:
        if (part := time.intersection(whole)) and part != whole:
            yield part


def _minutes(span: Span, whole: Span, at: AtSite) -> tuple[int, int]:
    start, end = span.start.astimezone(at.zone), span.end.astimezone(at.zone)
    until = MINUTES_A_DAY if span.end >= whole.end else end.hour * 60 + end.minute
    return start.hour * 60 + start.minute, until

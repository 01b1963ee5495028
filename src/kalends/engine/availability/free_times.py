"""Free times of a given length, without a service: by date, within a part of the day."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.availability.free_slots import FreeSlot, ResourceTimeline
from kalends.engine.catalog.custom_field import Condition
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, day_span, days_of, instant
from kalends.engine.time.span import Span, Spans


class FreeTimesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Free times of `length`, on the dates `first` to `last`, between two wall minutes of the day.

    `resource_ids` None means all resources; for a resource with parts, its parts are searched. `limit` is the maximum
    number of times in all.
    """

    first: date
    last: date
    length: timedelta
    from_minute: int = 0
    until_minute: int = MINUTES_A_DAY
    resource_ids: tuple[int, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    limit: int | None = None


class FreeTime(msgspec.Struct, frozen=True):
    """A time on one date. `starts` and `ends` are wall minutes from midnight, up to 1440."""

    day: date
    starts: int
    ends: int


class Free(msgspec.Struct, frozen=True):
    """The free times of a resource, chronological. `path` is the resources from the root of its tree down to itself."""

    path: tuple[Resource, ...]
    times: list[FreeTime]


class DayTimes:
    """Converts free slots to dates and wall minutes in a zone, and drops those that a query does not ask for.

    Results are cached by start, because most resources of a site have the same times.
    """

    def __init__(self, query: FreeTimesQuery, zone: ZoneInfo) -> None:
        self.query = query
        self.zone = zone
        self.window = Span(day_span(query.first, zone).start, day_span(query.last, zone).end)
        self._times_by_start: dict[datetime, FreeTime | None] = {}
        self._hours_by_open: dict[Spans, Spans] = {}

    def within_hours(self, timeline: ResourceTimeline) -> ResourceTimeline:
        """The timeline, open from the minute of the query on, so that the steps begin there: at 9 if it opens at 8."""
        if not self.query.from_minute:
            return timeline
        hours = self._hours_by_open.get(timeline.open)
        if hours is None:
            hours = self._hours_by_open[timeline.open] = timeline.open & self._parts_of_days()
        return msgspec.structs.replace(timeline, open=hours)

    def of(self, slots: Iterable[FreeSlot]) -> Iterator[FreeTime]:
        """The slots that begin and end on one date, within the part of the day of the query."""
        for slot in slots:
            start = slot.span.start
            if start not in self._times_by_start:
                self._times_by_start[start] = self._to_free_time(slot.span)
            if (time := self._times_by_start[start]) is not None:
                yield time

    def _parts_of_days(self) -> Spans:
        """From the minute of the query to the end of each of its days."""
        days = days_of(self.window, self.zone)
        return Spans.of(
            Span(instant(day, self.query.from_minute, self.zone), day_span(day, self.zone).end) for day in days
        )

    def _to_free_time(self, span: Span) -> FreeTime | None:
        start, end = span.start.astimezone(self.zone), span.end.astimezone(self.zone)
        if start.fold or end.fold:
            # In a fold, a wall time means its first occurrence, so the second can't be booked by wall time.
            return None
        day, starts, ends = start.date(), _minute(start), _minute(end)
        if end.date() == day + DAY and ends == 0:
            ends = MINUTES_A_DAY
        elif end.date() != day:
            return None
        within = self.query.from_minute <= starts < ends <= self.query.until_minute
        return FreeTime(day, starts, ends) if within else None


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute

"""Free times as somebody asks for them who wants a length and no service: on dates, within a part of the day."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.availability.offers import FreeSlot
from kalends.engine.catalog.custom_field import Condition
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, day_span
from kalends.engine.time.span import Span


class FreeTimesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which times: of a length, from the date `first` to `last`, between two wall minutes of the day.

    `resource_ids` None is all; a resource with parts means its parts. `limit` is how many times at most in all.
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
    """A time on one date, from a wall minute to another, which is 1440 at the end of the day."""

    day: date
    starts: int
    ends: int


class Free(msgspec.Struct, frozen=True):
    """The free times of a resource, chronological; `path` leads from the root of its tree down to itself."""

    path: tuple[Resource, ...]
    times: list[FreeTime]


class DayTimes:
    """Tells which offers are within what a query asks for at a place, and how the clock there shows them.

    Most resources of a place have the same times, so what was found of one is kept for the others.
    """

    def __init__(self, query: FreeTimesQuery, zone: ZoneInfo) -> None:
        self.query = query
        self.zone = zone
        self.window = Span(day_span(query.first, zone).start, day_span(query.last, zone).end)
        self._known: dict[datetime, FreeTime | None] = {}

    def of(self, offers: Iterable[FreeSlot]) -> Iterator[FreeTime]:
        """The offers that begin and end on one date, within the part of the day asked for."""
        for offer in offers:
            start = offer.span.start
            if start not in self._known:
                self._known[start] = self._shown(offer.span)
            if (time := self._known[start]) is not None:
                yield time

    def _shown(self, span: Span) -> FreeTime | None:
        start, end = span.start.astimezone(self.zone), span.end.astimezone(self.zone)
        if start.fold or end.fold:
            # Where clocks go back some wall times come twice, and whoever names one means the first.
            return None
        day, starts, ends = start.date(), _minute(start), _minute(end)
        if end.date() == day + DAY and ends == 0:
            ends = MINUTES_A_DAY
        elif end.date() != day:
            return None
        within = self.query.from_minute <= starts < ends <= self.query.until_minute
        return FreeTime(day, starts, ends) if within else None


def _minute(shown: datetime) -> int:
    return shown.hour * 60 + shown.minute

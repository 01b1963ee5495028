"""Starts: the slots of a service as clients look for them, by part of the day and date."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.availability.slots import Slot
from kalends.engine.time.clock import MINUTES_A_DAY, wall
from kalends.engine.time.span import Span

Lengths: TypeAlias = tuple[timedelta | None, ...]
"""How long services take, one after another; None is as long as they take with whoever serves them."""
EVERY_DAY = frozenset(range(1, 8))


class PartOfDay(msgspec.Struct, frozen=True):
    """Starts on these ISO weekdays (1 is Monday), from one wall minute up to, not including, another."""

    from_minute: int = 0
    until_minute: int = MINUTES_A_DAY
    weekdays: frozenset[int] = EVERY_DAY

    def has(self, start: datetime, zone: ZoneInfo) -> bool:
        """Whether this is such a start, by the clock of the zone."""
        day, minute = wall(start, zone)
        return day.isoweekday() in self.weekdays and self.from_minute <= minute < self.until_minute


ANY_TIME = PartOfDay()


class StartsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The starts of a service inside a window, for so many units, on any of these resources (None: all that serve it),
    at this site (None: any).

    `people` come at once, each to another resource. `then` are services that follow one after another; these are served
    by any resource. `lengths` are those of the services, () if all take as long as ever. Sessions in `without_sessions`
    are left out, and the start at which the services would begin at the times `without`. The resources `besides` are
    free when the first service takes place, whatever it needs.
    """

    service_id: int
    window: Span
    resource_ids: tuple[int, ...] | None = None
    site_id: int | None = None
    units: int = 1
    part: PartOfDay = ANY_TIME
    people: int = 1
    then: tuple[int, ...] = ()
    lengths: Lengths = ()
    without_sessions: frozenset[int] = frozenset()
    without: tuple[datetime, ...] = ()
    besides: tuple[int, ...] = ()

    @property
    def services(self) -> tuple[tuple[int, timedelta | None], ...]:
        """The services, one after another, each with its length."""
        ids = self.service_id, *self.then
        return tuple(zip(ids, self.lengths or (None,) * len(ids), strict=True))


class Start(msgspec.Struct, frozen=True):
    """A slot, and the time zone of its first resource, by whose clock it is meant. `then` are the slots of the services
    that follow."""

    slot: Slot
    zone: ZoneInfo
    then: tuple[Slot, ...] = ()

    @property
    def times(self) -> tuple[datetime, ...]:
        """When its services begin, one after another."""
        return tuple(slot.span.start for slot in (self.slot, *self.then))

    @property
    def ends_at(self) -> datetime:
        """When all of it is over."""
        return (self.then or (self.slot,))[-1].span.end

    @property
    def position(self) -> tuple[datetime, datetime, int]:
        """By which starts are in order; no two of a service have the same."""
        return self.slot.span.start, self.slot.span.end, self.slot.session_id or 0


class StartsOfDay(msgspec.Struct, frozen=True):
    """How many starts a date has, and the first of them; dates are those of the zones of the starts."""

    day: date
    count: int
    first: Start


def by_day(starts: Iterable[Start]) -> list[StartsOfDay]:
    """The dates with starts, in order. The starts are chronological."""
    days: dict[date, list[Start]] = {}
    for start in starts:
        days.setdefault(wall(start.slot.span.start, start.zone)[0], []).append(start)
    return [StartsOfDay(day, len(of_day), of_day[0]) for day, of_day in sorted(days.items())]

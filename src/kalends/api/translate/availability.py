"""Questions about availability as the engine takes them, and answers as they are shown."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from msgspec import UnsetType

from kalends.actions.availability.busy import Busy as BusyResource
from kalends.actions.catalog.sites import zone_where
from kalends.actions.context import Context
from kalends.api.ids import write_id, write_optional_id
from kalends.api.schemas.availability import (
    Busy,
    BusySpan,
    ListBusy,
    ListDays,
    ListStarts,
    NextStarts,
    Start,
    StartsOfDay,
)
from kalends.api.times import settled, shown
from kalends.engine.availability.busy_spans import BusyQuery
from kalends.engine.availability.starts import EVERY_DAY, PartOfDay, StartsQuery
from kalends.engine.availability.starts import Start as EngineStart
from kalends.engine.availability.starts import StartsOfDay as EngineDay
from kalends.engine.limits import raise_if_faults
from kalends.engine.refusals import Fault
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, wall
from kalends.engine.time.span import Span

T = TypeVar("T")
_FORTNIGHT, _WEEK, _YEAR = 14 * DAY, 7 * DAY, 366 * DAY
_MONTH_DAYS = 31


async def starts_query(ctx: Context, sent: ListStarts | NextStarts) -> StartsQuery:
    """The starts that are asked for. Raises NotFound(site), SkippedTime(?from, ?to), RepeatedTime(?from, ?to)."""
    usual = _FORTNIGHT if isinstance(sent, ListStarts) else _YEAR
    return _query(sent, await _window(ctx, sent, usual))


async def days_query(ctx: Context, sent: ListDays) -> tuple[StartsQuery, date, date]:
    """The starts that are to be counted, on the first to the last date, both included. Raises NotFound(site)."""
    tz = await zone_where(ctx, optional(sent.site), listed(sent.resource))
    first = wall(ctx.now, tz)[0] if isinstance(sent.from_, UnsetType) else sent.from_
    until = first + _MONTH_DAYS * DAY if isinstance(sent.to, UnsetType) else sent.to
    return _query(sent, Span(ctx.now, ctx.now)), first, until - DAY


async def busy_query(ctx: Context, sent: ListBusy) -> BusyQuery:
    """Whose busy times are asked for. Raises NotFound(site), SkippedTime(?from, ?to), RepeatedTime(?from, ?to)."""
    return BusyQuery(await _window(ctx, sent, _WEEK), _resources(sent.resource), optional(sent.site))


def shown_start(start: EngineStart) -> Start:
    """A start as it is answered."""
    slot = start.slot
    return Start(
        from_=shown(slot.span.start, start.zone),
        to=shown(slot.span.end, start.zone),
        time_zone=start.zone.key,
        free=slot.free,
        capacity=slot.capacity,
        resources=_resource_ids(slot.resource_ids),
        session=write_optional_id("session", slot.session_id),
    )


def shown_day(day: EngineDay) -> StartsOfDay:
    """A date with its starts as it is answered."""
    first = day.first
    return StartsOfDay(
        date=day.day,
        count=day.count,
        first=shown(first.slot.span.start, first.zone),
        time_zone=first.zone.key,
    )


def shown_busy(busy: BusyResource) -> Busy:
    """The busy times of a resource as they are answered."""
    return Busy(
        resource=write_id("resource", busy.resource.id),
        time_zone=busy.zone.key,
        capacity=busy.resource.capacity,
        busy=[
            BusySpan(from_=shown(each.span.start, busy.zone), to=shown(each.span.end, busy.zone), free=each.free)
            for each in busy.spans
        ],
    )


def _query(sent: ListStarts | NextStarts | ListDays, window: Span) -> StartsQuery:
    """The starts in a window. Raises Invalid(?time_to: before_start)."""
    return StartsQuery(
        service_id=sent.service,
        window=window,
        resource_ids=_resources(sent.resource),
        site_id=optional(sent.site),
        units=sent.units,
        part=_part_of_day(sent),
    )


def _part_of_day(sent: ListStarts | NextStarts | ListDays) -> PartOfDay:
    first = 0 if isinstance(sent.time_from, UnsetType) else sent.time_from
    last = MINUTES_A_DAY if isinstance(sent.time_to, UnsetType) else sent.time_to
    raise_if_faults([] if first < last else [Fault("?time_to", "before_start")])
    return PartOfDay(first, last, frozenset(listed(sent.weekday)) or EVERY_DAY)


def optional(value: T | UnsetType) -> T | None:
    """What was sent, None if it was left out."""
    return None if isinstance(value, UnsetType) else value


def listed(values: Sequence[T] | UnsetType) -> Sequence[T]:
    """What was sent, nothing if it was left out."""
    return () if isinstance(values, UnsetType) else values


async def _window(ctx: Context, sent: ListStarts | NextStarts | ListBusy, usual: timedelta) -> Span:
    """From now, and for so long, unless it says otherwise."""
    tz = await zone_where(ctx, optional(sent.site), listed(sent.resource))
    start = ctx.now if isinstance(sent.from_, UnsetType) else settled(sent.from_, tz, "?from")
    return Span(start, start + usual if isinstance(sent.to, UnsetType) else settled(sent.to, tz, "?to"))


def _resources(sent: Sequence[int] | UnsetType) -> tuple[int, ...] | None:
    return None if isinstance(sent, UnsetType) else tuple(dict.fromkeys(sent))


# Cached because most starts of an answer have the same resources.
@lru_cache(maxsize=256)
def _resource_ids(resource_ids: tuple[int, ...]) -> list[str]:
    return [write_id("resource", resource_id) for resource_id in resource_ids]

"""What is in the way of a booking, and which times near it are free, as the caller may see them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec

from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.sessions import get_session
from kalends.actions.bookings.suggest import as_seen
from kalends.actions.catalog.resources import list_resources
from kalends.actions.context import Context
from kalends.console.at_site import AtSite
from kalends.console.views.panel import title_of
from kalends.console.views.wall_times import fold_of, wall_text
from kalends.engine.catalog.resource import Resource
from kalends.engine.conflict import FreeTime, InTheWay
from kalends.engine.refusals import Full, NotFound

_MOST = 5


class Obstacle(msgspec.Struct, frozen=True):
    """What takes the time: who or what, when and where; `path` leads to it, "" if it may not be seen."""

    who: str
    when: str
    where: str
    path: str = ""


class NearTime(msgspec.Struct, frozen=True):
    """A free time: as it is shown, and as a form sends it (`2027-03-01T10:00`), with the resource or session."""

    when: str
    where: str
    start: str
    end: str
    resource: int | None
    session: int | None
    fold: int = 0


async def obstacles(ctx: Context, at: AtSite, full: Full) -> tuple[Obstacle, ...]:
    """What is in the way, at most five."""
    seen = await as_seen(ctx, full)
    of_lines = [way for line in seen.lines for way in line.in_the_way]
    ways = of_lines or [way for conflict in seen.conflicts for way in conflict.in_the_way]
    titles = await _resources(ctx)
    return tuple([await _obstacle(ctx, at, way, titles) for way in list(dict.fromkeys(ways))[:_MOST]])


async def near_times(
    ctx: Context, at: AtSite, times: Iterable[FreeTime], asked: datetime | None = None
) -> tuple[NearTime, ...]:
    """These free times; those on the day that was asked for without the date."""
    titles = await _resources(ctx)
    day = asked.astimezone(at.zone).date() if asked else None
    return tuple(_near_time(at, time, titles, day) for time in times)


def _near_time(at: AtSite, time: FreeTime, resources: Mapping[int, Resource], day: date | None) -> NearTime:
    start, end = time.span.start.astimezone(at.zone), time.span.end.astimezone(at.zone)
    resource = resources.get(time.resource_id or 0)
    hours = f"{at.words.hour(start)}–{at.words.hour(end)}"
    return NearTime(
        hours if start.date() == end.date() == day else at.words.when(time.span, at.zone),
        resource.title if resource else "",
        wall_text(start),
        wall_text(end),
        time.resource_id,
        time.session_id,
        fold_of(start),
    )


async def _resources(ctx: Context) -> Mapping[int, Resource]:
    return {resource.id: resource for resource in await list_resources(ctx, with_inactive=True)}


async def _obstacle(ctx: Context, at: AtSite, way: InTheWay, resources: Mapping[int, Resource]) -> Obstacle:
    resource = resources.get(way.resource_id or 0)
    when, where = at.words.when(way.span, at.zone), resource.title if resource else ""
    try:
        if way.item_id is not None:
            view = await get_item(ctx, way.item_id)
            return Obstacle(title_of(at, view), when, where, f"{at.path}/items/{way.item_id}")
        if way.session_id is not None:
            session = await get_session(ctx, way.session_id)
            return Obstacle(session.title, when, where, f"{at.path}/sessions/{way.session_id}")
    except NotFound:
        pass
    return Obstacle("", when, where)

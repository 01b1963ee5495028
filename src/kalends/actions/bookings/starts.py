"""When a service can be booked: starts in a window, the dates that have some, and the next ones."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from operator import attrgetter

import msgspec

from kalends.actions.access import allow
from kalends.actions.availability.hours import check_days, check_window
from kalends.actions.bookings.slots import slots
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import get_service
from kalends.actions.catalog.sites import get_site, zones_of
from kalends.actions.context import Context
from kalends.engine.availability.chains import Following, chained
from kalends.engine.availability.slots import Slot
from kalends.engine.availability.starts import ANY_TIME, Start, StartsOfDay, StartsQuery, by_day
from kalends.engine.refusals import Full, NotFound
from kalends.engine.time.clock import DAY, MINUTE, day_span
from kalends.engine.time.span import Span

_STRIDES = (7, 28)
"""Days that are looked at in one go, first and from then on."""
_MOMENT = timedelta(seconds=1)


@allow("read", "customer", "guest", "practitioner")
async def list_starts(ctx: Context, query: StartsQuery) -> list[Start]:
    """The starts at which the public can book a service, in order of time; of a service that is attended, those of its
    sessions. They have the slots of services that follow.

    Raises NotFound(service, resource, site), Invalid(ends_at: before_start; out_of_range beyond 366 days;
    last: out_of_range beyond 110,000 slots of all resources).
    """
    check_window(query.window)
    return await _starts(ctx, query, await _resource_ids(ctx, query))


@allow("read", "customer", "guest", "practitioner")
async def list_days(ctx: Context, query: StartsQuery, first: date, last: date) -> list[StartsOfDay]:
    """The dates from `first` to `last`, both included, that have starts; the window of the query is not used.

    Raises NotFound(service, resource, site), Invalid(last: before_start, out_of_range beyond 366 days or 110,000 slots
    of all resources).
    """
    check_days(first, last)
    # A day more on both sides, as sites may be in other time zones than the account.
    window = Span(day_span(first - DAY, ctx.zone).start, day_span(last + DAY, ctx.zone).end)
    around = msgspec.structs.replace(query, window=window)
    days = by_day(await _starts(ctx, around, await _resource_ids(ctx, query)))
    return [day for day in days if first <= day.day <= last]


@allow("read", "customer", "guest", "practitioner")
async def next_starts(ctx: Context, query: StartsQuery, number: int) -> list[Start]:
    """The first so many starts inside the window of the query, which is looked through as far as it takes.

    Raises NotFound(service, resource, site), Invalid(ends_at: before_start; out_of_range beyond 366 days; last:
    out_of_range beyond 110,000 slots of all resources in four weeks).
    """
    check_window(query.window)
    resource_ids = await _resource_ids(ctx, query)
    start, found, days = max(query.window.start, ctx.now), list[Start](), _STRIDES[0]
    while start < query.window.end and len(found) < number:
        end = min(query.window.end, start + days * DAY)
        found += await _starts(ctx, msgspec.structs.replace(query, window=Span(start, end)), resource_ids)
        start, days = end, _STRIDES[1]
    return found[:number]


@allow("read", "customer", "guest", "practitioner")
async def check_start(ctx: Context, query: StartsQuery, starts: Sequence[datetime]) -> None:
    """Check that the services of a query can begin at these times, one after another; its window is not used.

    Raises Full if they can't, NotFound(service, resource, site).
    """
    at_once = msgspec.structs.replace(query, window=Span(starts[0], starts[0] + _MOMENT))
    listed = await list_starts(ctx, at_once)
    if tuple(starts) not in {start.times for start in listed}:
        raise Full("resource")


async def _resource_ids(ctx: Context, query: StartsQuery) -> list[int] | None:
    """The resources that are asked for; None means all. Raises NotFound(resource, site)."""
    if query.site_id is not None:
        await get_site(ctx, query.site_id)
    if query.resource_ids is None and query.site_id is None:
        return None
    every = {resource.id: resource for resource in await list_resources(ctx, with_inactive=True)}
    named = every if query.resource_ids is None else query.resource_ids
    if unknown := [resource_id for resource_id in named if resource_id not in every]:
        raise NotFound("resource", unknown[0])
    return [resource_id for resource_id in named if query.site_id in (None, every[resource_id].site_id)]


async def _starts(ctx: Context, query: StartsQuery, resource_ids: Sequence[int] | None) -> list[Start]:
    length = query.services[0][1]
    asked = ctx, query.service_id, query.window, resource_ids, query.units, query.people
    listed = await slots(*asked, length=length, besides=query.besides)
    listed = [slot for slot in listed if slot.session_id not in query.without_sessions]
    zones = await zones_of(ctx, {_first(slot) for slot in listed})
    starts = [Start(slot, zones.get(_first(slot), ctx.zone)) for slot in listed]
    starts.sort(key=attrgetter("position"))
    if query.then and starts:
        starts = _chained(starts, await _following(ctx, query), query.people)
    starts = [start for start in starts if start.times != query.without]
    if query.part == ANY_TIME:
        return starts
    return [start for start in starts if query.part.has(start.slot.span.start, start.zone)]


async def _following(ctx: Context, query: StartsQuery) -> list[Following]:
    """The slots of the services that follow, as far as one of them can begin after a start in the window."""
    window = Span(query.window.start, query.window.end + DAY)
    resource_ids = await _resource_ids(ctx, msgspec.structs.replace(query, resource_ids=None))
    services = [(await get_service(ctx, service_id), length) for service_id, length in query.services]
    return [
        Following(
            await slots(ctx, service.id, window, resource_ids, query.units, query.people, length=length),
            (before.buffer_after + service.buffer_before) * MINUTE,
        )
        for (before, _), (service, length) in pairwise(services)
    ]


def _chained(starts: Sequence[Start], following: Sequence[Following], people: int) -> list[Start]:
    chains = ((start, chained(start.slot, following, people)) for start in starts)
    return [msgspec.structs.replace(start, then=then) for start, then in chains if then is not None]


def _first(slot: Slot) -> int:
    return slot.resource_ids[0] if slot.resource_ids else 0

"""Find the times at which resources are free for a given length, without a service."""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from kalends.actions.access import allow
from kalends.actions.availability.free_slots import load_timelines
from kalends.actions.availability.hours import check_days
from kalends.actions.catalog.custom_fields import list_values
from kalends.actions.catalog.resources import list_resources
from kalends.actions.context import Context
from kalends.engine.all_refusals import check_found
from kalends.engine.availability.free_slots import BookingTerms, ResourceTimeline, list_free_slots
from kalends.engine.availability.free_times import DayTimes, Free, FreeTime, FreeTimesQuery
from kalends.engine.catalog.custom_field import meets, value_along
from kalends.engine.catalog.resource import Resource, trees
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.clock import DAY, MINUTE, day_span
from kalends.engine.time.span import Span

MOST_TIMES = 500_000
"""Free times in one answer."""
MOST_STEPS = 110_000
"""Steps to check for one resource, free or not: a year in steps of five minutes."""


@allow("read", "customer", "guest", "practitioner")
async def list_bookable(ctx: Context) -> list[Resource]:
    """List the active resources at the caller's sites, parts included but no inventory, in display order."""
    return [resource for resource in await list_resources(ctx) if resource.kind != "inventory"]


@allow("read", "customer", "guest", "practitioner")
async def free_times(ctx: Context, query: FreeTimesQuery) -> list[Free]:
    """Return when each requested resource is wholly free, by time, in steps of the length from each opening on.

    Where the query begins later than the opening, the steps begin there. Past times and times that could not be booked
    are left out, and so are resources that don't meet the conditions.

    Raises NotFound(resource), Invalid(length: out_of_range; until_minute: before_start; last: before_start,
    out_of_range, beyond 366 days, 110,000 steps or 500,000 times).
    """
    _check(query)
    bookable = await list_bookable(ctx)
    resources = await _meeting_conditions(ctx, _requested(bookable, query.resource_ids), query)
    terms = BookingTerms(duration=query.length, step=query.length)
    # One day more on both sides, as sites may be in other time zones than the account.
    window = Span(day_span(query.first - DAY, ctx.zone).start, day_span(query.last + DAY, ctx.zone).end)
    timelines = await load_timelines(ctx, [(resource, terms) for resource in resources], window)
    by_id = {resource.id: resource for resource in bookable}
    paths = (tuple(by_id[node] for node in resource.path) for resource in resources)
    timelines_with_units = ((timelines[resource.id], max(1, resource.capacity)) for resource in resources)
    times = _times(ctx, query, terms, timelines_with_units)
    return [Free(path, resource_times) for path, resource_times in zip(paths, times, strict=True)]


def _check(query: FreeTimesQuery) -> None:
    check_days(query.first, query.last)
    if not MINUTE <= query.length <= DAY:
        raise Invalid(Fault("length", "out_of_range"))
    if query.until_minute <= query.from_minute:
        raise Invalid(Fault("until_minute", "before_start"))
    days = (query.last - query.first).days + 1
    if days * (DAY // query.length) > MOST_STEPS:
        raise Invalid(Fault("last", "out_of_range"))


def _requested(bookable: Sequence[Resource], resource_ids: Sequence[int] | None) -> list[Resource]:
    """The requested resources, each once (None: all). A resource with parts is replaced by its lowest parts."""
    ids_with_parts = {resource.parent_id for resource in bookable}
    lowest_parts: dict[int, list[Resource]] = {}
    for tree in trees(bookable):
        for resource in (tree.root, *tree.parts):
            for node in resource.path:
                lowest_parts.setdefault(node, []).extend([] if resource.id in ids_with_parts else [resource])
    ids = [tree.root.id for tree in trees(bookable)] if resource_ids is None else resource_ids
    check_found(("resource", ids, lowest_parts))
    return list({part.id: part for resource_id in ids for part in lowest_parts[resource_id]}.values())


async def _meeting_conditions(ctx: Context, resources: list[Resource], query: FreeTimesQuery) -> list[Resource]:
    if not query.conditions:
        return resources
    values = await list_values(ctx)
    return [resource for resource in resources if _meets_all(resource, query, values)]


def _meets_all(resource: Resource, query: FreeTimesQuery, values: Mapping[int, Mapping[int, str]]) -> bool:
    return all(
        meets(condition, value_along(resource.path, values, condition.field.id)) for condition in query.conditions
    )


def _times(
    ctx: Context, query: FreeTimesQuery, terms: BookingTerms, timelines: Iterable[tuple[ResourceTimeline, int]]
) -> list[list[FreeTime]]:
    """The free times of each timeline; the units are the whole capacity, so that times are wholly free."""
    by_zone: dict[ZoneInfo, DayTimes] = {}
    left = MOST_TIMES if query.limit is None else min(query.limit, MOST_TIMES)
    times_of_each: list[list[FreeTime]] = []
    for timeline, units in timelines:
        day_times = by_zone.setdefault(timeline.zone, DayTimes(query, timeline.zone))
        slots = list_free_slots(day_times.within_hours(timeline), terms, day_times.window, ctx.now, units)
        times = list(day_times.of(slots)) if left else []
        if len(times) > left and query.limit is None:
            raise Invalid(Fault("last", "out_of_range"))
        times_of_each.append(times[:left])
        left -= len(times_of_each[-1])
    return times_of_each

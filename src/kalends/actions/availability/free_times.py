"""When resources are free for a length of time, without a service."""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from kalends.actions.access import allow
from kalends.actions.availability.hours import check_days
from kalends.actions.availability.offers import load_timelines
from kalends.actions.catalog.custom_fields import values_of
from kalends.actions.catalog.resources import list_resources
from kalends.actions.context import Context
from kalends.engine.availability.free_times import DayTimes, Free, FreeTime, FreeTimesQuery
from kalends.engine.availability.offers import BookingTerms, ResourceTimeline, offers
from kalends.engine.catalog.custom_field import meets, value_along
from kalends.engine.catalog.resource import Resource, trees
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.engine.time.clock import DAY, MINUTE, day_span
from kalends.engine.time.span import Span

MOST_TIMES = 500_000
"""In one answer."""
MOST_STEPS = 110_000
"""Of one resource, free or not: a year in steps of five minutes."""


@allow("read", "customer", "guest")
async def list_bookable(ctx: Context) -> list[Resource]:
    """The active resources and their parts that can be booked on their own, as they are to be shown: no inventory."""
    return [one for one in await list_resources(ctx) if one.kind != "inventory"]


@allow("read", "customer", "guest")
async def free_times(ctx: Context, query: FreeTimesQuery) -> list[Free]:
    """When each resource asked for is wholly free, chronological, in steps of the length from each opening on.

    Nothing is offered that the guard would refuse, and nothing that is past; the resources that do not meet the
    conditions are left out. Raises NotFound(resource), Invalid(last: before_start or out_of_range, also when there are
    too many; length, until_minute).
    """
    _check(query)
    bookable = await list_bookable(ctx)
    asked = _asked(bookable, query.resource_ids)
    asked = await _fitting(ctx, asked, query)
    terms = BookingTerms(duration=query.length, step=query.length)
    # A day more on either side, for the sites may be in other zones than the account.
    window = Span(day_span(query.first - DAY, ctx.zone).start, day_span(query.last + DAY, ctx.zone).end)
    found = await load_timelines(ctx, [(one, terms) for one in asked], window)
    seen = [found[one.id] for one in asked]
    known = {one.id: one for one in bookable}
    paths = (tuple(known[each] for each in one.path) for one in asked)
    wholes = [max(1, one.capacity) for one in asked]
    times = _times(ctx, query, terms, zip(seen, wholes, strict=True))
    return [Free(*each) for each in zip(paths, times, strict=True)]


def _check(query: FreeTimesQuery) -> None:
    check_days(query.first, query.last)
    if not MINUTE <= query.length <= DAY:
        raise Invalid(Fault("length", "out_of_range"))
    if query.until_minute <= query.from_minute:
        raise Invalid(Fault("until_minute", "before_start"))
    days = (query.last - query.first).days + 1
    if days * (DAY // query.length) > MOST_STEPS:
        raise Invalid(Fault("last", "out_of_range"))


def _asked(bookable: Sequence[Resource], resource_ids: Sequence[int] | None) -> list[Resource]:
    """Those asked for, each once, and instead of one that has parts these, as far down as there are any."""
    wholes = {one.parent_id for one in bookable}
    leaves: dict[int, list[Resource]] = {}
    for tree in trees(bookable):
        for one in (tree.root, *tree.parts):
            for whole in one.path:
                leaves.setdefault(whole, []).extend([] if one.id in wholes else [one])
    wanted = [tree.root.id for tree in trees(bookable)] if resource_ids is None else resource_ids
    if unknown := [one for one in wanted if one not in leaves]:
        raise NotFound("resource", unknown[0])
    return list({part.id: part for one in wanted for part in leaves[one]}.values())


async def _fitting(ctx: Context, asked: list[Resource], query: FreeTimesQuery) -> list[Resource]:
    if not query.conditions:
        return asked
    values = await values_of(ctx)
    return [one for one in asked if _fits(one, query, values)]


def _fits(one: Resource, query: FreeTimesQuery, values: Mapping[int, Mapping[int, str]]) -> bool:
    return all(meets(each, value_along(one.path, values, each.field.id)) for each in query.conditions)


def _times(
    ctx: Context, query: FreeTimesQuery, terms: BookingTerms, seen: Iterable[tuple[ResourceTimeline, int]]
) -> list[list[FreeTime]]:
    places: dict[ZoneInfo, DayTimes] = {}
    most = MOST_TIMES if query.limit is None else min(query.limit, MOST_TIMES)
    found, left = list[list[FreeTime]](), most
    for scene, whole in seen:
        place = places.setdefault(scene.zone, DayTimes(query, scene.zone))
        times = list(place.of(offers(scene, terms, place.window, ctx.now, whole))) if left else []
        if len(times) > left and query.limit is None:
            raise Invalid(Fault("last", "out_of_range"))
        found.append(times[:left])
        left -= len(found[-1])
    return found

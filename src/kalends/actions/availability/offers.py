"""What can be booked: the engine's offers, for services and resources as they are stored."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, partial
from typing import TypeAlias

from kalends.actions.access import internal
from kalends.actions.catalog.resources import resources_of
from kalends.actions.context import Context
from kalends.engine.availability.capacity import BusyInterval, Node
from kalends.engine.availability.offers import BookingTerms, FreeSlot, ResourceTimeline, lookup_window
from kalends.engine.availability.offers import offers as offers_of
from kalends.engine.availability.openings import open_spans
from kalends.engine.bookings.terms import booking_terms
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.time.span import Span
from kalends.store.availability.openings import hours_of
from kalends.store.availability.timelines import load_busy, load_trees
from kalends.store.catalog.services import find_overrides

Terms: TypeAlias = Sequence[tuple[Resource, BookingTerms]]


@internal
async def terms_of(ctx: Context, service: Service, resource_ids: Sequence[int] | None = None) -> Terms:
    """The resources that serve a service, those of `resource_ids` only, and how each offers it.

    None of a service that is retired, attended in sessions, or sold.
    """
    if not service.active or service.kind != "appointment":
        return []
    serving = await resources_of(ctx, service.id)
    overrides = {own.resource_id: own for own in await find_overrides(ctx.db, ctx.account.id, [service.id])}
    return [
        (one, booking_terms(service, overrides.get(one.id), on_step=True))
        for one in serving
        if resource_ids is None or one.id in resource_ids
    ]


@internal
async def offers_on(ctx: Context, service: Service, terms: Terms, window: Span, units: int = 1) -> list[FreeSlot]:
    """What the public can book of a service on these resources, in their order."""
    timelines = await load_timelines(ctx, terms, window, service.id)
    return [slot for one, term in terms for slot in offers_of(timelines[one.id], term, window, ctx.now, units)]


@internal
async def load_timelines(
    ctx: Context, terms: Terms, window: Span, service_id: int | None = None
) -> dict[int, ResourceTimeline]:
    """What must be known of the time of these resources to say what each offers in a window, by resource."""
    if not terms:
        return {}
    ids = [resource.id for resource, _ in terms]
    hours = await hours_of(ctx.db, ctx.account.id, ids, service_id)
    trees = _by_root(await load_trees(ctx.db, ctx.account.id, ids))
    windows = [lookup_window(term, window, hours[resource.id].zone) for resource, term in terms]
    around = Span(min(span.start for span in windows), max(span.end for span in windows))
    nodes = [node.id for tree in trees.values() for node in tree]
    busy = defaultdict[int, list[BusyInterval]](list)
    for interval in await load_busy(ctx.db, ctx.account.id, nodes, around, ctx.now):
        busy[interval.resource_id].append(interval)
    # Most resources of a place are open at the same hours.
    open_at = cache(partial(open_spans, window=around, service_id=service_id))
    return {
        resource.id: ResourceTimeline(
            resource.id,
            hours[resource.id].zone,
            open_at(hours[resource.id]),
            trees[resource.path[0]],
            [interval for node in trees[resource.path[0]] for interval in busy[node.id]],
        )
        for resource, _ in terms
    }


def _by_root(nodes: Sequence[Node]) -> dict[int, list[Node]]:
    """Each tree by the id of its root."""
    parents = {node.id: node.parent_id for node in nodes}
    trees = defaultdict[int, list[Node]](list)
    for node in nodes:
        root = node.id
        while (parent := parents[root]) is not None:
            root = parent
        trees[root].append(node)
    return trees

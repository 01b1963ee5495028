"""What can be booked: the engine's offers, for services and resources as they are stored."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, partial
from typing import TypeAlias

from kalends.actions.catalogue import resources_of
from kalends.actions.context import Context
from kalends.engine.availability import BookingTerms, FreeSlot, ResourceTimeline, lookup_window
from kalends.engine.availability import offers as offers_of
from kalends.engine.capacity import BusyInterval, Node
from kalends.engine.catalogue import Resource, Service
from kalends.engine.openings import open_spans
from kalends.engine.placing import offering
from kalends.engine.span import Span
from kalends.store import bookings
from kalends.store.catalogue import find_offered
from kalends.store.openings import hours_of

Terms: TypeAlias = Sequence[tuple[Resource, BookingTerms]]


async def terms_of(ctx: Context, service: Service, resource_ids: Sequence[int] | None = None) -> Terms:
    """The resources that serve a service, those of `resource_ids` only, and how each offers it.

    None of a service that is retired, attended in sessions, or sold.
    """
    if not service.active or service.kind != "appointment":
        return []
    serving = await resources_of(ctx, service.id)
    overrides = {own.resource_id: own for own in await find_offered(ctx.db, ctx.account.id, [service.id])}
    return [
        (one, offering(service, overrides.get(one.id), on_step=True))
        for one in serving
        if resource_ids is None or one.id in resource_ids
    ]


async def offers_on(ctx: Context, service: Service, terms: Terms, window: Span, units: int = 1) -> list[FreeSlot]:
    """What the public can book of a service on these resources, in their order."""
    seen = await scenes(ctx, terms, window, service.id)
    pairs = zip(seen, terms, strict=True)
    return [offer for scene, (_, term) in pairs for offer in offers_of(scene, term, window, ctx.now, units)]


async def scenes(ctx: Context, terms: Terms, window: Span, service_id: int | None = None) -> list[ResourceTimeline]:
    """What must be known of the time of these resources, in their order, to say what each offers in a window."""
    if not terms:
        return []
    ids = [resource.id for resource, _ in terms]
    hours = await hours_of(ctx.db, ctx.account.id, ids, service_id)
    trees = _by_root(await bookings.load_trees(ctx.db, ctx.account.id, ids))
    reaches = [lookup_window(term, window, hours[resource.id].zone) for resource, term in terms]
    around = Span(min(span.start for span in reaches), max(span.end for span in reaches))
    nodes = [node.id for tree in trees.values() for node in tree]
    loads = defaultdict[int, list[BusyInterval]](list)
    for load in await bookings.load_claims(ctx.db, ctx.account.id, nodes, around, ctx.now):
        loads[load.resource_id].append(load)
    # Most resources of a place are open at the same hours.
    open_at = cache(partial(open_spans, window=around, service_id=service_id))
    return [
        ResourceTimeline(
            resource.id,
            hours[resource.id].zone,
            open_at(hours[resource.id]),
            trees[resource.path[0]],
            [load for node in trees[resource.path[0]] for load in loads[node.id]],
        )
        for resource, _ in terms
    ]


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

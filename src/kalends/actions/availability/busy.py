"""When resources are busy, whoever occupies them."""

from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.access import allow
from kalends.actions.availability.free_slots import load_busy_trees
from kalends.actions.availability.hours import check_window
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import get_site, zones_of
from kalends.actions.context import Context
from kalends.engine.availability.busy_spans import BusyQuery, BusySpan, busy_spans
from kalends.engine.availability.capacity import usage_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import NotFound


class Busy(msgspec.Struct, frozen=True):
    """The busy times of a resource, with the time zone of its site."""

    resource: Resource
    zone: ZoneInfo
    spans: tuple[BusySpan, ...]


@allow("read")
async def busy_times(ctx: Context, query: BusyQuery) -> list[Busy]:
    """When resources are occupied, in their order.

    What occupies one may be a part of it, or its whole; buffers are included, holds that are over are not.
    Raises NotFound(resource, site), Invalid(ends_at: before_start; out_of_range beyond 366 days).
    """
    check_window(query.window)
    if query.site_id is not None:
        await get_site(ctx, query.site_id)
    every = await list_resources(ctx, with_inactive=query.resource_ids is not None)
    named = {resource.id for resource in every} if query.resource_ids is None else set(query.resource_ids)
    if unknown := named - {resource.id for resource in every}:
        raise NotFound("resource", min(unknown))
    resources = [resource for resource in every if resource.id in named and query.site_id in (None, resource.site_id)]
    ids = [resource.id for resource in resources]
    trees, zones = await load_busy_trees(ctx, ids, query.window), await zones_of(ctx, ids)
    busy: list[Busy] = []
    for resource in resources:
        tree = trees[resource.path[0]]
        spans = busy_spans(usage_of(tree.nodes, tree.busy, resource.id), query.window)
        busy.append(Busy(resource, zones[resource.id], tuple(spans)))
    return busy

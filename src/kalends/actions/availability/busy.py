"""When resources are busy, whoever occupies them."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.access import allow
from kalends.actions.availability.free_slots import load_busy_trees
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import zones_of
from kalends.actions.context import Context
from kalends.engine.availability.busy_spans import BusySpan, busy_spans
from kalends.engine.availability.capacity import usage_of
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import NotFound
from kalends.engine.time.span import Span


class Busy(msgspec.Struct, frozen=True):
    """The busy times of a resource, with the time zone of its site."""

    resource: Resource
    zone: ZoneInfo
    spans: tuple[BusySpan, ...]


@allow("read")
async def busy_times(
    ctx: Context, window: Span, resource_ids: Collection[int] | None = None, site_id: int | None = None
) -> list[Busy]:
    """When these resources (None: all that are active), at this site (None: any), are occupied in a window.

    What occupies them may be a part or the whole of a resource; buffers are included, holds that are over are not.
    Raises NotFound(resource).
    """
    every = await list_resources(ctx, with_inactive=resource_ids is not None)
    named = {resource.id for resource in every} if resource_ids is None else set(resource_ids)
    if unknown := named - {resource.id for resource in every}:
        raise NotFound("resource", min(unknown))
    resources = [resource for resource in every if resource.id in named and site_id in (None, resource.site_id)]
    ids = [resource.id for resource in resources]
    trees, zones = await load_busy_trees(ctx, ids, window), await zones_of(ctx, ids)
    busy: list[Busy] = []
    for resource in resources:
        tree = trees[resource.path[0]]
        spans = busy_spans(usage_of(tree.nodes, tree.busy, resource.id), window)
        busy.append(Busy(resource, zones[resource.id], tuple(spans)))
    return busy

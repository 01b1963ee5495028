"""Changes of what resources offer, and the bookings that they leave behind: these stay, and are named."""

from collections.abc import Sequence
from datetime import date

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.availability.offerings import put_offering
from kalends.actions.bookings.find import list_items
from kalends.actions.catalog.resources import change_resource, get_resource
from kalends.actions.context import Context, transaction
from kalends.engine.availability.interval import Interval
from kalends.engine.availability.offering import OfferedService
from kalends.engine.availability.openings import open_spans
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.terms import check_serves
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.refusals import NotFound, NotServed
from kalends.engine.time.clock import DAY
from kalends.engine.time.span import Span
from kalends.store.availability.openings import hours_of
from kalends.store.catalog.services import find_overrides

MOST_NAMED = 1000
"""Bookings of a resource that are looked at."""


class ChangedOffering(msgspec.Struct, frozen=True):
    """A resource after a change, and its bookings to come that lie outside of what it offers now."""

    resource: Resource
    left_over: tuple[ItemView, ...] = ()


@allow("manage")
async def add_offering(
    ctx: Context, patch: ResourcePatch, services: Sequence[OfferedService], intervals: Sequence[Interval]
) -> ChangedOffering:
    """A new resource that offers these services at these intervals. Raises what `put_offering` raises."""
    async with transaction(ctx) as tx:
        return ChangedOffering(await put_offering(tx, None, patch, services, intervals))


@allow("manage")
async def replace_offering(
    ctx: Context,
    resource_id: int,
    patch: ResourcePatch,
    services: Sequence[OfferedService],
    intervals: Sequence[Interval],
) -> ChangedOffering:
    """Have a resource offer these services at these intervals instead. Raises what `put_offering` raises."""
    async with transaction(ctx) as tx:
        resource = await put_offering(tx, resource_id, patch, services, intervals)
        return ChangedOffering(resource, tuple(await left_over(tx, resource)))


@allow("manage")
async def end_offering(ctx: Context, resource_id: int, last: date, site_id: int | None = None) -> ChangedOffering:
    """A resource offers nothing after this date. With a `site_id` it must stand there.

    Raises NotFound(resource), Invalid(valid_until: before_start).
    """
    async with transaction(ctx) as tx:
        if site_id not in (None, (await get_resource(tx, resource_id)).site_id):
            raise NotFound("resource", resource_id)
        resource = await change_resource(tx, resource_id, ResourcePatch(valid_until=last + DAY))
        return ChangedOffering(resource, tuple(await left_over(tx, resource)))


@internal
async def left_over(ctx: Context, resource: Resource) -> list[ItemView]:
    """Those of the first 1,000 active items of a resource to come that lie outside of its hours, or of a service that
    it does not serve."""
    query = ItemQuery(kinds=("appointment", "seat"), resource_ids=(resource.id,), ends_after=ctx.now, limit=MOST_NAMED)
    views = (await list_items(ctx, query)).rows
    outside: list[ItemView] = []
    for service_id in dict.fromkeys(view.item.service_id for view in views):
        of_service = [view for view in views if view.item.service_id == service_id]
        if not await _serves(ctx, resource, of_service[0]):
            outside += of_service
            continue
        hours = (await hours_of(ctx.db, ctx.account.id, [resource.id], service_id))[resource.id]
        spans = [Span(view.item.starts_at, view.item.ends_at) for view in of_service]
        window = Span(min(span.start for span in spans), max(span.end for span in spans))
        open_times = open_spans(hours, window, service_id)
        outside += [view for view, span in zip(of_service, spans, strict=True) if not open_times.covers(span)]
    return sorted(outside, key=lambda view: (view.item.starts_at, view.item.id))


async def _serves(ctx: Context, resource: Resource, view: ItemView) -> bool:
    if view.service is None:
        return True
    overrides = await find_overrides(ctx.db, ctx.account.id, [view.service.id])
    try:
        check_serves(resource, view.service, tuple(overrides))
    except NotServed:
        return False
    return True

"""Resources and when they are open."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.actions.availability import hours
from kalends.actions.catalog import resources
from kalends.actions.context import Context
from kalends.dialects.kit.objects import ObjectHandlers
from kalends.dialects.kit.reader import parse_params, parse_query
from kalends.dialects.makeplans.fields.view import RenderContext, render_context
from kalends.dialects.makeplans.parse.dates import parse_hours
from kalends.dialects.makeplans.parse.resources import parse_resource, parse_resource_change
from kalends.dialects.makeplans.render import render_hours, render_hours_of_all, render_resource, render_resources
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.resource import Resource
from kalends.web.door import Answer, WebRequest


async def _look_up(ctx: Context, rows: Sequence[Resource], params: Mapping[str, Any]) -> RenderContext:
    """The context for these resources: their openings."""
    return render_context(ctx, openings=await resources.list_openings(ctx, [resource.id for resource in rows]))


RESOURCES = ObjectHandlers("resource_id", "resource", _look_up, render_resource)

listing = RESOURCES.list_all(lambda ctx, params: resources.list_resources(ctx), render_resources)
show = RESOURCES.show(resources.get_resource)
create = RESOURCES.create(parse_resource, lambda ctx, new: resources.add_resource(ctx, *new))
remove = RESOURCES.act(resources.remove_resource)
id_of = RESOURCES.id_of


async def update(request: WebRequest, ctx: Context) -> Answer:
    """PUT /resources/{resource_id}"""
    present, openings = await _resource_with_openings(ctx, id_of(request))
    change = parse_resource_change(await parse_params(request), ctx, present, openings)
    resource = await resources.change_resource(ctx, present.id, change.patch, change.openings, change.weekdays)
    return await RESOURCES.answer(ctx, resource)


async def opening_hours(request: WebRequest, ctx: Context) -> Answer:
    """GET /resources/opening_hours"""
    dates = parse_hours(parse_query(request), ctx)
    by_resource = await hours.opening_hours(ctx, dates.resource_ids, dates.first, dates.last, dates.service_id)
    return render_hours_of_all(await resources.list_resources(ctx), by_resource)


async def opening_hours_of_one(request: WebRequest, ctx: Context) -> Answer:
    """GET /resources/{resource_id}/opening_hours"""
    dates = parse_hours(parse_query(request), ctx)
    resource = await resources.get_resource(ctx, id_of(request))
    by_resource = await hours.opening_hours(ctx, [resource.id], dates.first, dates.last, dates.service_id)
    return render_hours(by_resource[resource.id], dates.service_id)


async def _resource_with_openings(ctx: Context, resource_id: int) -> tuple[Resource, list[Opening]]:
    resource = await resources.get_resource(ctx, resource_id)
    return resource, (await resources.list_openings(ctx, [resource_id]))[resource_id]

"""Resources and when they are open."""

from collections.abc import Sequence

from kalends.actions import catalogue, hours, resources
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.dialects.makeplans.fields.view import View, view_of
from kalends.dialects.makeplans.parse.dates import parse_hours
from kalends.dialects.makeplans.parse.resources import parse_resource, parse_resource_change
from kalends.dialects.makeplans.render import render_hours, render_hours_of_all, render_resource, render_resources
from kalends.engine.catalogue import Resource
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /resources"""
    found = await catalogue.list_resources(ctx)
    return render_resources(found, await viewed(ctx, found))


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /resources/{resource_id}"""
    found = await catalogue.get_resource(ctx, id_of(request))
    return render_resource(found, await viewed(ctx, [found]))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /resources"""
    patch, openings = parse_resource(await parse_params(request), ctx)
    made = await catalogue.add_resource(ctx, patch, openings)
    return render_resource(made, view_of(ctx, openings={made.id: openings or []}))


async def update(request: WebRequest, ctx: Context) -> Answer:
    """PUT /resources/{resource_id}"""
    present = await catalogue.get_resource(ctx, id_of(request))
    openings = (await catalogue.openings_of(ctx, [present.id]))[present.id]
    change = parse_resource_change(await parse_params(request), ctx, present, openings)
    changed = await resources.change_resource(ctx, present.id, change.patch, change.openings, change.weekdays)
    return render_resource(changed, await viewed(ctx, [changed]))


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """DELETE /resources/{resource_id}"""
    gone = await resources.remove_resource(ctx, id_of(request))
    return render_resource(gone, await viewed(ctx, [gone]))


async def opening_hours(request: WebRequest, ctx: Context) -> Answer:
    """GET /resources/opening_hours"""
    asked = parse_hours(parse_query(request), ctx)
    found = await hours.opening_hours(ctx, asked.resource_ids, asked.first, asked.last, asked.service_id)
    return render_hours_of_all(await catalogue.list_resources(ctx), found)


async def opening_hours_of_one(request: WebRequest, ctx: Context) -> Answer:
    """GET /resources/{resource_id}/opening_hours"""
    asked = parse_hours(parse_query(request), ctx)
    one = await catalogue.get_resource(ctx, id_of(request))
    found = await hours.opening_hours(ctx, [one.id], asked.first, asked.last, asked.service_id)
    return render_hours(found[one.id], asked.service_id)


def id_of(request: WebRequest) -> int:
    """The id in the path. Raises NotFound."""
    return parse_id(request.path_params["resource_id"], "resource")


async def viewed(ctx: Context, found: Sequence[Resource]) -> View:
    """The frame for these resources, with their openings."""
    return view_of(ctx, openings=await catalogue.openings_of(ctx, [resource.id for resource in found]))

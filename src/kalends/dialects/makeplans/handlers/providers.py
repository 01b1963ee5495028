"""Which resources provide which services, and when."""

from collections.abc import Sequence

from kalends.actions.availability import hours
from kalends.actions.catalog import assignments
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.dialects.makeplans.fields.view import RenderContext, render_context
from kalends.dialects.makeplans.parse.dates import parse_hours
from kalends.dialects.makeplans.parse.resources import parse_provider
from kalends.dialects.makeplans.render import render_hours, render_provider, render_providers
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /providers"""
    found = await assignments.list_assignments(ctx)
    return render_providers(found, await viewed(ctx, found))


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /providers/{provider_id}"""
    found = await assignments.get_assignment(ctx, id_of(request))
    return render_provider(found, await viewed(ctx, [found]))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /providers"""
    patch, openings = parse_provider(await parse_params(request), ctx)
    made = await assignments.add_assignment(ctx, patch, openings or ())
    return render_provider(made, render_context(ctx, openings={made.id: openings or []}))


async def update(request: WebRequest, ctx: Context) -> Answer:
    """PUT /providers/{provider_id}"""
    present = await assignments.get_assignment(ctx, id_of(request))
    openings = (await assignments.openings_of_assignments(ctx, [present.id]))[present.id]
    patch, wanted = parse_provider(await parse_params(request), ctx, present, openings)
    changed = await assignments.change_assignment(ctx, present.id, patch, wanted)
    return render_provider(changed, await viewed(ctx, [changed]))


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """DELETE /providers/{provider_id}"""
    gone = await assignments.remove_assignment(ctx, id_of(request))
    return render_provider(gone, render_context(ctx))


async def opening_hours(request: WebRequest, ctx: Context) -> Answer:
    """GET /providers/{provider_id}/opening_hours"""
    asked = parse_hours(parse_query(request), ctx)
    one = await assignments.get_assignment(ctx, id_of(request))
    found = await hours.opening_hours(ctx, [one.resource_id], asked.first, asked.last, one.service_id)
    return render_hours(found[one.resource_id], one.service_id)


def id_of(request: WebRequest) -> int:
    """The id in the path. Raises NotFound."""
    return parse_id(request.path_params["provider_id"], "service_assignment")


async def viewed(ctx: Context, found: Sequence[ServiceAssignment]) -> RenderContext:
    """The context for these providers, with their hours."""
    return render_context(ctx, openings=await assignments.openings_of_assignments(ctx, [one.id for one in found]))

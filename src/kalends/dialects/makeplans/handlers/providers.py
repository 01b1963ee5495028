"""Which resources provide which services, and when."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.actions.availability import hours
from kalends.actions.catalog import assignments
from kalends.actions.context import Context
from kalends.dialects.kit.objects import ObjectHandlers
from kalends.dialects.kit.reader import parse_params, parse_query
from kalends.dialects.makeplans.fields.view import RenderContext, render_context
from kalends.dialects.makeplans.parse.dates import parse_hours
from kalends.dialects.makeplans.parse.resources import parse_provider, parse_provider_change
from kalends.dialects.makeplans.render import render_hours, render_provider, render_providers
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.web.door import Answer, WebRequest


async def look_up(ctx: Context, providers: Sequence[ServiceAssignment], params: Mapping[str, Any]) -> RenderContext:
    """The context for these providers: their openings."""
    ids = [provider.id for provider in providers]
    return render_context(ctx, openings=await assignments.openings_of_assignments(ctx, ids))


PROVIDERS = ObjectHandlers("provider_id", "service_assignment", look_up, render_provider)

listing = PROVIDERS.list_all(lambda ctx, params: assignments.list_assignments(ctx), render_providers)
show = PROVIDERS.show(assignments.get_assignment)
create = PROVIDERS.create(parse_provider, lambda ctx, new: assignments.add_assignment(ctx, *new))
remove = PROVIDERS.act(assignments.remove_assignment)


async def update(request: WebRequest, ctx: Context) -> Answer:
    """PUT /providers/{provider_id}"""
    present, present_openings = await _provider_with_openings(ctx, PROVIDERS.id_of(request))
    patch, openings = parse_provider_change(await parse_params(request), ctx, present, present_openings)
    provider = await assignments.change_assignment(ctx, present.id, patch, openings)
    return await PROVIDERS.answer(ctx, provider)


async def opening_hours(request: WebRequest, ctx: Context) -> Answer:
    """GET /providers/{provider_id}/opening_hours"""
    dates = parse_hours(parse_query(request), ctx)
    provider = await assignments.get_assignment(ctx, PROVIDERS.id_of(request))
    resource_id, service_id = provider.resource_id, provider.service_id
    by_resource = await hours.opening_hours(ctx, [resource_id], dates.first, dates.last, service_id)
    return render_hours(by_resource[resource_id], service_id)


async def _provider_with_openings(ctx: Context, provider_id: int) -> tuple[ServiceAssignment, list[Opening]]:
    provider = await assignments.get_assignment(ctx, provider_id)
    return provider, (await assignments.openings_of_assignments(ctx, [provider_id]))[provider_id]

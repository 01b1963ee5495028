"""Services, who provides them, and when they can be booked."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.actions.bookings import slots
from kalends.actions.catalog import assignments, resources, services
from kalends.actions.context import Context
from kalends.dialects.kit.objects import ObjectHandlers
from kalends.dialects.kit.reader import parse_query
from kalends.dialects.makeplans.fields.view import RenderContext, render_context
from kalends.dialects.makeplans.handlers import providers
from kalends.dialects.makeplans.parse.dates import parse_dates, parse_slots
from kalends.dialects.makeplans.parse.reader import parse_extended
from kalends.dialects.makeplans.parse.services import parse_service, parse_service_change, parse_service_query
from kalends.dialects.makeplans.render import (
    render_dates,
    render_next_date,
    render_providers,
    render_service,
    render_services,
    render_slots,
)
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import SERVICE_KINDS, Service, ServicePatch
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest


async def _look_up(ctx: Context, found: Sequence[Service], params: Mapping[str, Any]) -> RenderContext:
    """The context for these services, with the active resources that serve each of them."""
    extended = parse_extended(params, ctx)
    every = {one.id: one for one in await resources.list_resources(ctx)}
    served: dict[int, list[Resource]] = {one.id: list(every.values()) if one.served_by_all else [] for one in found}
    named = await assignments.list_assignments(ctx, [one.id for one in found])
    for service_id in {one.service_id for one in named}:
        served[service_id] = [every[one.resource_id] for one in named if one.service_id == service_id]
    openings = await resources.openings_of(ctx, sorted(every)) if extended else {}
    return render_context(ctx, extended=extended, served_by=served, openings=openings)


async def _add(ctx: Context, parsed: tuple[ServicePatch, tuple[int, ...] | None]) -> Service:
    return await services.add_service(ctx, *parsed)


SERVICES = ObjectHandlers("service_id", "service", _look_up, render_service)

show = SERVICES.show(services.get_service)
create = SERVICES.create(parse_service, _add)
update = SERVICES.update_present(services.get_service, parse_service_change, services.change_service)
remove = SERVICES.act(services.remove_service)


def listing(*kinds: str) -> Handler:
    """The handler of the services of some booking types, or of all."""

    async def load(ctx: Context, params: Mapping[str, Any]) -> list[Service]:
        asked_for = parse_service_query(params, ctx)
        return [one for one in await services.list_services_of(ctx, kinds or SERVICE_KINDS) if asked_for(one)]

    return SERVICES.list_all(load, render_services)


async def availability(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/availability"""
    service = await services.get_service(ctx, SERVICES.id_of(request))
    found = await assignments.list_assignments(ctx, [service.id])
    return render_providers(found, await providers.viewed(ctx, found))


async def list_slots(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/slots"""
    asked = parse_slots(parse_query(request), ctx)
    found = await slots.slots_on(ctx, SERVICES.id_of(request), asked.first, asked.last, asked.resource_ids)
    return render_slots(found, render_context(ctx))


async def next_available_date(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/next_available_date"""
    asked = parse_slots(parse_query(request), ctx)
    found = await slots.next_available_date(ctx, SERVICES.id_of(request), asked.first, resource_ids=asked.resource_ids)
    return render_next_date(found)


async def available_dates(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/available_dates"""
    asked = parse_dates(parse_query(request), ctx)
    found = await slots.available_dates(ctx, SERVICES.id_of(request), asked.first, asked.last, asked.resource_ids)
    return render_dates(found)

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
from kalends.engine.catalog.service import SERVICE_KINDS, Service
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest


async def _look_up(ctx: Context, rows: Sequence[Service], params: Mapping[str, Any]) -> RenderContext:
    """The context for these services: the active resources that serve each, with openings if extended."""
    extended = parse_extended(params, ctx)
    active = {resource.id: resource for resource in await resources.list_resources(ctx)}
    served_by: dict[int, list[Resource]] = {
        service.id: list(active.values()) if service.served_by_all else [] for service in rows
    }
    assigned = await assignments.list_assignments(ctx, [service.id for service in rows])
    for service_id in {assignment.service_id for assignment in assigned}:
        served_by[service_id] = [active[row.resource_id] for row in assigned if row.service_id == service_id]
    openings = await resources.list_openings(ctx, sorted(active)) if extended else {}
    return render_context(ctx, extended=extended, served_by=served_by, openings=openings)


SERVICES = ObjectHandlers("service_id", "service", _look_up, render_service)

show = SERVICES.show(services.get_service)
create = SERVICES.create(parse_service, lambda ctx, new: services.add_service(ctx, *new))
update = SERVICES.update_present(services.get_service, parse_service_change, services.change_service)
remove = SERVICES.act(services.remove_service)


def listing(*kinds: str) -> Handler:
    """The handler that lists the services of these booking types, or of all."""

    async def load(ctx: Context, params: Mapping[str, Any]) -> list[Service]:
        query = parse_service_query(params, ctx)
        return [row for row in await services.list_services_of(ctx, kinds or SERVICE_KINDS) if query.matches(row)]

    return SERVICES.list_all(load, render_services)


async def availability(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/availability"""
    service = await services.get_service(ctx, SERVICES.id_of(request))
    assigned = await assignments.list_assignments(ctx, [service.id])
    return render_providers(assigned, await providers.look_up(ctx, assigned, {}))


async def list_slots(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/slots"""
    query = parse_slots(parse_query(request), ctx)
    free = await slots.slots_on(ctx, SERVICES.id_of(request), query.first, query.last, query.resource_ids)
    return render_slots(free, render_context(ctx))


async def next_available_date(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/next_available_date"""
    query = parse_slots(parse_query(request), ctx)
    day = await slots.next_available_date(ctx, SERVICES.id_of(request), query.first, resource_ids=query.resource_ids)
    return render_next_date(day)


async def available_dates(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/available_dates"""
    query = parse_dates(parse_query(request), ctx)
    days = await slots.available_dates(ctx, SERVICES.id_of(request), query.first, query.last, query.resource_ids)
    return render_dates(days)

"""Services, who provides them, and when they can be booked."""

from collections.abc import Sequence

from kalends.actions import catalogue, services, slots
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.dialects.makeplans.fields.view import View, view_of
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
from kalends.engine.catalogue import SERVICE_KINDS, Resource, Service
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest


def listing(*kinds: str) -> Handler:
    """The handler of the services of some booking types, or of all."""

    async def list_services(request: WebRequest, ctx: Context) -> Answer:
        params = parse_query(request)
        extended, asked_for = parse_extended(params, ctx), parse_service_query(params, ctx)
        found = await services.list_services_of(ctx, kinds or SERVICE_KINDS)
        shown = [one for one in found if asked_for(one)]
        return render_services(shown, await viewed(ctx, shown, extended))

    return list_services


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}"""
    extended = parse_extended(parse_query(request), ctx)
    found = await catalogue.get_service(ctx, id_of(request))
    return render_service(found, await viewed(ctx, [found], extended))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /services"""
    patch, resource_ids = parse_service(await parse_params(request), ctx)
    made = await catalogue.add_service(ctx, patch, resource_ids)
    return render_service(made, await viewed(ctx, [made]))


async def update(request: WebRequest, ctx: Context) -> Answer:
    """PUT /services/{service_id}"""
    present = await catalogue.get_service(ctx, id_of(request))
    patch = parse_service_change(await parse_params(request), ctx, present)
    changed = await services.change_service(ctx, present.id, patch)
    return render_service(changed, await viewed(ctx, [changed]))


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """DELETE /services/{service_id}"""
    gone = await services.remove_service(ctx, id_of(request))
    return render_service(gone, await viewed(ctx, [gone]))


async def availability(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/availability"""
    service = await catalogue.get_service(ctx, id_of(request))
    found = await services.list_assignments(ctx, [service.id])
    return render_providers(found, await providers.viewed(ctx, found))


async def list_slots(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/slots"""
    asked = parse_slots(parse_query(request), ctx)
    found = await slots.slots_on(ctx, id_of(request), asked.first, asked.last, asked.resource_ids)
    return render_slots(found, view_of(ctx))


async def next_available_date(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/next_available_date"""
    asked = parse_slots(parse_query(request), ctx)
    found = await slots.next_available_date(ctx, id_of(request), asked.first, resource_ids=asked.resource_ids)
    return render_next_date(found)


async def available_dates(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}/available_dates"""
    asked = parse_dates(parse_query(request), ctx)
    found = await slots.available_dates(ctx, id_of(request), asked.first, asked.last, asked.resource_ids)
    return render_dates(found)


def id_of(request: WebRequest) -> int:
    """The id in the path. Raises NotFound."""
    return parse_id(request.path_params["service_id"], "service")


async def viewed(ctx: Context, found: Sequence[Service], extended: bool = False) -> View:
    """The frame for these services, with the active resources that serve each of them."""
    every = {one.id: one for one in await catalogue.list_resources(ctx)}
    served: dict[int, list[Resource]] = {one.id: list(every.values()) if one.served_by_all else [] for one in found}
    named = await services.list_assignments(ctx, [one.id for one in found])
    for service_id in {one.service_id for one in named}:
        served[service_id] = [every[one.resource_id] for one in named if one.service_id == service_id]
    openings = await catalogue.openings_of(ctx, sorted(every)) if extended else {}
    return view_of(ctx, extended=extended, served_by=served, openings=openings)

"""Resources, services and events: enough to create and read them."""

from collections.abc import Sequence

from kalends.actions import catalogue, sessions
from kalends.actions.context import Context
from kalends.dialects.makeplans.fields.view import View, view_of
from kalends.dialects.makeplans.parse.catalogue import parse_event, parse_resource, parse_service, parse_session_query
from kalends.dialects.makeplans.parse.reader import parse_id, parse_params, parse_query
from kalends.dialects.makeplans.render import (
    paged,
    render_event,
    render_events,
    render_resource,
    render_resources,
    render_service,
    render_services,
)
from kalends.engine.catalogue import Resource
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest


async def list_resources(request: WebRequest, ctx: Context) -> Answer:
    """GET /resources"""
    found = await catalogue.list_resources(ctx)
    return render_resources(found, await _open(ctx, found))


async def show_resource(request: WebRequest, ctx: Context) -> Answer:
    """GET /resources/{resource_id}"""
    found = await catalogue.get_resource(ctx, parse_id(request.path_params["resource_id"], "resource"))
    return render_resource(found, await _open(ctx, [found]))


async def create_resource(request: WebRequest, ctx: Context) -> Answer:
    """POST /resources"""
    fields, openings = parse_resource(await parse_params(request), ctx)
    made = await catalogue.add_resource(ctx, fields, openings)
    return render_resource(made, view_of(ctx, openings={made.id: openings or []}))


def listing_services(kind: str | None = None) -> Handler:
    """The handler of the services of one booking type, or of all."""

    async def list_services(request: WebRequest, ctx: Context) -> Answer:
        found = await catalogue.list_services(ctx)
        return render_services([one for one in found if kind in (None, one.kind)], view_of(ctx))

    return list_services


async def show_service(request: WebRequest, ctx: Context) -> Answer:
    """GET /services/{service_id}"""
    found = await catalogue.get_service(ctx, parse_id(request.path_params["service_id"], "service"))
    return render_service(found, view_of(ctx))


async def create_service(request: WebRequest, ctx: Context) -> Answer:
    """POST /services"""
    fields, resource_ids = parse_service(await parse_params(request), ctx)
    made = await catalogue.add_service(ctx, fields, resource_ids)
    return render_service(made, view_of(ctx))


async def list_events(request: WebRequest, ctx: Context) -> Answer:
    """GET /events"""
    query, paging = parse_session_query(parse_query(request), ctx)
    page = await sessions.list_sessions(ctx, query)
    return paged(render_events(page.rows, view_of(ctx)), request, paging, page)


async def show_event(request: WebRequest, ctx: Context) -> Answer:
    """GET /events/{event_id}"""
    found = await sessions.get_session(ctx, parse_id(request.path_params["event_id"], "session"))
    return render_event(found, view_of(ctx))


async def create_event(request: WebRequest, ctx: Context) -> Answer:
    """POST /events"""
    fields = parse_event(await parse_params(request), ctx)
    made = await sessions.add_session(ctx, fields)
    return render_event(made, view_of(ctx))


async def _open(ctx: Context, resources: Sequence[Resource]) -> View:
    """The frame for these resources, with their openings."""
    return view_of(ctx, openings=await catalogue.openings_of(ctx, [resource.id for resource in resources]))

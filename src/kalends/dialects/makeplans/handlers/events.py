"""Events, one by one and together."""

from collections.abc import Sequence

from kalends.actions.bookings import sessions
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.dialects.makeplans.fields.view import RenderContext, render_context
from kalends.dialects.makeplans.handlers.collections import uid_of
from kalends.dialects.makeplans.parse.bookings import parse_message_overrides
from kalends.dialects.makeplans.parse.events import (
    parse_event,
    parse_event_change,
    parse_event_series,
    parse_session_query,
)
from kalends.dialects.makeplans.parse.reader import parse_extended
from kalends.dialects.makeplans.render import paged, render_collection_id, render_event, render_events
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.refusals import NotFound
from kalends.engine.time.recurrence import MOST
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /events"""
    params = parse_query(request)
    extended = parse_extended(params, ctx)
    query, paging = parse_session_query(params, ctx)
    page = await sessions.list_sessions(ctx, query)
    return paged(render_events(page.rows, await viewed(ctx, page.rows, counted=extended)), request, paging, page)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /events/{event_id}"""
    found = await sessions.get_session(ctx, id_of(request))
    return render_event(found, await viewed(ctx, [found]))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /events"""
    plan = parse_event(await parse_params(request), ctx)
    made = await sessions.add_session(ctx, plan.patch, plan.overlap_allowed)
    return render_event(made, await viewed(ctx, [made]))


async def update(request: WebRequest, ctx: Context) -> Answer:
    """PUT /events/{event_id}"""
    params = await parse_params(request)
    plan, messages = parse_event_change(params, ctx), parse_message_overrides(params, ctx)
    changed = await sessions.change_session(ctx, id_of(request), plan.patch, plan.overlap_allowed, messages)
    return render_event(changed, await viewed(ctx, [changed]))


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """DELETE /events/{event_id}"""
    messages = parse_message_overrides(await parse_params(request), ctx)
    gone = await sessions.remove_session(ctx, id_of(request), messages)
    return render_event(gone, await viewed(ctx, [gone]))


async def create_series(request: WebRequest, ctx: Context) -> Answer:
    """POST /events/recurring"""
    plan, recurrence = parse_event_series(await parse_params(request), ctx)
    made = await sessions.add_sessions(ctx, plan.patch, recurrence, plan.overlap_allowed)
    return render_collection_id(str(made[0].series))


async def show_series(request: WebRequest, ctx: Context) -> Answer:
    """GET /events/recurring/{collection_id}"""
    extended = parse_extended(parse_query(request), ctx)
    found = await occurrences(ctx, uid_of(request))
    return render_events(found, await viewed(ctx, found, counted=extended))


async def remove_series(request: WebRequest, ctx: Context) -> Answer:
    """DELETE /events/recurring/{collection_id}"""
    messages = parse_message_overrides(await parse_params(request), ctx)
    gone = await sessions.remove_sessions(ctx, uid_of(request), messages)
    return render_events(gone, await viewed(ctx, gone, counted=False))


def id_of(request: WebRequest) -> int:
    """The id in the path. Raises NotFound."""
    return parse_id(request.path_params["event_id"], "session")


async def occurrences(ctx: Context, uid: str) -> list[GroupSession]:
    """The events of a collection that are not deleted. Raises NotFound(series)."""
    planned = await sessions.list_sessions(ctx, SessionQuery(series=uid, with_deleted=True, limit=MOST))
    if not planned.rows:
        raise NotFound("series", uid)
    return [one for one in planned.rows if one.deleted_at is None]


async def viewed(ctx: Context, found: Sequence[GroupSession], *, counted: bool = True) -> RenderContext:
    """What these events refer to: their resources and services and, when `counted`, the seats taken."""
    if not found:
        return render_context(ctx)
    resources = {one.id: one for one in await list_resources(ctx, with_inactive=True)}
    services = {one.id: one for one in await list_services(ctx, with_inactive=True)}
    seats = await sessions.seats_taken(ctx, [one.id for one in found]) if counted else {}
    return render_context(ctx, resources=resources, services=services, seats=seats)

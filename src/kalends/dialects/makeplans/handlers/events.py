"""Events, one by one and in series."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.actions.bookings import add_sessions, sessions
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services
from kalends.actions.context import Context
from kalends.dialects.kit.objects import ObjectHandlers
from kalends.dialects.kit.reader import parse_params, parse_query
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
from kalends.engine.time.recurrence import MOST_OCCURRENCES
from kalends.web.door import Answer, WebRequest


async def _look_up_one(ctx: Context, events: Sequence[GroupSession], params: Mapping[str, Any]) -> RenderContext:
    return await _look_up(ctx, events, with_seats=True)


EVENTS = ObjectHandlers("event_id", "session", _look_up_one, render_event)

show = EVENTS.show(sessions.get_session)
create = EVENTS.create(
    parse_event, lambda ctx, event: add_sessions.add_session(ctx, event.patch, event.overlap_allowed)
)
update = EVENTS.update(
    parse_event_change,
    lambda ctx, event_id, change: sessions.change_session(
        ctx, event_id, change.patch, change.overlap_allowed, change.messages
    ),
)
remove = EVENTS.update(parse_message_overrides, sessions.remove_session)


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /events"""
    params = parse_query(request)
    extended, (query, paging) = parse_extended(params, ctx), parse_session_query(params, ctx)
    page = await sessions.list_sessions(ctx, query)
    return paged(render_events(page.rows, await _look_up(ctx, page.rows, with_seats=extended)), request, paging, page)


async def create_series(request: WebRequest, ctx: Context) -> Answer:
    """POST /events/recurring"""
    event, recurrence = parse_event_series(await parse_params(request), ctx)
    events = await add_sessions.add_sessions(ctx, event.patch, recurrence, event.overlap_allowed)
    return render_collection_id(str(events[0].series))


async def show_series(request: WebRequest, ctx: Context) -> Answer:
    """GET /events/recurring/{collection_id}"""
    extended = parse_extended(parse_query(request), ctx)
    events = await _events_of_series(ctx, uid_of(request))
    return render_events(events, await _look_up(ctx, events, with_seats=extended))


async def remove_series(request: WebRequest, ctx: Context) -> Answer:
    """DELETE /events/recurring/{collection_id}"""
    messages = parse_message_overrides(await parse_params(request), ctx)
    events = await sessions.remove_sessions(ctx, uid_of(request), messages)
    return render_events(events, await _look_up(ctx, events, with_seats=False))


async def _events_of_series(ctx: Context, uid: str) -> list[GroupSession]:
    """The events of a series that are not deleted. Raises NotFound(series) if it never had any."""
    planned = await sessions.list_sessions(ctx, SessionQuery(series=uid, with_deleted=True, limit=MOST_OCCURRENCES))
    if not planned.rows:
        raise NotFound("series", uid)
    return [event for event in planned.rows if event.deleted_at is None]


async def _look_up(ctx: Context, events: Sequence[GroupSession], *, with_seats: bool) -> RenderContext:
    """The context for these events: all resources and services and, if wanted, how many seats are taken."""
    if not events:
        return render_context(ctx)
    resources = {resource.id: resource for resource in await list_resources(ctx, with_inactive=True)}
    services = {service.id: service for service in await list_services(ctx, with_inactive=True)}
    seats = await sessions.seats_taken(ctx, [event.id for event in events]) if with_seats else {}
    return render_context(ctx, resources=resources, services=services, seats=seats)

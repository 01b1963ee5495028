"""Group sessions: list, add, show, change and remove them; who attends them, and who came."""

from typing import Any

from kalends.actions.bookings.add_sessions import add_session, add_sessions
from kalends.actions.bookings.query import query_sessions
from kalends.actions.bookings.roll import call_roll
from kalends.actions.bookings.search import search_items
from kalends.actions.bookings.sessions import change_session, get_session, remove_session, remove_sessions
from kalends.actions.bookings.suggest import book_or_suggest
from kalends.actions.context import Context
from kalends.api.lists import answered_list, answered_rows, page_of
from kalends.api.operations import Answered, Received, answered
from kalends.api.schemas.sessions import (
    AttendeeInput,
    ListAttendees,
    ListSessions,
    RecurringSession,
    RemoveSession,
    Roll,
    SessionInput,
    SessionPatch,
    SessionPath,
)
from kalends.api.translate.items import shown_item
from kalends.api.translate.lines import messages
from kalends.api.translate.sessions import (
    attendee_request,
    recurrence,
    seat_filters,
    session_filters,
    session_order,
    session_patch,
    shown_sessions,
    statuses,
)
from kalends.engine.bookings.group_session import GroupSession


async def listing(ctx: Context, request: Received[ListSessions, None]) -> Answered:
    filters, order = session_filters(request.params, ctx), session_order(request.params.order)
    query = page_of(request, filters=filters, order=order)
    page = await query_sessions(ctx, query)
    shown = {session.id: each for session, each in zip(page.rows, await shown_sessions(page.rows, ctx), strict=True)}
    return answered_list(request, query, page, lambda session: shown[session.id])


async def create(ctx: Context, request: Received[None, SessionInput]) -> Answered:
    patch = await session_patch(ctx, request.body)
    session = await add_session(ctx, patch, request.body.overlap)
    return await _answered(session, ctx, is_new=True)


async def create_recurring(ctx: Context, request: Received[None, RecurringSession]) -> Answered:
    patch = await session_patch(ctx, request.body)
    added = await add_sessions(ctx, patch, recurrence(request.body.recurrence), request.body.overlap)
    return answered_rows(request, await shown_sessions(added, ctx))


async def show(ctx: Context, request: Received[SessionPath, Any]) -> Answered:
    session = await get_session(ctx, request.params.session_id)
    return await _answered(session, ctx)


async def change(ctx: Context, request: Received[SessionPath, SessionPatch]) -> Answered:
    patch = await session_patch(ctx, request.body, request.params.session_id)
    session = await change_session(
        ctx,
        request.params.session_id,
        patch,
        request.body.overlap,
        messages(request.body.notify),
        scope=request.body.scope,
    )
    return await _answered(session, ctx)


async def remove(ctx: Context, request: Received[RemoveSession, None]) -> Answered:
    session = await get_session(ctx, request.params.session_id)
    if request.params.scope != "this" and session.series:
        since = session.starts_at if request.params.scope == "following" else None
        await remove_sessions(ctx, session.series, since=since)
    else:
        await remove_session(ctx, session.id)
    return Answered()


async def list_attendees(ctx: Context, request: Received[ListAttendees, None]) -> Answered:
    session = await get_session(ctx, request.params.session_id)
    query = page_of(request, filters=seat_filters(session))
    page = await search_items(ctx, query)
    return answered_list(request, query, page, lambda view: shown_item(view, ctx), record_of=lambda view: view.item)


async def add_attendee(ctx: Context, request: Received[SessionPath, AttendeeInput]) -> Answered:
    requested = attendee_request(request.params.session_id, request.body)
    booked = await book_or_suggest(ctx, requested)
    shown = shown_item(booked.items[0], ctx)
    return answered(booked.items[0].item, shown, location=f"/items/{shown.id}")


async def call(ctx: Context, request: Received[SessionPath, Roll]) -> Answered:
    seats = await call_roll(ctx, request.params.session_id, statuses(request.body))
    return answered_rows(request, [shown_item(view, ctx) for view in seats])


async def _answered(session: GroupSession, ctx: Context, *, is_new: bool = False) -> Answered:
    (shown,) = await shown_sessions([session], ctx)
    return answered(session, shown, location=f"/sessions/{shown.id}" if is_new else "")

"""Recurring bookings, which share a collection."""

from kalends.actions.bookings import series
from kalends.actions.bookings.change_state import change_booking_state
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_params, parse_query
from kalends.dialects.makeplans.fields.view import render_context
from kalends.dialects.makeplans.handlers.bookings import look_up
from kalends.dialects.makeplans.parse.bookings import parse_message_overrides, parse_series
from kalends.dialects.makeplans.parse.reader import parse_extended, parse_uid
from kalends.dialects.makeplans.render import render_bookings, render_collection_id, render_outcomes
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /bookings/recurring"""
    booking_request, recurrence = parse_series(await parse_params(request), ctx)
    uid = await series.start_series(ctx, booking_request, recurrence)
    return render_collection_id(uid)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /bookings/recurring/{collection_id}"""
    extended = parse_extended(parse_query(request), ctx)
    views = await series.occurrences(ctx, uid_of(request))
    return render_bookings(views, await look_up(ctx, views, extended))


async def outcomes(request: WebRequest, ctx: Context) -> Answer:
    """GET /bookings/recurring/{collection_id}/outcomes"""
    rows = await series.outcomes(ctx, uid_of(request))
    return render_outcomes(rows, render_context(ctx))


def ending(verb: str) -> Handler:
    """The handler that cancels or removes all bookings of a collection."""

    async def end(request: WebRequest, ctx: Context) -> Answer:
        params = await parse_params(request)
        extended, messages = parse_extended(params, ctx), parse_message_overrides(params, ctx)
        views = await change_booking_state(ctx, uid_of(request), verb, messages)
        return render_bookings(views, await look_up(ctx, views, extended))

    return end


def uid_of(request: WebRequest) -> str:
    """The collection's id in the path. Raises NotFound(series)."""
    return parse_uid(request.path_params["collection_id"])

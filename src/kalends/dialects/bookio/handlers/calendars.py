"""Calendars: listed on a date, added, replaced and ended."""

from kalends.actions.availability.offerings import list_offerings
from kalends.actions.bookings.offerings import ChangedOffering, add_offering, end_offering, replace_offering
from kalends.actions.bookings.sync import follow_items
from kalends.actions.context import Context
from kalends.dialects.bookio.fields.view import RenderContext, load_context
from kalends.dialects.bookio.messages import left_over_sentences
from kalends.dialects.bookio.parse.calendars import parse_calendar, parse_end, parse_list
from kalends.dialects.bookio.render import render_calendar_id, render_calendars
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /calendars"""
    context = await load_context(request, ctx)
    site_id, day = parse_list(parse_query(request), ctx, context)
    return render_calendars(await list_offerings(ctx, site_id, day), context)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /calendars"""
    context = await load_context(request, ctx)
    sent = parse_calendar(await parse_params(request), ctx, context)
    return await _answer(ctx, await add_offering(ctx, sent.resource, sent.services, sent.intervals), context)


async def replace(request: WebRequest, ctx: Context) -> Answer:
    """PUT /calendars/{calendar_id}"""
    context = await load_context(request, ctx)
    sent = parse_calendar(await parse_params(request), ctx, context)
    changed = await replace_offering(ctx, _id(request), sent.resource, sent.services, sent.intervals)
    return await _answer(ctx, changed, context)


async def end(request: WebRequest, ctx: Context) -> Answer:
    """PUT /calendars/{calendar_id}/end"""
    context = await load_context(request, ctx)
    ending = parse_end(await parse_params(request), ctx, context)
    return await _answer(ctx, await end_offering(ctx, _id(request), ending.last, ending.site_id), context)


def _id(request: WebRequest) -> int:
    return parse_id(request.path_params["calendar_id"], "resource")


async def _answer(ctx: Context, changed: ChangedOffering, context: RenderContext) -> Answer:
    left_over = await follow_items(ctx, changed.left_over)
    return render_calendar_id(changed.resource.id, left_over_sentences("outside", left_over, context))

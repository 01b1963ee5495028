"""Blocked times: listed, added, moved and removed."""

from kalends.actions.bookings.blocks import Blocked, add_block, move_block, remove_block
from kalends.actions.bookings.sync import follow_items, list_to_follow, locate_item
from kalends.actions.context import Context
from kalends.dialects.bookio.fields.view import RenderContext, load_context
from kalends.dialects.bookio.messages import left_over_sentences
from kalends.dialects.bookio.parse.blocked_times import parse_list, parse_new
from kalends.dialects.bookio.parse.reservations import parse_term
from kalends.dialects.bookio.render import (
    render_blocked_time_ids,
    render_blocked_times,
    render_moved_ids,
    render_removed_id,
)
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.engine.bookings.followed import ItemPlace
from kalends.engine.refusals import NotFound
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /blockedTimes"""
    context = await load_context(request, ctx)
    follow, requested = parse_list(parse_query(request), ctx, context)
    return render_blocked_times(await list_to_follow(ctx, follow), requested, context)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /blockedTimes"""
    context = await load_context(request, ctx)
    block_request, external_id = parse_new(await parse_params(request), ctx, context)
    blocked = await add_block(ctx, block_request, external_id)
    return render_blocked_time_ids(blocked.view.item.id, external_id, await _left_over(ctx, blocked, context))


async def set_term(request: WebRequest, ctx: Context) -> Answer:
    """PUT /blockedTimes/{blocked_time_id}/term"""
    context, place = await load_context(request, ctx), await _locate(request, ctx)
    blocked = await move_block(ctx, place.item_id, parse_term(await parse_params(request), ctx, place))
    return render_moved_ids(place.item_id, place.external_id, await _left_over(ctx, blocked, context))


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """DELETE /blockedTimes/{blocked_time_id}"""
    place = await _locate(request, ctx)
    await remove_block(ctx, place.item_id)
    return render_removed_id(place.item_id)


async def _locate(request: WebRequest, ctx: Context) -> ItemPlace:
    """The blocked time in the path. Raises NotFound(block), also for a reservation."""
    block_id = parse_id(request.path_params["blocked_time_id"], "block")
    try:
        place = await locate_item(ctx, block_id)
    except NotFound:
        raise NotFound("block", block_id) from None
    if place.kind != "block":
        raise NotFound("block", block_id)
    return place


async def _left_over(ctx: Context, blocked: Blocked, context: RenderContext) -> list[str]:
    return left_over_sentences("under", await follow_items(ctx, blocked.items_under), context)

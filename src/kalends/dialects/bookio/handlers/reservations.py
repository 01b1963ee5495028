"""Reservations: listed, made, confirmed or cancelled, moved, and confirmed as synced."""

from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import set_outcome
from kalends.actions.bookings.sync import book_as, confirm_sync, list_to_follow, locate_item
from kalends.actions.context import Context
from kalends.dialects.bookio.fields.view import load_context
from kalends.dialects.bookio.parse.reservations import parse_list, parse_new, parse_status, parse_sync, parse_term
from kalends.dialects.bookio.render import render_reservation_ids, render_reservations
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.engine.bookings.followed import ItemPlace
from kalends.engine.refusals import NotFound
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /reservations"""
    context = await load_context(request, ctx)
    follow, requested = parse_list(parse_query(request), ctx, context)
    return render_reservations(await list_to_follow(ctx, follow), requested, context)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /reservations"""
    context = await load_context(request, ctx)
    booking_request, external_id = parse_new(await parse_params(request), ctx, context)
    return render_reservation_ids((await book_as(ctx, booking_request, external_id)).item.id, external_id)


async def set_status(request: WebRequest, ctx: Context) -> Answer:
    """PUT /reservations/{reservation_id}/status"""
    place = await _locate(request, ctx)
    await set_outcome(ctx, place.item_id, parse_status(await parse_params(request), ctx))
    return render_reservation_ids(place.item_id, place.external_id)


async def set_term(request: WebRequest, ctx: Context) -> Answer:
    """PUT /reservations/{reservation_id}/term"""
    place = await _locate(request, ctx)
    await change_item(ctx, place.item_id, parse_term(await parse_params(request), ctx, place))
    return render_reservation_ids(place.item_id, place.external_id)


async def sync(request: WebRequest, ctx: Context) -> Answer:
    """PUT /reservations/{reservation_id}/sync"""
    place = await _locate(request, ctx)
    followed = await confirm_sync(ctx, place.item_id, parse_sync(await parse_params(request), ctx))
    return render_reservation_ids(place.item_id, followed.external_id)


async def _locate(request: WebRequest, ctx: Context) -> ItemPlace:
    """The reservation in the path. Raises NotFound(item), also for a blocked time."""
    place = await locate_item(ctx, parse_id(request.path_params["reservation_id"], "item"))
    if place.kind == "block":
        raise NotFound("item", place.item_id)
    return place

"""Bookings: listed, shown, made, replaced and deleted."""

from collections.abc import Sequence

import msgspec

from kalends.actions.bookings.change_state import change_booking_state
from kalends.actions.bookings.seats import get_booking_with_seats, list_bookings_with_seats
from kalends.actions.bookings.statuses import book_with_status, change_booking_with_status
from kalends.actions.bookings.unknown_ids import with_unknown_ids
from kalends.actions.catalog.custom_fields import list_service_fields
from kalends.actions.context import Context
from kalends.dialects.carecloud.fields.bookings import FULL, NONE, BookingContext
from kalends.dialects.carecloud.fields.view import load_context, with_zones
from kalends.dialects.carecloud.parse.bookings import (
    check_not_deleted,
    parse_ids,
    parse_list,
    parse_new,
    parse_replace,
    without_capacity,
)
from kalends.dialects.carecloud.render import NO_CONTENT, created, render_booking, render_bookings
from kalends.dialects.kit.reader import parse_params, parse_query
from kalends.engine.bookings.views import BookingWithSeats
from kalends.engine.refusals import Full, Invalid
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /bookings"""
    context = await _context(request, ctx)
    wanted = parse_list(parse_query(request), context)
    page = await list_bookings_with_seats(ctx, wanted.query, wanted.items != NONE)
    return render_bookings(page, await _showing(ctx, context, wanted.items, page.rows))


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /bookings/{booking_id}"""
    context = await _context(request, ctx)
    booking = await get_booking_with_seats(ctx, _path_id(request, context))
    return render_booking(booking, await _showing(ctx, context, FULL, [booking]))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /bookings"""
    context = await _showing(ctx, await _context(request, ctx), FULL)
    params = await parse_params(request)
    try:
        new = parse_new(params, context)
    except Invalid as unreadable:
        raise await with_unknown_ids(ctx, unreadable, parse_ids(params, context)) from unreadable
    try:
        booked = await book_with_status(ctx, new)
    except Full as full:
        raise without_capacity(new, full) from full
    return created("booking_id", context.opaque_ids.encode("booking", booked.booking.id))


async def replace(request: WebRequest, ctx: Context) -> Answer:
    """PUT /bookings/{booking_id}"""
    context = await _context(request, ctx)
    booking = await get_booking_with_seats(ctx, _path_id(request, context))
    patch = parse_replace(await parse_params(request), context, booking)
    await change_booking_with_status(ctx, booking.booking.id, patch)
    return NO_CONTENT


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """DELETE /bookings/{booking_id}: a customer's own is cancelled, so that it is not lost to others."""
    context = await _context(request, ctx)
    booking = await get_booking_with_seats(ctx, _path_id(request, context))
    check_not_deleted(booking)
    verb = "cancel" if ctx.principal.kind == "customer" else "remove"
    await change_booking_state(ctx, booking.booking.uid, verb)
    return NO_CONTENT


async def _context(request: WebRequest, ctx: Context) -> BookingContext:
    return BookingContext(**msgspec.structs.asdict(await load_context(request, ctx)))


async def _showing(
    ctx: Context, context: BookingContext, items: str, bookings: Sequence[BookingWithSeats] = ()
) -> BookingContext:
    """The context, with what is needed to show or to read these items."""
    properties = tuple(await list_service_fields(ctx, with_inactive=True)) if items == FULL else ()
    shown = msgspec.structs.replace(context, items=items, properties=properties)
    return await with_zones(ctx, shown, [seat.view.item.resource_id for booking in bookings for seat in booking.seats])


def _path_id(request: WebRequest, context: BookingContext) -> int:
    return context.opaque_ids.parse("booking", request.path_params["booking_id"])

"""Bookings: list, make, show, change and cancel them; their messages and their file for calendars."""

from typing import Any

from kalends.actions.bookings.change_booking import change_booking
from kalends.actions.bookings.change_state import change_booking_state
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.holds import confirm_hold
from kalends.actions.bookings.search import search_bookings
from kalends.actions.bookings.suggest import book_or_suggest
from kalends.actions.context import Context
from kalends.actions.messages.calendar import draw_booking_calendar
from kalends.actions.messages.log import list_messages
from kalends.api.ids import write_id
from kalends.api.lists import answered_list, answered_rows, page_of
from kalends.api.operations import Answered, Received
from kalends.api.schemas.bookings import BookingCancelled, BookingInput, BookingPatch, BookingPath, ListBookings
from kalends.api.schemas.messages import shown_message
from kalends.api.translate.bookings import (
    booking_filters,
    booking_order,
    booking_patch,
    booking_request,
    confirmation,
    item_filters,
    shown_booking,
    shown_confirmed,
    shown_new_booking,
)
from kalends.api.translate.lines import messages
from kalends.engine.bookings.queries import BookingSearch
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.messages.message import MessageQuery
from kalends.web.door import Answer

CALENDAR = "text/calendar"


async def listing(ctx: Context, request: Received[ListBookings, None]) -> Answered:
    order = booking_order(request.params.order)
    query = page_of(request, filters=booking_filters(request.params), order=order)
    page = await search_bookings(ctx, BookingSearch(query, item_filters(request.params, ctx)))
    return answered_list(
        request, query, page, lambda whole: shown_booking(whole, ctx), record_of=lambda whole: whole.booking
    )


async def create(ctx: Context, request: Received[None, BookingInput]) -> Answered:
    if isinstance(request.body.hold, int):
        return await _confirm(ctx, request.body.hold, request.body)
    booked = await book_or_suggest(ctx, await booking_request(ctx, request.body))
    shown = shown_new_booking(booked, ctx)
    return Answered(value=shown, version=booked.version, location=f"/bookings/{shown.id}")


async def _confirm(ctx: Context, hold_id: int, body: BookingInput) -> Answered:
    patch = confirmation(body)
    booking = await confirm_hold(ctx, hold_id, patch, messages(body.notify))
    shown = shown_confirmed(booking, ctx)
    return Answered(value=shown, version=booking.version, location=f"/bookings/{shown.id}")


async def show(ctx: Context, request: Received[BookingPath, Any]) -> Answered:
    booking = await get_whole_booking(ctx, request.params.booking_id)
    return _answered(booking, ctx)


async def change(ctx: Context, request: Received[BookingPath, BookingPatch]) -> Answered:
    patch = booking_patch(request.body)
    booking = await change_booking(ctx, request.params.booking_id, patch, messages(request.body.notify))
    return _answered(booking, ctx)


async def cancel(ctx: Context, request: Received[BookingPath, BookingCancelled]) -> Answered:
    booking = await get_whole_booking(ctx, request.params.booking_id)
    await change_booking_state(
        ctx, booking.booking.uid, "cancel", messages(request.body.notify), reason=request.body.reason or None
    )
    return _answered(await get_whole_booking(ctx, request.params.booking_id), ctx)


async def list_booking_messages(ctx: Context, request: Received[BookingPath, None]) -> Answered:
    booking = await get_whole_booking(ctx, request.params.booking_id)
    listed = await list_messages(ctx, MessageQuery(booking_id=booking.booking.id))
    return answered_rows(request, [shown_message(message, ctx.zone) for message in listed])


async def draw_calendar(ctx: Context, request: Received[BookingPath, None]) -> Answer:
    content = await draw_booking_calendar(ctx, request.params.booking_id)
    name = write_id("booking", request.params.booking_id)
    return Answer(200, content, CALENDAR, (("Content-Disposition", f'inline; filename="{name}.ics"'),))


def _answered(booking: BookingWithItems, ctx: Context) -> Answered:
    return Answered(value=shown_booking(booking, ctx), version=booking.version)

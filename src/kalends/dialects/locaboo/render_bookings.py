"""Writes answers about bookings."""

from kalends.dialects.locaboo.fields.bookings_shown import in_brief, in_detail, in_full
from kalends.dialects.locaboo.fields.view import RenderContext
from kalends.dialects.locaboo.render import render, render_done
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.query import Page
from kalends.web.door import Answer


def render_bookings(page: Page[BookingWithItems], details: bool, context: RenderContext) -> Answer:
    """One page of bookings, with or without details; the total counts those of all pages."""
    render_row = (in_detail if details else in_brief)(context)
    return render(list(map(render_row, page.rows)), page.total)


def render_booking(booking: BookingWithItems, context: RenderContext) -> Answer:
    """One booking, with the extras that are taken or available with it."""
    return render(in_full(context)(booking), 1)


def render_saved(booking: BookingWithItems, is_new: bool) -> Answer:
    """The answer to booking_save; the misspelt word and the total of 0 are the vendor's."""
    message = "Successfully cerated the booking." if is_new else "Successfully updated the booking."
    return render_done(booking.booking.id, message, 0)


def render_added(booking: BookingWithItems) -> Answer:
    """The answer to booking_add."""
    return render_done(booking.booking.id, "Successfully created the booking.", 1)

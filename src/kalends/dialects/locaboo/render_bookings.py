"""Bookings as the vendor's bytes."""

from kalends.dialects.locaboo.fields.bookings_shown import in_brief, in_detail, in_full
from kalends.dialects.locaboo.fields.view import RenderContext
from kalends.dialects.locaboo.render import render, render_done
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.query import Page
from kalends.web.door import Answer


def render_bookings(page: Page[BookingWithItems], details: bool, view: RenderContext) -> Answer:
    """One page of bookings; the total counts those of all pages."""
    show = (in_detail if details else in_brief)(view)
    return render([show(ordered) for ordered in page.rows], page.total)


def render_booking(ordered: BookingWithItems, view: RenderContext) -> Answer:
    """One booking, with all that goes with it and might."""
    return render(in_full(view)(ordered), 1)


def render_saved(ordered: BookingWithItems, is_new: bool) -> Answer:
    """What booking_save answers; the misspelt word is the vendor's, and so is the total."""
    message = "Successfully cerated the booking." if is_new else "Successfully updated the booking."
    return render_done(ordered.booking.id, message, 0)


def render_added(ordered: BookingWithItems) -> Answer:
    """What booking_add answers."""
    return render_done(ordered.booking.id, "Successfully created the booking.", 1)

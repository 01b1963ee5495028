"""Writes answers about bookings."""

from collections.abc import Sequence

from kalends.actions.availability.closings import Closing
from kalends.dialects.locaboo.errors import MOST_SPANS, span_text
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


def render_saved(booking: BookingWithItems, is_new: bool, closings: Sequence[Closing]) -> Answer:
    """The answer to booking_save; the misspelt word and the total of 0 are the vendor's."""
    message = "Successfully cerated the booking." if is_new else "Successfully updated the booking."
    return render_done(booking.booking.id, message, 0, **_warning(closings))


def render_added(booking: BookingWithItems, closings: Sequence[Closing]) -> Answer:
    """The answer to booking_add."""
    return render_done(booking.booking.id, "Successfully created the booking.", 1, **_warning(closings))


def _warning(closings: Sequence[Closing]) -> dict[str, str]:
    """Nothing, or the times outside the opening hours, up to five, and the number of others [inferred]."""
    times = [(closing.resource.title, span_text(span, closing.zone)) for closing in closings for span in closing.spans]
    if not times:
        return {}
    shown = ", ".join(f"{title} is not open throughout {time}" for title, time in times[:MOST_SPANS])
    more = len(times) - MOST_SPANS
    return {"warning": f"{shown}, and {more} more" if more > 0 else shown}

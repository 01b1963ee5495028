"""The calendar file of a booking."""

from importlib import import_module

from kalends.actions.access import allow
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.context import Context
from kalends.actions.messages.facts import MessageRequest, load_facts


@allow("read", "guest")
async def draw_booking_calendar(ctx: Context, booking_id: int) -> bytes:
    """The times of a booking as a calendar file (RFC 5545), each with its present state. Raises NotFound(booking)."""
    booking = await get_whole_booking(ctx, booking_id)
    items = {view.item.id: view.item.revision for view in booking.items}
    facts = await load_facts(ctx, MessageRequest(kind="confirmation", channel="email", items=items))
    # By its name, so that web workers load what it imports when somebody asks for a file.
    content: bytes = import_module("kalends.notices.messages.calendar_file").booking_calendar(facts)
    return content

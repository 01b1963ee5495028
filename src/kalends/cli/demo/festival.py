"""The demo's festival: slots of its tickets in three weeks, and bookings of them in every status."""

from collections.abc import Mapping
from datetime import timedelta

from kalends.actions.bookings.add_sessions import add_session
from kalends.actions.bookings.statuses import book_with_status, list_statuses
from kalends.actions.context import Context
from kalends.cli.demo.dates import at
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine

_DAY = 18
_TICKETS = {"Festival tour": ((10, 40), (12, 40), (14, 40)), "Festival workshop": ((11, 12), (15, 12))}
"""The hours of each ticket's slots, and how many can come."""
_BOOKINGS = (
    ("Kari", None, (("Festival tour", 0, 2), ("Festival workshop", 0, 2))),
    ("Sofia", "Deposit paid", (("Festival tour", 0, 4),)),
    ("Ola", "Pending", (("Festival workshop", 0, 1), ("Festival workshop", 1, 1))),
    ("Per", "Cancelled", (("Festival tour", 2, 1),)),
)
"""Who booked, in which status, and of which tickets: the slot and how many."""


async def add_festival(ctx: Context, ids: Mapping[str, int]) -> dict[str, int]:
    """Add the slots of the festival and its bookings. Returns how many of each."""
    slots = {title: [await _slot(ctx, ids[title], *hours) for hours in _TICKETS[title]] for title in _TICKETS}
    statuses = {status.name: status.id for status in await list_statuses(ctx)}
    for customer, status, tickets in _BOOKINGS:
        lines = tuple(RequestedLine(session_id=slots[title][index], units=units) for title, index, units in tickets)
        status_id = None if status is None else statuses[status]
        await book_with_status(ctx, BookingRequest(lines=lines, customer_id=ids[customer], booking_status_id=status_id))
    return {"sessions": sum(map(len, slots.values())), "bookings": sum(len(tickets) for _, _, tickets in _BOOKINGS)}


async def _slot(ctx: Context, service_id: int, hour: int, capacity: int) -> int:
    starts_at = at(ctx, _DAY, hour)
    patch = SessionPatch(
        service_id=service_id, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), capacity=capacity
    )
    return (await add_session(ctx, patch)).id

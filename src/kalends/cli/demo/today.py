"""The demo's today at the Harbour: the first day that somebody sees who logs in."""

from collections.abc import Mapping

import msgspec

from kalends.actions.availability.extra_openings import add_extra_openings
from kalends.actions.bookings.add_sessions import add_session
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_state import set_status
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.context import Context
from kalends.cli.demo.booking import DemoBooking, make
from kalends.cli.demo.dates import at, between
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.time.clock import DAY, HOUR

BOOKINGS = (
    DemoBooking(0, 8, "Physiotherapy", "Ingrid", "Kari", {"notes": "Left knee."}),
    DemoBooking(0, 9, "Physiotherapy", "Ingrid", "Per"),
    DemoBooking(0, 10, "Massage", "Ingrid", "Sofia"),
    DemoBooking(0, 12, "Physiotherapy", "Ingrid", "Lucía"),
    DemoBooking(0, 10, "Massage", "Jonas", "Ola"),
    DemoBooking(0, 11, "Massage", "Jonas", "Kari", {"custom": {"oil": "lavender"}}),
    DemoBooking(0, 13, "Massage", "Jonas", "Sofia"),
    DemoBooking(0, 9, "Hall hire", "Great hall / Town side", "Havn Design AS"),
    DemoBooking(0, 13, "Hall hire", "Great hall", "Havn Design AS", {"initiate": True, "expires_at": 14 * DAY}),
    DemoBooking(0, 18, "Sauna hour", "Sauna", "Sofia", {"units": 4}),
    DemoBooking(0, 18, "Sauna hour", "Sauna", "Per", {"units": 2}),
)
"""Of day 0, which is today."""
MISSED = BOOKINGS[1]
YOGA = {"Kari": 1, "Lucía": 2, "Ola": 1}
AT_WORK = {"Ingrid": (8, 13), "Jonas": (10, 14)}
"""Also on a weekend, if today is one."""


async def add_today(ctx: Context, ids: Mapping[str, int]) -> dict[str, int]:
    """Add the bookings of today, as far gone as the day is, a break and a class; `ids` are those of resources, services
    and customers by name. Returns how many of each thing were added."""
    today = ctx.today.weekday()
    if today >= 5:
        for name, (opens, closes) in AT_WORK.items():
            await add_extra_openings(ctx, ids[name], between(ctx, today, opens, closes))
    for booking in BOOKINGS:
        item = await make(ctx, msgspec.structs.replace(booking, day=today), ids)
        if status := _status(ctx, item, was_missed=booking is MISSED):
            await set_status(ctx, item.id, status)
    lunch = between(ctx, today, 12, 13)
    await add_resource_blocks(
        ctx,
        ResourceBlockRequest(resource_id=ids["Jonas"], starts_at=lunch.start, ends_at=lunch.end, notes="Lunch"),
    )
    yoga = SessionPatch(service_id=ids["Yoga"], resource_id=ids["Great hall / Sea side"], starts_at=at(ctx, today, 17))
    session = await add_session(ctx, msgspec.structs.replace(yoga, capacity=12))
    for name, units in YOGA.items():
        line = RequestedLine(session_id=session.id, units=units)
        await book(ctx, BookingRequest(lines=(line,), customer_id=ids[name]))
    return {"sessions": 1, "bookings": len(BOOKINGS) + len(YOGA), "blocked times": 1}


def _status(ctx: Context, item: Item, *, was_missed: bool) -> str | None:
    """How its customer has attended by now."""
    if item.state != "confirmed" or item.starts_at > ctx.now + HOUR:
        return None
    if item.ends_at <= ctx.now:
        return "no_show" if was_missed else "completed"
    return "in_progress" if item.starts_at <= ctx.now else "checked_in"

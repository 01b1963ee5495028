"""What keeps programs from booking in masses: limits for each address and each contact, a field that people don't see,
and the time that it takes to fill in a form. None of it asks anything of a visitor."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from kalends.actions.context import Context
from kalends.notices.texts import Message
from kalends.web import limits
from kalends.web.call import Call
from kalends.web.form_tokens import drawn_at

HOLDS = "40/600"
BOOKINGS = "20/3600"
CONTACTS = "10/86400"
"""Of holds and bookings from one address, and of bookings with one e-mail address or number: COUNT/SECONDS."""
TRAP = "website"
"""The field that people don't see."""
FASTEST = timedelta(seconds=3)
LONGEST_OPEN = timedelta(days=1)
"""How long a page with times may be open before one of them is chosen."""


async def count_hold(call: Call, ctx: Context) -> None:
    """Count an attempt to hold a time. Raises Limited."""
    await _count(call, ctx, HOLDS, f"page hold {limits.address(call.address)}")


async def count_booking(call: Call, ctx: Context, *contacts: str) -> None:
    """Count an attempt to book. Raises Limited."""
    await _count(call, ctx, BOOKINGS, f"page booking {limits.address(call.address)}")
    for contact in contacts:
        if contact:
            await _count(call, ctx, CONTACTS, f"page contact {ctx.account.id} {contact.casefold()}")


async def is_fresh(call: Call, ctx: Context, token: str) -> bool:
    """Whether a token is that of a page which was drawn not too long ago."""
    drawn = await drawn_at(call, ctx, token)
    return drawn is not None and call.now - drawn < LONGEST_OPEN


async def complaint_about(call: Call, ctx: Context, token: str, sent: Mapping[str, str]) -> Message | None:
    """What is said to who fills in a form as programs do; sending it once more helps people."""
    if sent.get(TRAP):
        return Message("bots.trap")
    drawn: datetime | None = await drawn_at(call, ctx, token)
    return Message("bots.too_fast") if drawn is None or call.now - drawn < FASTEST else None


async def _count(call: Call, ctx: Context, limit: str, subject: str) -> None:
    parsed = limits.parse(limit)
    if parsed is not None:
        await limits.count(ctx.db, call, parsed, "address", subject)

"""What keeps programs from booking in masses: limits for each address and each contact, a field that people don't see,
and the time that it takes to fill in a form. None of it asks anything of a visitor."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from kalends.actions.context import Context
from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.accounts.rate_limit import Limit
from kalends.notices.texts import Message
from kalends.web import limits
from kalends.web.call import Call
from kalends.web.form_tokens import drawn_at

_TEN_MINUTES, _AN_HOUR, _A_DAY = 600, 3600, 86400
TRAP = "website"
"""The field that people don't see."""
FASTEST = timedelta(seconds=3)
LONGEST_OPEN = timedelta(days=1)
"""How long a page with times may be open before one of them is chosen."""


async def count_hold(call: Call, ctx: Context, page: BookingPage) -> None:
    """Count an attempt to hold a time. Raises Limited."""
    await _count(call, ctx, Limit(page.most_holds, _TEN_MINUTES), f"page hold {limits.address(call.address)}")


async def count_booking(call: Call, ctx: Context, page: BookingPage, *contacts: str) -> None:
    """Count an attempt to book. Raises Limited."""
    await _count(call, ctx, Limit(page.most_bookings, _AN_HOUR), f"page booking {limits.address(call.address)}")
    for contact in contacts:
        if contact:
            await _count(
                call, ctx, Limit(page.most_of_contact, _A_DAY), f"page contact {ctx.account.id} {contact.casefold()}"
            )


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


async def _count(call: Call, ctx: Context, limit: Limit, subject: str) -> None:
    await limits.count(ctx.db, call, limit, "address", f"{subject} {ctx.account.id}")

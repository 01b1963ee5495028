"""Who holds a time: a visitor is known by the token of the page on which they chose it, which is the secret of the link
to their hold."""

from collections import Counter
from typing import NamedTuple

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.bookings.holds import add_hold, hold_instead
from kalends.actions.context import Context, as_if_free
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.hold import longest_hold
from kalends.engine.bookings.request import RequestedLine
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.refusals import Duplicate, Forbidden, Full, NotFound, Unauthenticated
from kalends.page.bots import is_fresh
from kalends.page.choices import Choices
from kalends.page.chosen import Chosen, check_offered, request_of, with_sessions
from kalends.page.held import is_hold, load_own
from kalends.web.call import Call
from kalends.web.form_tokens import new_form_token


class Holder(NamedTuple):
    """A visitor with a hold: the context of what they do, the hold, and the secret of their link."""

    ctx: Context
    hold: BookingWithItems
    secret: str


async def find_holder(ctx: Context, token: str) -> Holder | None:
    """Whoever holds a time by this token, also one that has lapsed; None if nobody does, or it is booked already."""
    try:
        own = await authenticate_secret(ctx.db, ctx.now, ctx.door, token)
        hold = await load_own(own)
    except (Unauthenticated, Forbidden, NotFound):
        return None
    return Holder(own, hold, token) if own.account.id == ctx.account.id and is_hold(hold) else None


async def token_for(call: Call, ctx: Context, token: str) -> str:
    """The token that a visitor has, if it can still be used for a hold; else a new one."""
    if await is_fresh(call, ctx, token) and (not await _is_used(ctx, token) or await find_holder(ctx, token)):
        return token
    return await new_form_token(call, ctx)


async def hold_chosen(call: Call, ctx: Context, choices: Choices, chosen: Chosen, token: str) -> Holder:
    """Hold a time for a visitor, instead of what they hold already. Of forms that are sent with one token at the same
    moment, each finds what the one before has held.

    Raises what `add_hold` raises; Full also for a start that the page would not have shown.
    """
    holder = await find_holder(ctx, token)
    secret = token if holder else await token_for(call, ctx, token)
    try:
        await _hold(ctx, holder, choices, chosen, secret)
    except (Duplicate, Full, NotFound):
        meanwhile = await find_holder(ctx, secret)
        if meanwhile is None or _booking_id(meanwhile) == _booking_id(holder):
            raise
        return await hold_chosen(call, ctx, choices, chosen, secret)
    return await _found(ctx, secret)


async def _hold(ctx: Context, holder: Holder | None, choices: Choices, chosen: Chosen, secret: str) -> None:
    looking = as_if_free(ctx, holder.hold.items) if holder else ctx
    chosen = await with_sessions(looking, choices, chosen)
    if holder and _holds(holder, choices, chosen):
        return
    await check_offered(looking, choices, chosen)
    request, until = request_of(choices, chosen), ctx.now + longest_hold(ctx.principal, ctx.account.policy)
    if holder:
        await hold_instead(holder.ctx, holder.hold.booking.id, request, until)
    else:
        await add_hold(ctx, request, until, secret)


def _booking_id(holder: Holder | None) -> int | None:
    return holder and holder.hold.booking.id


async def _found(ctx: Context, secret: str) -> Holder:
    holder = await find_holder(ctx, secret)
    if holder is None:
        raise NotFound("hold")
    return holder


async def _is_used(ctx: Context, token: str) -> bool:
    try:
        await authenticate_secret(ctx.db, ctx.now, ctx.door, token)
    except (Unauthenticated, Forbidden):
        return False
    return True


def _holds(holder: Holder, choices: Choices, chosen: Chosen) -> bool:
    """Whether the time is held already."""
    items, first = [view.item for view in holder.hold.items], holder.hold.items[0]
    if not all(is_active(item, holder.ctx.now) for item in items):
        return False
    if chosen.resource_id not in (None, first.item.resource_id):
        return False
    if chosen.starts_at is not None and choices.site_id not in (None, first.site_id):
        return False
    wanted = Counter(_taken(line) for line in request_of(choices, chosen).lines)
    return wanted == Counter(map(_taken, items))


def _taken(time: Item | RequestedLine) -> tuple[object, ...]:
    """What of a time is compared: of a session the session alone."""
    if time.session_id is not None:
        return time.session_id, time.units
    return time.service_id, time.starts_at, time.units

"""What a customer is told of a change: seen before it is made, and as the form for it says."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import ceil

import msgspec

from kalends.actions.billing.quotes import quotes
from kalends.actions.bookings.find import get_item, get_whole_booking
from kalends.actions.context import Context, rolled_back
from kalends.actions.messages.about_item import CustomerNotice, draw_notice
from kalends.console.at_site import AtSite
from kalends.console.complaints import complaint_of
from kalends.console.values import Values
from kalends.console.views.telling import CHOICES
from kalends.console.views.wall_times import read_wall
from kalends.engine.billing.quote import Quote
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.telling import told
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import Forbidden, Invalid, NotFound, Refusal, SkippedTime
from kalends.engine.time.clock import DAY
from kalends.notices.texts import Message

TELL = ("tell", "tell_at")
"""The fields of a form that say whether the customer is told."""
_LONGEST = 60 * DAY


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What would come of a change: the item and its price after it, or why it is refused; and what its customer would
    be told, None if they can't be."""

    notice: CustomerNotice | None
    view: ItemView | None = None
    quote: Quote | None = None
    refusal: Refusal | None = None


async def foresee(ctx: Context, item_id: int, verb: str, act: Callable[[Context], Awaitable[object]]) -> Foreseen:
    """Make a change of an item and take it back. `verb` is one of telling.TOLD_BY. Of what changes nothing, nothing is
    told yet. Raises Forbidden, NotFound."""
    before = await get_item(ctx, item_id)
    try:
        async with rolled_back(ctx) as tx:
            await act(tx)
            view = await get_item(tx, item_id)
            changed = view.item.revision > before.item.revision
            notice = await (draw_notice if changed else unwritten)(tx, item_id, verb)
            return Foreseen(notice=notice, view=view, quote=await _quote(tx, view))
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        return Foreseen(notice=await unwritten(ctx, item_id, verb), refusal=refusal)


async def _quote(ctx: Context, view: ItemView) -> Quote | None:
    if view.item.kind == "block":
        return None
    return (await quotes(ctx, [await get_whole_booking(ctx, view.item.booking_id)]))[0]


async def unwritten(ctx: Context, item_id: int, verb: str) -> CustomerNotice | None:
    """How the customer would be told, where it is not known yet what."""
    notice = await draw_notice(ctx, item_id, verb)
    return notice and msgspec.structs.replace(notice, rendered=None)


def read_telling(ctx: Context, at: AtSite, values: Values, verb: str, customer: Customer | None) -> MessageOverrides:
    """What is sent, as a form says. Fault of `tell_at`: it can't be read, or is not soon to come."""
    tell = values.text("tell")
    if tell not in CHOICES:
        return BY_POLICY
    seconds = _wait(ctx, at, values) if tell == "later" else None
    return told(verb, customer, ctx.account, tell != "no", seconds)


def _wait(ctx: Context, at: AtSite, values: Values) -> int | None:
    """In how many seconds."""
    try:
        wait = read_wall(values.text("tell_at"), "", at.zone, "tell_at") - ctx.now
    except (Invalid, SkippedTime) as refusal:
        complaint = complaint_of(refusal, {})
        values.faults |= complaint.fields if complaint else {}
        return None
    if not timedelta() < wait <= _LONGEST:
        values.faults["tell_at"] = Message("fault.out_of_range" if wait > _LONGEST else "fault.past")
    return ceil(wait.total_seconds())

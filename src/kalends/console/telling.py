"""What a customer is told of a change: seen before it is made, and as the form for it says."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from math import ceil

import msgspec

from kalends.actions.billing.quotes import quotes
from kalends.actions.bookings.find import get_item, get_whole_booking
from kalends.actions.context import Context, rolled_back
from kalends.actions.messages.about_item import CustomerNotice, draw_notice
from kalends.actions.messages.reach import find_reach
from kalends.console.at_site import AtSite
from kalends.console.values import Values
from kalends.console.views.telling import CHOICES
from kalends.engine.billing.quote import Quote
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.telling import LONGEST_WAIT, told
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import Forbidden, NotFound, Refusal
from kalends.notices.texts import Message

TELL = ("tell", "tell_at", "tell_at_fold")
"""The fields of a form that say whether the customer is told."""


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What would come of a change: the item and its price after it, or why it is refused; and what its customer would
    be told."""

    notice: CustomerNotice
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


async def unwritten(ctx: Context, item_id: int, verb: str) -> CustomerNotice:
    """How the customer would be told, where it is not known yet what."""
    return msgspec.structs.replace(await draw_notice(ctx, item_id, verb), rendered=None)


async def read_telling(
    ctx: Context, at: AtSite, values: Values, verb: str, customer: Customer | None
) -> MessageOverrides:
    """What is sent, as a form says. Fault of `tell_at`: it can't be read, or is not soon to come."""
    tell = values.text("tell")
    if tell not in CHOICES:
        return BY_POLICY
    due_at = read_tell_at(ctx, at, values) if tell == "later" else None
    seconds = ceil((due_at - ctx.now).total_seconds()) if due_at else None
    return told(verb, await find_reach(ctx, customer, verb), tell != "no", seconds)


def read_tell_at(ctx: Context, at: AtSite, values: Values) -> datetime | None:
    """Before when a customer is not told. Fault of `tell_at`: it can't be read, or is not soon to come."""
    due_at = values.moment("tell_at", "tell_at_fold", at.zone)
    if due_at is not None and not timedelta() < due_at - ctx.now <= LONGEST_WAIT:
        values.faults["tell_at"] = Message("fault.past" if due_at <= ctx.now else "fault.out_of_range")
    return due_at

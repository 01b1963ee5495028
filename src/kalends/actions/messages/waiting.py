"""What a customer is still to be told of a change: seen, told at another time, or withdrawn, as long as it waits; and
of what was just changed without a word, told after all."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.undo import find_undoable
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_images
from kalends.actions.messages.about_item import CustomerNotice, notice_of, reach_of
from kalends.actions.messages.covered import covered_items, sees_all_of
from kalends.actions.messages.decide import decide
from kalends.actions.messages.own_link import with_sample_link
from kalends.engine.bookings.change_set import HELD_BACK, Message, change_set
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.telling import LONGEST_WAIT, TOLD_BY, UNREACHABLE, Reach, address_of, told
from kalends.engine.bookings.undo import Undoable
from kalends.engine.bookings.views import ItemView
from kalends.engine.limits import raise_if_faults
from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.message import MessageQuery, OutboxMessage
from kalends.engine.refusals import Fault, NotFound, Outdated, Unreachable
from kalends.store.commit import commit
from kalends.store.messages import outbox

_KIND = "message"


class WaitingNotice(msgspec.Struct, frozen=True):
    """A message that waits until it is due, and what it would say now."""

    message: OutboxMessage
    notice: CustomerNotice


class UntoldChange(msgspec.Struct, frozen=True):
    """A change of which the customer is not told, by its verb in telling.TOLD_BY, and how they could be told, or why
    they can't be."""

    verb: str
    reach: Reach


class _Judged(NamedTuple):
    """A message that is right, what it tells together with others like it, and why it reaches nobody; None if it
    does."""

    message: OutboxMessage
    facts: MessageFacts
    why_not: str | None


@allow("book", "practitioner")
async def find_waiting_message(ctx: Context, item_id: int) -> OutboxMessage | None:
    """The last message that waits to tell the customer of an item of a change; None if there is none, if it would not
    be sent as things are now, or if somebody has begun to send it. Raises NotFound(item)."""
    view = await get_item(ctx, item_id)
    judged = await _judge(ctx, view, await _waiting(ctx, view))
    return next((each.message for each in judged if each.why_not is None), None)


@allow("book", "practitioner")
async def get_waiting_notice(ctx: Context, item_id: int) -> WaitingNotice:
    """What the customer of an item would be told now by the last message that waits.

    Raises NotFound(item; message if none waits that is right), Unreachable.
    """
    view = await get_item(ctx, item_id)
    judged = await _judge(ctx, view, await _waiting(ctx, view))
    if not judged or view.customer is None:
        raise NotFound("message")
    message, facts, why_not = min(judged, key=lambda each: each.why_not is not None)
    if why_not is not None:
        raise _unreachable(message.channel, why_not)
    reach = Reach(message.channel, address_of(view.customer, message.channel) or "")
    return WaitingNotice(message, await notice_of(ctx, reach, await with_sample_link(ctx, facts)))


@allow("book", "practitioner")
async def find_untold_change(ctx: Context, item_id: int) -> UntoldChange | None:
    """The caller's own last change of an item, if its customer is not told of it, and there is something to tell; None
    else. Raises NotFound(item)."""
    undoable = await find_undoable(ctx, item_id)
    if undoable is None or undoable.verb is None or undoable.view.customer is None or await _is_told(ctx, undoable):
        return None
    untold = UntoldChange(undoable.verb, await reach_of(ctx, undoable.view, undoable.verb))
    return untold if await _judge(ctx, undoable.view, [_as_waiting(ctx, undoable.view, untold)]) else None


@allow("book", "practitioner")
async def tell_of_change(ctx: Context, item_id: int, due_at: datetime) -> WaitingNotice:
    """Have the customer of an item told of the caller's own last change, of which they were not to be told, at this
    time; if it is past, at once. Returns what they are told.

    Raises NotFound(item), Outdated if that was not a moment ago or they are told of it already, Unreachable,
    Invalid(due_at: out_of_range beyond 60 days).
    """
    _check_due(ctx, due_at)
    async with transaction(ctx) as tx:
        untold = await find_untold_change(tx, item_id)
        if untold is None:
            raise Outdated()
        if untold.reach.why_not is not None:
            raise _unreachable(untold.reach.channel, untold.reach.why_not)
        seconds = max(0, ceil((due_at - tx.now).total_seconds()))
        sent = _messages(tx, await get_item(tx, item_id), untold, seconds)
        await commit(tx.db, tx.account.id, change_set(tx.author, "tell", messages=sent))
        return await get_waiting_notice(tx, item_id)


@allow("book", "practitioner")
async def reschedule_message(ctx: Context, item_id: int, due_at: datetime) -> WaitingNotice:
    """Have all that waits to be told to the customer of an item told at this time; if it is past, at once. Returns what
    they are told.

    Raises NotFound(item; message if none waits that is right), Unreachable, Invalid(due_at: out_of_range beyond 60
    days).
    """
    _check_due(ctx, due_at)
    settled = max(due_at, ctx.now)
    async with transaction(ctx) as tx:
        waiting = {message.id: message for message in await _waiting(tx, await get_item(tx, item_id))}
        for message_id in await outbox.reschedule(tx.db, tx.account.id, [*waiting], settled):
            before, after = {"due_at": waiting[message_id].due_at}, {"due_at": settled}
            await add_journal_images(tx, "reschedule", _KIND, message_id, before, after)
        return await get_waiting_notice(tx, item_id)


@allow("book", "practitioner")
async def withdraw_message(ctx: Context, item_id: int) -> None:
    """Let the customer of an item not be told what waits to be told to them. The change itself stays.

    Raises NotFound(item; message if none waits).
    """
    async with transaction(ctx) as tx:
        waiting = await _waiting(tx, await get_item(tx, item_id))
        withdrawn = await outbox.withdraw(tx.db, tx.account.id, [message.id for message in waiting], tx.now)
        if not withdrawn:
            raise NotFound("message")
        for message_id in withdrawn:
            await add_journal_images(tx, "withdraw", _KIND, message_id, {"state": "waiting"}, {"state": "dropped"})


def _check_due(ctx: Context, due_at: datetime) -> None:
    """Raises Invalid(due_at: out_of_range)."""
    raise_if_faults([Fault("due_at", "out_of_range")] if due_at - ctx.now > LONGEST_WAIT else [])


def _unreachable(channel: str, why_not: str) -> Unreachable:
    field, reason = ("phone" if channel == "sms" else "email"), "blank" if why_not == "no_address" else why_not
    return Unreachable("service_id", "blank") if why_not == "no_service" else Unreachable(field, reason)


def _messages(ctx: Context, view: ItemView, untold: UntoldChange, seconds: int) -> tuple[Message, ...]:
    verb = untold.verb
    sent = messages_for(verb, view.item, view.customer, ctx.account, told(verb, untold.reach, True, seconds))
    return tuple(message for message in sent if message.audience == "customer" and message.template == TOLD_BY[verb])


@internal
async def _waiting(ctx: Context, view: ItemView) -> list[OutboxMessage]:
    """What waits to tell the customer of an item of it, also if it was asked for by another time of its booking; but
    nothing that tells also of what the caller may not see."""
    item = view.item
    waiting = await outbox.find_waiting(ctx.db, ctx.account.id, item.booking_id, item.customer_id)
    own = [message for message in waiting if item.id in await covered_items(ctx, message)]
    return [message for message in own if await sees_all_of(ctx, message)]


@internal
async def _is_told(ctx: Context, undoable: Undoable) -> bool:
    """Whether the customer of an item was told of its last change, or is going to be."""
    item, waiting = undoable.view.item, await _waiting(ctx, undoable.view)
    right = {each.message.id for each in await _judge(ctx, undoable.view, waiting) if each.why_not is None}
    untold = {message.id for message in waiting} - right
    about = await outbox.list_messages(ctx.db, ctx.account.id, MessageQuery(booking_id=item.booking_id))
    since = [each for each in about if each.created_at >= undoable.change.at and each.state != "dropped"]
    told = [
        await covered_items(ctx, message)
        for message in since
        if message.audience == "customer" and message.customer_id == item.customer_id and message.id not in untold
    ]
    return any(items.get(item.id, -1) >= item.revision for items in told)


@internal
async def _judge(ctx: Context, view: ItemView, messages: Iterable[OutboxMessage]) -> list[_Judged]:
    """Those of these messages to the customer of an item that are right now and tell of it, the newest first."""
    alike: dict[tuple[str, str], list[OutboxMessage]] = {}
    for message in sorted(messages, key=lambda each: each.id):
        alike.setdefault((message.template, message.channel), []).append(message)
    judged: list[_Judged] = []
    for group in alike.values():
        decision = await decide(ctx, group)
        is_about = any(entry.item.id == view.item.id for entry in decision.facts.items)
        for each in group:
            why_not = decision.reasons[each.id]
            if why_not in UNREACHABLE or (why_not is None and is_about):
                judged.append(_Judged(each, decision.facts, why_not))
    return sorted(judged, key=lambda each: -each.message.id)


def _as_waiting(ctx: Context, view: ItemView, untold: UntoldChange) -> OutboxMessage:
    """What would tell the customer of a change, as it would wait, so that it is not sent if they know all of it."""
    fields: dict[str, Any] = dict.fromkeys(OutboxMessage.__struct_fields__)
    item = view.item
    fields |= {"account_id": item.account_id, "id": 0, "booking_id": item.booking_id, "item_id": item.id}
    fields |= {"item_revision": item.revision, "customer_id": item.customer_id, "audience": "customer"}
    fields |= {"channel": untold.reach.channel or "email", "template": TOLD_BY[untold.verb], "locale": ""}
    fields |= {"data": {HELD_BACK: 1}, "created_at": ctx.now, "due_at": ctx.now, "state": "waiting", "attempts": 0}
    return OutboxMessage(**fields)

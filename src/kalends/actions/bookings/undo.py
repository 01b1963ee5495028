"""Takes back what somebody has just done to items, or that they have made them, before their customer is told of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from kalends.actions.access import allow, changes_item, internal
from kalends.actions.bookings.change_state import change_booking_state
from kalends.actions.bookings.find import get_item, get_to_change
from kalends.actions.changes import query_journal
from kalends.actions.context import Context, transaction
from kalends.actions.customers.change import remove_customer
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.change_set import Message
from kalends.engine.bookings.item_changes import ItemChange, changes_of
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.messages import restored_messages, told_apart
from kalends.engine.bookings.request import CHANNELS, MessageOverrides
from kalends.engine.bookings.telling import TOLD_BY
from kalends.engine.bookings.undo import Undoable, ids_to_restore, restored, restored_booking
from kalends.engine.bookings.views import ItemView
from kalends.engine.journal import JournalQuery
from kalends.engine.messages.message import MessageQuery, OutboxMessage
from kalends.engine.refusals import Outdated
from kalends.store.accounts.tokens import reinstate_links
from kalends.store.bookings.items import find_views, find_views_of
from kalends.store.bookings.references import load_references
from kalends.store.bookings.series import load_booking
from kalends.store.changes import find_changes_of
from kalends.store.commit import commit
from kalends.store.customers.naming import is_only_of
from kalends.store.messages.outbox import find_changed_together, list_messages

LEAST_SECONDS = 30
"""How long a change can be taken back, unless the account's policy keeps customers waiting for longer."""


@allow("book", "practitioner")
async def find_undoable(ctx: Context, item_id: int) -> Undoable | None:
    """The last change of an item, or its making, if that was the caller's doing a moment ago; None if it can't be taken
    back any more. Its making can be taken back as long as nothing of its booking was changed.

    Raises NotFound(item).
    """
    undoable = await _undoable(ctx, await get_item(ctx, item_id))
    if undoable is None:
        return None
    count = undoable.view.siblings if undoable.is_new else len(await _together(ctx, undoable))
    return msgspec.structs.replace(undoable, count=max(1, count))


@allow("book", "practitioner")
async def undo_change(ctx: Context, item_id: int) -> ItemView:
    """Take the caller's own last change of an item back, and what was done with it to other items of its booking: their
    times, resources and states are as before. Customers who were not told of the change are told nothing. If the item
    was made just now, its whole booking is removed, and with it the customer who was added for it, unless they were
    told of it or anything else refers to them.

    Raises NotFound(item), Outdated if the change can't be taken back any more; and, if its time was given up, Full,
    Retired(resource, session), NotServed.
    """
    locks = Locks(bookings=[(await get_item(ctx, item_id)).item.booking_id])
    return await retry_on_conflict(ctx, lambda attempt: _undo(attempt, item_id), locks)


async def _undo(ctx: Context, item_id: int) -> ItemView:
    undoable = await _undoable(ctx, await get_to_change(ctx, item_id))
    if undoable is None:
        raise Outdated()
    if undoable.is_new:
        async with transaction(ctx) as tx:
            await _remove_new(tx, undoable.view)
        return await get_item(ctx, item_id)
    changes = [restored(each, ctx.author) for each in await _together(ctx, undoable)]
    references = await load_references(ctx.db, ctx.account.id, ids_to_restore(changes), ctx.site_ids)
    sent = _messages(ctx, changes, await _as_change_was_told(ctx, undoable))
    given_away = [change.item for change in changes if change.is_given_away]
    booking = await _booking_before(ctx, undoable) if given_away else None
    verb = changes[0].verb or "change"
    planned = changes_of(ctx.author, verb, changes, references, booking=booking, messages=sent)
    async with transaction(ctx) as tx:
        await commit(tx.db, ctx.account.id, planned)
        for item in given_away:
            await reinstate_links(tx.db, ctx.account.id, item.id, item.booking_id, undoable.change.at)
    return await get_item(ctx, item_id)


@internal
def undo_ends(ctx: Context, changed_at: datetime) -> datetime:
    """Until when what was changed then can be taken back."""
    return changed_at + timedelta(seconds=max(LEAST_SECONDS, ctx.account.policy.undo_seconds))


@internal
async def _together(ctx: Context, undoable: Undoable) -> list[Undoable]:
    """What was changed with an item of its booking and not since, the item itself first."""
    own = undoable.view.item
    revisions = await find_changed_together(ctx.db, ctx.account.id, own.id, own.revision)
    views = [
        view
        for view in await find_views(ctx.db, ctx.account.id, list(revisions))
        if view.item.id != own.id and view.item.revision == revisions[view.item.id] and changes_item(ctx, view)
    ]
    changes = await find_changes_of(ctx.db, ctx.account.id, {view.item.id: view.item.revision for view in views})
    others = [Undoable(view, changes[view.item.id]) for view in views]
    return [undoable, *(each for each in others if not each.is_new)]


def _messages(ctx: Context, changes: Sequence[ItemChange], overrides: MessageOverrides) -> tuple[Message, ...]:
    """What the customers of these items, each once, and the staff are told of what is taken back."""
    told: dict[int | None, tuple[Message, ...]] = {}
    for change in changes:
        if told.get(change.item.customer_id):
            continue
        is_on_again = change.verb == "reopen"
        sent = messages_for(
            "confirm" if is_on_again else "change",
            change.item,
            change.was.customer if change.was else None,
            ctx.account,
            overrides,
            was_active=change.was_active or is_on_again,
            is_visible=change.is_visible or is_on_again,
        )
        if is_on_again and change.was:
            sent = tuple(restored_messages(change.was.item, sent, ctx.account))
        told[change.item.customer_id] = sent
    return told_apart(tuple(told.values()))


@internal
async def _undoable(ctx: Context, view: ItemView) -> Undoable | None:
    page = await query_journal(ctx, JournalQuery(kind="item", subject_id=view.item.id), 1)
    if not page.entries:
        return None
    undoable = Undoable(view, page.entries[0])
    change = undoable.change
    if undoable.is_new and not await _is_new(ctx, view):
        return None
    is_last = change.revision == view.item.revision
    return undoable if change.actor == ctx.actor and ctx.now <= undo_ends(ctx, change.at) and is_last else None


@internal
async def _booking_before(ctx: Context, undoable: Undoable) -> Booking | None:
    """The booking of an item as it was before the item's last change, if it changed with it and not since."""
    booking = await load_booking(ctx.db, ctx.account.id, undoable.view.item.booking_id)
    page = await query_journal(ctx, JournalQuery(kind="booking", subject_id=undoable.view.item.booking_id), 1)
    if booking is None or not page.entries or page.entries[0].at != undoable.change.at:
        return None
    return restored_booking(booking, page.entries[0], ctx.author)


async def _is_new(ctx: Context, view: ItemView) -> bool:
    """Whether the caller has just made the whole booking, and nothing of it was changed since."""
    if view.item.kind == "block":
        return False
    items = [each.item for each in await find_views_of(ctx.db, ctx.account.id, view.item.booking_id)]
    return all(
        item.revision == 0 and item.created_by == ctx.actor and ctx.now <= undo_ends(ctx, item.created_at)
        for item in items
    )


async def _remove_new(ctx: Context, view: ItemView) -> None:
    """Remove a booking that was made just now, and its customer if nothing else is known of them."""
    booking_id, customer = view.item.booking_id, view.customer
    messages = await list_messages(ctx.db, ctx.account.id, MessageQuery(booking_id=booking_id))
    await change_booking_state(ctx, view.booking_uid, "remove", _as_told(messages))
    if customer is None or customer.revision or _may_be_told(ctx, messages):
        return
    if await is_only_of(ctx.db, ctx.account.id, customer.id, view.item):
        await remove_customer(ctx, customer.id)


@internal
async def _as_change_was_told(ctx: Context, undoable: Undoable) -> MessageOverrides:
    """That a change is taken back is told also by the channels by which it was told against the account's policy."""
    query = MessageQuery(booking_id=undoable.view.item.booking_id)
    of_change = [
        each
        for each in await list_messages(ctx.db, ctx.account.id, query)
        if each.created_at >= undoable.change.at and each.template in TOLD_BY.values()
    ]
    channels = {each.channel for each in of_change if _may_be_told(ctx, [each])}
    return MessageOverrides({(kind, each): True for kind in ("modification", "confirmation") for each in channels})


def _may_be_told(ctx: Context, messages: Iterable[OutboxMessage]) -> bool:
    """Whether one of these messages may have been sent. Who was told must be told that it is taken back, too."""
    return any(
        message.audience == "customer"
        and message.state != "dropped"
        and not (message.state == "waiting" and message.due_at > ctx.now and not message.attempts)
        for message in messages
    )


def _as_told(messages: Iterable[OutboxMessage]) -> MessageOverrides:
    """That a booking is no more is told by each channel by which it was confirmed; where that still waits, neither is
    sent."""
    channels = {message.channel for message in messages if message.template == "confirmation"}
    return MessageOverrides({("cancellation", channel): channel in channels for channel in CHANNELS})

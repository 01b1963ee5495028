"""Takes back what somebody has just done to an item, or that they have made it, before its customer is told of it."""

from datetime import datetime, timedelta

from kalends.actions.access import allow, internal
from kalends.actions.bookings.change_state import change_booking_state
from kalends.actions.bookings.find import get_item, get_to_change
from kalends.actions.changes import query_journal
from kalends.actions.context import Context
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.item_changes import changes_of
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.request import CHANNELS, MessageOverrides
from kalends.engine.bookings.undo import Undoable, ids_to_restore, restored
from kalends.engine.bookings.views import ItemView
from kalends.engine.journal import JournalQuery
from kalends.engine.messages.message import MessageQuery
from kalends.engine.refusals import Outdated
from kalends.store.bookings.items import find_views_of
from kalends.store.bookings.references import load_references
from kalends.store.commit import commit
from kalends.store.messages.outbox import list_messages

LEAST_SECONDS = 30
"""How long a change can be taken back, unless the account's policy keeps customers waiting for longer."""


@allow("book")
async def find_undoable(ctx: Context, item_id: int) -> Undoable | None:
    """The last change of an item, or its making, if that was the caller's doing a moment ago; None if it can't be taken
    back any more. Its making can be taken back as long as nothing of its booking was changed.

    Raises NotFound(item).
    """
    return await _undoable(ctx, await get_item(ctx, item_id))


@allow("book")
async def undo_change(ctx: Context, item_id: int) -> ItemView:
    """Take the caller's own last change of an item back: its time, resource and state are as before. Customers who were
    not told of the change are told nothing. If the item was made just now, its whole booking is removed.

    Raises NotFound(item), Outdated if the change can't be taken back any more; and, if its time was given up, Full,
    Retired(resource, session), NotServed.
    """
    return await retry_on_conflict(ctx, lambda attempt: _undo(attempt, item_id), Locks(items=[item_id]))


async def _undo(ctx: Context, item_id: int) -> ItemView:
    undoable = await _undoable(ctx, await get_to_change(ctx, item_id))
    if undoable is None:
        raise Outdated()
    if undoable.is_new:
        told = await _as_told(ctx, undoable.view.item.booking_id)
        await change_booking_state(ctx, undoable.view.booking_uid, "remove", told)
        return await get_item(ctx, item_id)
    change = restored(undoable, ctx.author)
    references = await load_references(ctx.db, ctx.account.id, ids_to_restore(change), ctx.site_ids)
    sent = messages_for(
        "confirm" if change.verb == "reopen" else "change",
        change.item,
        undoable.view.customer,
        ctx.account,
        was_active=change.was_active or change.verb == "reopen",
        is_visible=change.is_visible or change.verb == "reopen",
    )
    planned = changes_of(ctx.author, change.verb or "change", [change], references, messages=sent)
    await commit(ctx.db, ctx.account.id, planned)
    return await get_item(ctx, item_id)


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
    return undoable if change.actor == ctx.actor and _is_recent(ctx, change.at) and is_last else None


async def _is_new(ctx: Context, view: ItemView) -> bool:
    """Whether the caller has just made the whole booking, and nothing of it was changed since."""
    if view.item.kind == "block":
        return False
    items = [each.item for each in await find_views_of(ctx.db, ctx.account.id, view.item.booking_id)]
    return all(
        item.revision == 0 and item.created_by == ctx.actor and _is_recent(ctx, item.created_at) for item in items
    )


async def _as_told(ctx: Context, booking_id: int) -> MessageOverrides:
    """That a booking is no more is told by each channel by which it was confirmed; where that still waits, neither is
    sent."""
    messages = await list_messages(ctx.db, ctx.account.id, MessageQuery(booking_id=booking_id))
    channels = {message.channel for message in messages if message.template == "confirmation"}
    return MessageOverrides({("cancellation", channel): channel in channels for channel in CHANNELS})


def _is_recent(ctx: Context, at: datetime) -> bool:
    return ctx.now - at <= timedelta(seconds=max(LEAST_SECONDS, ctx.account.policy.undo_seconds))

"""Takes back what somebody has just done to an item, before its customer is told of it."""

from datetime import timedelta

from kalends.actions.access import allow, internal
from kalends.actions.bookings.find import get_item, get_to_change
from kalends.actions.changes import query_journal
from kalends.actions.context import Context
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.item_changes import changes_of
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.undo import Undoable, ids_to_restore, restored
from kalends.engine.bookings.views import ItemView
from kalends.engine.journal import JournalQuery
from kalends.engine.refusals import Outdated
from kalends.store.bookings.references import load_references
from kalends.store.commit import commit

LEAST_SECONDS = 30
"""How long a change can be taken back, unless the account's policy keeps customers waiting for longer."""


@allow("book")
async def find_undoable(ctx: Context, item_id: int) -> Undoable | None:
    """The last change of an item, if the caller has made it a moment ago; None if it can't be taken back any more.

    Raises NotFound(item).
    """
    return await _undoable(ctx, await get_item(ctx, item_id))


@allow("book")
async def undo_change(ctx: Context, item_id: int) -> ItemView:
    """Take the caller's own last change of an item back: its time, resource and state are as before. Customers who were
    not told of the change are told nothing.

    Raises NotFound(item), Outdated if the change can't be taken back
    any more; and, if its time was given up, Full, Retired(resource, session), NotServed.
    """
    return await retry_on_conflict(ctx, lambda attempt: _undo(attempt, item_id), Locks(items=[item_id]))


async def _undo(ctx: Context, item_id: int) -> ItemView:
    undoable = await _undoable(ctx, await get_to_change(ctx, item_id))
    if undoable is None:
        raise Outdated()
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
    if not page.entries or not page.entries[0].before:
        return None
    change = page.entries[0]
    seconds = max(LEAST_SECONDS, ctx.account.policy.undo_seconds)
    is_recent = ctx.now - change.at <= timedelta(seconds=seconds)
    is_last = change.revision == view.item.revision
    return Undoable(view, change) if change.actor == ctx.actor and is_recent and is_last else None

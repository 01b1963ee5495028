"""Cancels an item, alone or with the later ones of its series."""

from kalends.actions.access import allow, sees_item
from kalends.actions.bookings.find import check_lapsed, get_item, get_to_change
from kalends.actions.bookings.series import sees_pending
from kalends.actions.context import Context, transaction
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.cancellation import Cancellation, cancelled
from kalends.engine.bookings.item_changes import changes_of
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.states import TRANSITIONS
from kalends.engine.bookings.views import ItemView
from kalends.store.bookings import series
from kalends.store.bookings.repeats import find_later_views
from kalends.store.commit import commit


@allow("book", "practitioner")
async def cancel_item(
    ctx: Context, item_id: int, cancellation: Cancellation, messages: MessageOverrides = BY_POLICY
) -> ItemView:
    """Cancel an item and, with `and_later`, those later ones of its series that can be cancelled, pending ones too.

    Items that the caller may not see stay. One message is sent for all. Returns the item.

    Raises NotFound(item), IllegalTransition if the item itself can't be cancelled, Stale.
    """

    if not cancellation.and_later:
        locks = Locks(items=[item_id])
        return await retry_on_conflict(ctx, lambda attempt: _cancel(attempt, item_id, cancellation, messages), locks)
    view = await get_item(ctx, item_id)
    later_ids = [later.item.id for later in await find_later_views(ctx.db, ctx.account.id, view)]

    async def cancel(attempt: Context) -> ItemView:
        async with transaction(attempt) as tx:
            return await _cancel(tx, item_id, cancellation, messages)

    locks = Locks(bookings=[view.item.booking_id], items=[item_id, *later_ids])
    return await retry_on_conflict(ctx, cancel, locks)


async def _cancel(ctx: Context, item_id: int, cancellation: Cancellation, messages: MessageOverrides) -> ItemView:
    view = await get_to_change(ctx, item_id)
    later = await _later(ctx, view) if cancellation.and_later else []
    changes = [cancelled(each, cancellation, ctx.account.policy, ctx.author) for each in (view, *later)]
    first = changes[0]
    sent = messages_for("cancel", first.item, view.customer, ctx.account, messages, was_active=first.was_active)
    await commit(ctx.db, ctx.account.id, changes_of(ctx.author, "cancel", changes, messages=sent))
    return changes[0].view


async def _later(ctx: Context, view: ItemView) -> list[ItemView]:
    """The later items of the series that can be cancelled; pending occurrences are withdrawn."""
    booking = await series.lock_booking(ctx.db, ctx.account.id, view.item.booking_id)
    if booking is not None and await sees_pending(ctx, booking):
        await series.withdraw_pending(ctx.db, ctx.account.id, booking.id, view.item.starts_at)
    views = await find_later_views(ctx.db, ctx.account.id, view)
    check_lapsed(ctx, views)
    return [each for each in views if sees_item(ctx, each) and each.item.state in TRANSITIONS["cancel"][0]]

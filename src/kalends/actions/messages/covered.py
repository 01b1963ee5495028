"""What a message about a booking tells of."""

from kalends.actions.access import internal, sees_item
from kalends.actions.context import Context
from kalends.engine.messages.message import OutboxMessage
from kalends.store.bookings.find import find_items
from kalends.store.bookings.items import find_views
from kalends.store.messages import outbox


@internal
async def covered_items(ctx: Context, message: OutboxMessage) -> dict[int, int]:
    """The items that a message about a booking stands for, with their revisions when it was asked for: those that were
    made or changed together, of a series all of its items."""
    assert message.booking_id is not None
    assert message.item_id is not None
    items = await outbox.find_changed_together(ctx.db, ctx.account.id, message.item_id, message.item_revision)
    if message.item_revision == 0:
        for item_id in await find_items(ctx.db, ctx.account.id, message.booking_id):
            items.setdefault(item_id, 0)
    return items or {message.item_id: message.item_revision}


@internal
async def sees_all_of(ctx: Context, message: OutboxMessage) -> bool:
    """Whether the caller may see all that a message about a booking tells of."""
    views = await find_views(ctx.db, ctx.account.id, list(await covered_items(ctx, message)))
    return all(sees_item(ctx, view) for view in views)

"""What has happened to an item."""

from kalends.actions.access import allow
from kalends.actions.bookings.find import get_item
from kalends.actions.changes import MOST, query_journal
from kalends.actions.context import Context
from kalends.engine.bookings.change_set import Change
from kalends.engine.journal import JournalQuery


@allow("read", "practitioner")
async def item_history(ctx: Context, item_id: int, limit: int = MOST) -> list[Change]:
    """The last changes of an item, the newest first; at most `limit`, and at most 1,000. Raises NotFound(item)."""
    view = await get_item(ctx, item_id)
    return (await query_journal(ctx, JournalQuery(kind="item", subject_id=view.item.id), limit)).entries

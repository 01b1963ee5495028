"""What customers were reminded of."""

from collections.abc import Mapping, Sequence

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.engine.bookings.views import ItemView
from kalends.store.messages.reminders import count_reminders


@allow("read")
async def reminders_sent(ctx: Context, views: Sequence[ItemView]) -> Mapping[int, Mapping[str, int]]:
    """How many reminders of each of these items were sent to its customer, by item and channel (email, sms)."""
    counts: dict[int, dict[str, int]] = {}
    booking_ids = list({view.item.booking_id for view in views})
    for item_id, channel, count in await count_reminders(ctx.db, ctx.account.id, booking_ids):
        counts.setdefault(item_id, {})[channel] = count
    return counts

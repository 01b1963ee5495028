"""How many reminders were sent."""

from collections.abc import Sequence

from kalends.store.db import Db


async def count_reminders(db: Db, account_id: int, booking_ids: Sequence[int]) -> list[tuple[int, str, int]]:
    """The item, the channel and the number of the reminders that were sent about items of these bookings."""
    rows = await db.fetch(
        """
        select item_id, channel, count(*) from outbox
        where account_id = $1 and booking_id = any ($2) and item_id is not null and template = 'reminder'
            and audience = 'customer' and state = 'sent'
        group by item_id, channel
        """,
        account_id,
        booking_ids,
    )
    return [tuple(row) for row in rows]

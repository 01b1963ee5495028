"""Items whose customers are to be reminded."""

from datetime import datetime

import msgspec

from kalends.store.db import Db
from kalends.store.rows import columns, fetch


class DueReminder(msgspec.Struct, frozen=True):
    """An item of which its customer is to be reminded now."""

    account_id: int
    id: int


async def list_due(db: Db, now: datetime, most: int) -> list[DueReminder]:
    """List confirmed items with a reminder that is due and was not sent, the longest due first. Locks nothing."""
    return await fetch(
        db,
        DueReminder,
        f"""
        select {columns(DueReminder)} from item
        where reminder_at <= $1 and reminder_at is not null and reminded_at is null and state = 'confirmed'
        order by reminder_at limit $2
        """,
        now,
        most,
    )

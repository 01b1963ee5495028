"""Holds that are over. Bookings do not wait for them to lapse: a commit lapses those that it meets."""

from datetime import datetime

from kalends.store.db import Db, transaction


async def lapse_due(db: Db, now: datetime) -> bool:
    """Expire the holds that are over at `now` on one tree of resources or in one session; False when there are none.

    One small transaction, which steps aside for whoever has that tree or session at the moment: what is left then is
    found again by the next call.
    """
    due = await db.fetch(
        """
        select distinct account_id from item
        where state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation') and expires_at <= $1
        """,
        now,
    )
    for (account_id,) in due:
        async with transaction(db) as tx:
            if await tx.fetchval("select lapse_due_v1($1, $2)", account_id, now):
                return True
    return False

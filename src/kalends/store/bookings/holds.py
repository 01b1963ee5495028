"""Expires holds that are past their end. Bookings do not depend on it: a commit expires the holds in its way."""

from datetime import datetime

from kalends.store.accounts.accounts import IS_OPEN
from kalends.store.db import Db, transaction


async def lapse_due(db: Db, now: datetime) -> bool:
    """Expire the holds that end by `now` on one tree of resources or in one session. Returns whether there were any.

    One small transaction. It skips a tree or session that is locked at the moment, for the next call to find.
    """
    accounts = await db.fetch(
        f"""
        select distinct account_id from item
        where state in ('awaiting_verification', 'awaiting_payment', 'awaiting_confirmation') and expires_at <= $1
            and {IS_OPEN.format("item")}
        """,
        now,
    )
    for (account_id,) in accounts:
        async with transaction(db) as tx:
            if await tx.fetchval("select lapse_due_v1($1, $2)", account_id, now):
                return True
    return False

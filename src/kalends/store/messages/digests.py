"""Daily mail to staff, which waits in the outbox while entries are added to it."""

from typing import Any

from kalends.engine.messages.message import OutboxMessage
from kalends.store.db import Db
from kalends.store.rows import columns, fetch_one


async def lock_digest(db: Db, account_id: int, user_id: int) -> OutboxMessage | None:
    """Lock the user, so that nobody else adds to their daily mail, and return the one that was not tried yet, or None.

    To be called in a transaction.
    """
    await db.execute("select from staff_user where account_id = $1 and id = $2 for no key update", account_id, user_id)
    statement = f"""
        select {columns(OutboxMessage)} from outbox
        where account_id = $1 and user_id = $2 and template = 'digest' and state = 'waiting' and attempts = 0
        order by id desc limit 1 for update"""
    return await fetch_one(db, OutboxMessage, statement, account_id, user_id)


async def save_data(db: Db, account_id: int, message_id: int, data: dict[str, Any]) -> None:
    """Replace the data of a daily mail."""
    await db.execute("update outbox set data = $3 where account_id = $1 and id = $2", account_id, message_id, data)

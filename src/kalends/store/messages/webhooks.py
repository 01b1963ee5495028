"""Webhooks."""

from kalends.engine.messages.webhook import Webhook
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(Webhook)


async def list_webhooks(db: Db, account_id: int, door: str) -> list[Webhook]:
    """List the webhooks of a door, oldest first."""
    statement = f"select {_COLUMNS} from webhook where account_id = $1 and door = $2 order by id"
    return await fetch(db, Webhook, statement, account_id, door)


async def find_webhook(db: Db, account_id: int, door: str, webhook_id: int) -> Webhook | None:
    """Return one webhook of a door, or None."""
    statement = f"select {_COLUMNS} from webhook where account_id = $1 and door = $2 and id = $3"
    return await fetch_one(db, Webhook, statement, account_id, door, webhook_id)


async def lock_webhook(db: Db, account_id: int, door: str, webhook_id: int) -> Webhook | None:
    """Lock and return one webhook of a door, or None; until the transaction ends nobody else changes it."""
    statement = f"select {_COLUMNS} from webhook where account_id = $1 and door = $2 and id = $3 for update"
    return await fetch_one(db, Webhook, statement, account_id, door, webhook_id)


async def remove_webhook(db: Db, account_id: int, webhook_id: int) -> None:
    """Delete a webhook."""
    await db.execute("delete from webhook where account_id = $1 and id = $2", account_id, webhook_id)

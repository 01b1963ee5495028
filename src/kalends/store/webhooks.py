"""Webhooks."""

import msgspec

from kalends.engine.webhook import Webhook
from kalends.store.db import Db, columns

_WEBHOOK = columns(Webhook)
# The database draws the ids of webhooks.
_NEW = ", ".join(name for name in Webhook.__struct_fields__ if name != "id")


async def list_webhooks(db: Db, account_id: int, door: str) -> list[Webhook]:
    """The webhooks of a door, the oldest first."""
    rows = await db.fetch(
        f"select {_WEBHOOK} from webhook where account_id = $1 and door = $2 order by id", account_id, door
    )
    return msgspec.convert([dict(row) for row in rows], list[Webhook])


async def lock_webhook(db: Db, account_id: int, webhook_id: int) -> None:
    """In a transaction: nobody else changes the webhook until the end."""
    await db.execute("select 1 from webhook where account_id = $1 and id = $2 for update", account_id, webhook_id)


async def add_webhook(db: Db, webhook: Webhook) -> Webhook:
    """Keep a new webhook; answers it with its id (the one it came with is not looked at)."""
    statement = f"insert into webhook ({_NEW}) select {_NEW} from jsonb_populate_record(null::webhook, $1) returning id"
    return msgspec.structs.replace(webhook, id=await db.fetchval(statement, webhook))


async def save_webhook(db: Db, webhook: Webhook) -> None:
    """Replace a webhook by its account and id."""
    statement = f"""
        update webhook set ({_NEW}) = (select {_NEW} from jsonb_populate_record(null::webhook, $1))
        where account_id = $2 and id = $3
        """
    await db.execute(statement, webhook, webhook.account_id, webhook.id)


async def drop_webhook(db: Db, account_id: int, webhook_id: int) -> None:
    """Forget a webhook."""
    await db.execute("delete from webhook where account_id = $1 and id = $2", account_id, webhook_id)

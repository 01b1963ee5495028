"""Templates of messages."""

import msgspec

from kalends.engine.messages.template import MessageTemplate, TemplateKey
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(MessageTemplate)


async def find_templates(db: Db, account_id: int) -> list[MessageTemplate]:
    """List the account's templates, oldest first, inactive ones too."""
    statement = f"select {_COLUMNS} from message_template where account_id = $1 order by id"
    return await fetch(db, MessageTemplate, statement, account_id)


async def find_templates_for(db: Db, account_id: int, kind: str, channel: str) -> list[MessageTemplate]:
    """List the account's active templates of a kind and channel, oldest first."""
    statement = f"""
        select {_COLUMNS} from message_template
        where account_id = $1 and kind = $2 and channel = $3 and active order by id"""
    return await fetch(db, MessageTemplate, statement, account_id, kind, channel)


async def lock_template(db: Db, account_id: int, key: TemplateKey) -> MessageTemplate | None:
    """Lock and return the template with this key, or None; until the transaction ends nobody else changes it."""
    statement = f"""
        select {_COLUMNS} from message_template
        where account_id = $1 and kind = $2 and channel = $3 and service_id is not distinct from $4 and locale = $5
        for update"""
    return await fetch_one(db, MessageTemplate, statement, account_id, *msgspec.structs.astuple(key))


async def save_fault(db: Db, account_id: int, template_id: int, fault: str) -> bool:
    """Keep why a template could not be used, unless that is kept already; returns whether it was not."""
    return bool(
        await db.fetchval(
            """
            update message_template set fault = $3
            where account_id = $1 and id = $2 and fault = '' returning true
            """,
            account_id,
            template_id,
            fault,
        )
    )

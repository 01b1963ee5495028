"""The log of messages: what was sent, kept or dropped, what is sent once more, and what is tried again."""

from datetime import datetime

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.engine.limits import raise_if_faults
from kalends.engine.messages.message import STATES, MessageQuery, OutboxMessage
from kalends.engine.refusals import Fault, NotFound
from kalends.store.db import Db
from kalends.store.messages import leases, outbox


@allow("manage", whole_account=True)
async def list_messages(ctx: Context, query: MessageQuery) -> list[OutboxMessage]:
    """List messages, the newest first. They may have codes in them, so not everybody may read them.

    Raises Forbidden to a key that is limited to sites, Invalid(state: unknown).
    """
    raise_if_faults([] if query.state in (None, *STATES) else [Fault("state", "unknown")])
    return await outbox.list_messages(ctx.db, ctx.account.id, query)


@allow("manage", whole_account=True)
async def get_message(ctx: Context, message_id: int) -> OutboxMessage:
    """Return one message. Raises Forbidden to a key that is limited to sites, NotFound(message)."""
    message = await outbox.find_message(ctx.db, ctx.account.id, message_id)
    if message is None:
        raise NotFound("message", message_id)
    return message


@allow("manage", whole_account=True)
async def resend_message(ctx: Context, message_id: int) -> int:
    """Send a message once more: to the address that its recipient has now, if it is still right. Returns its id.

    Raises Forbidden to a key that is limited to sites, NotFound(message).
    """
    async with transaction(ctx) as tx:
        message = await get_message(tx, message_id)
        return await outbox.add_message(tx.db, message, created_at=ctx.now, due_at=ctx.now, resent_of_id=message.id)


async def retry_failed(db: Db, now: datetime) -> int:
    """Make all messages that were given up due again, in all accounts. Returns their number."""
    return await leases.retry_failed(db, "outbox", now)

"""Mail to the staff about a webhook that Kalends itself has disabled."""

from collections.abc import Sequence

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.actions.messages.facts import MessageRequest, load_facts
from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.message import OutboxMessage
from kalends.engine.messages.webhook import Webhook
from kalends.store.messages import outbox, webhooks


@internal
async def tell_disabled(ctx: Context, webhook: Webhook) -> None:
    """Ask for the message, in the transaction that disables the webhook."""
    await outbox.add_staff_notice(
        ctx.db, ctx.account.id, "webhook_disabled", ctx.account.locale, {"webhook_id": webhook.id}, ctx.now
    )


@internal
async def decide_webhook_notice(
    ctx: Context, messages: Sequence[OutboxMessage], sender: str
) -> tuple[MessageFacts, dict[int, dict[int | None, str | None]]]:
    """The facts of a message, which is one of its kind alone, and why it must not be sent, None if it may be.

    It is not sent once the webhook is enabled again, or removed.
    """
    (message,) = messages
    request = MessageRequest(
        kind=message.template,
        channel=message.channel,
        audience=message.audience,
        locale=message.locale,
        items={},
        sender=sender,
    )
    webhook = await webhooks.find_webhook(ctx.db, ctx.account.id, None, message.data["webhook_id"])
    facts = msgspec.structs.replace(await load_facts(ctx, request), webhook=webhook)
    is_disabled = webhook is not None and webhook.disabled_reason is not None
    return facts, {message.id: {None: None if is_disabled else "undone"}}

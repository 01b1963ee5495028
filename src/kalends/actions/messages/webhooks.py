"""Where others want to be told of what happens: kept here, sent by the messengers."""

import secrets

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.journal import note
from kalends.actions.save import add, save
from kalends.engine.messages.webhook import Webhook, WebhookPatch, changed_webhook
from kalends.engine.refusals import NotFound
from kalends.store.ids import next_ids
from kalends.store.messages import webhooks


@allow("manage")
async def list_webhooks(ctx: Context, door: str) -> list[Webhook]:
    """The webhooks that were set up through a door, the oldest first."""
    return await webhooks.list_webhooks(ctx.db, ctx.account.id, door)


@allow("manage")
async def get_webhook(ctx: Context, door: str, webhook_id: int) -> Webhook:
    """One of them. Raises NotFound(webhook)."""
    return _found(await webhooks.find_webhook(ctx.db, ctx.account.id, door, webhook_id), webhook_id)


@allow("manage", whole_account=True)
async def add_webhook(ctx: Context, door: str, patch: WebhookPatch) -> Webhook:
    """A new webhook; a secret is made unless the patch has one.

    Its messages speak the door's language, and are about all sites. Raises Forbidden to a key that is limited to some,
    and Invalid as engine.messages.webhook.changed_webhook does.
    """
    if patch.secret is UNSET:
        patch = msgspec.structs.replace(patch, secret=secrets.token_hex(32))
    async with transaction(ctx) as tx:
        (webhook_id,) = await next_ids(tx.db, "webhook")
        blank = Webhook(ctx.account.id, webhook_id, door, "", (), "", "", True, ctx.now, ctx.now)
        webhook = changed_webhook(blank, patch)
        await add(tx, webhook)
    return webhook


@allow("manage", whole_account=True)
async def change_webhook(ctx: Context, door: str, webhook_id: int, patch: WebhookPatch) -> Webhook:
    """Change a webhook. Raises Forbidden to a key that is limited to sites, NotFound(webhook), Invalid as
    engine.messages.webhook.changed_webhook does."""
    async with transaction(ctx) as tx:
        present = _found(await webhooks.lock_webhook(tx.db, ctx.account.id, door, webhook_id), webhook_id)
        return await save(tx, present, changed_webhook(present, patch))


@allow("manage", whole_account=True)
async def remove_webhook(ctx: Context, door: str, webhook_id: int) -> Webhook:
    """Nobody is told there any more; answers the webhook as it was. Raises Forbidden to a key that is limited to sites,
    NotFound(webhook)."""
    async with transaction(ctx) as tx:
        present = _found(await webhooks.lock_webhook(tx.db, ctx.account.id, door, webhook_id), webhook_id)
        await webhooks.remove_webhook(tx.db, ctx.account.id, webhook_id)
        await note(tx, "remove", present, None)
        return present


def _found(webhook: Webhook | None, webhook_id: int) -> Webhook:
    if webhook is None:
        raise NotFound("webhook", webhook_id)
    return webhook

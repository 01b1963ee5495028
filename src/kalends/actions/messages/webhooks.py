"""Webhooks: list, add, change and remove them. Nothing is sent from here."""

import secrets

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_entry
from kalends.actions.save import add, save
from kalends.engine.messages.webhook import Webhook, WebhookPatch, changed_webhook
from kalends.engine.refusals import NotFound
from kalends.store.ids import next_ids
from kalends.store.messages import webhooks


@allow("manage")
async def list_webhooks(ctx: Context, door: str) -> list[Webhook]:
    """List the webhooks that were added through a door, oldest first."""
    return await webhooks.list_webhooks(ctx.db, ctx.account.id, door)


@allow("manage")
async def get_webhook(ctx: Context, door: str, webhook_id: int) -> Webhook:
    """Return one webhook of a door. Raises NotFound(webhook)."""
    return _check_found(await webhooks.find_webhook(ctx.db, ctx.account.id, door, webhook_id), webhook_id)


@allow("manage", whole_account=True)
async def add_webhook(ctx: Context, door: str, patch: WebhookPatch) -> Webhook:
    """Add a webhook, with a random secret unless the patch has one. It covers all sites, in the door's format.

    Raises Forbidden to a key that is limited to sites, Invalid(url, events: blank, too_long, invalid; secret:
    out_of_range; description: invalid, too_long).
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
    """Change a webhook.

    Raises Forbidden to a key that is limited to sites, NotFound(webhook), Invalid(url, events: blank, too_long,
    invalid; secret: out_of_range; description: invalid, too_long).
    """
    async with transaction(ctx) as tx:
        present = _check_found(await webhooks.lock_webhook(tx.db, ctx.account.id, door, webhook_id), webhook_id)
        return await save(tx, present, changed_webhook(present, patch))


@allow("manage", whole_account=True)
async def remove_webhook(ctx: Context, door: str, webhook_id: int) -> Webhook:
    """Remove a webhook; returns it as it was.

    Raises Forbidden to a key that is limited to sites, NotFound(webhook).
    """
    async with transaction(ctx) as tx:
        present = _check_found(await webhooks.lock_webhook(tx.db, ctx.account.id, door, webhook_id), webhook_id)
        await webhooks.remove_webhook(tx.db, ctx.account.id, webhook_id)
        await add_journal_entry(tx, "remove", present, None)
        return present


def _check_found(webhook: Webhook | None, webhook_id: int) -> Webhook:
    if webhook is None:
        raise NotFound("webhook", webhook_id)
    return webhook

"""Webhooks: list, add, change, remove and test them, and see and repeat their deliveries. The worker sends these."""

import base64
import secrets
from datetime import timedelta

import msgspec
from msgspec import UNSET, UnsetType

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_expected
from kalends.actions.journal import add_journal_entry
from kalends.actions.save import add, save
from kalends.engine.messages.delivery import WebhookDelivery
from kalends.engine.messages.events import TEST
from kalends.engine.messages.webhook import (
    OVERLAP,
    SECRET_PREFIX,
    Webhook,
    WebhookPatch,
    changed_webhook,
    rotated_webhook,
)
from kalends.engine.query import Page, Query
from kalends.engine.refusals import NotFound, Retired
from kalends.store.ids import next_ids
from kalends.store.messages import deliveries, webhooks

MOST_DELIVERIES = 200
_KEY_BYTES = 32


@allow("manage")
async def list_webhooks(ctx: Context, door: str | None) -> list[Webhook]:
    """List the webhooks that were added through a door, or all of them (None), oldest first."""
    return await webhooks.list_webhooks(ctx.db, ctx.account.id, door)


@allow("manage")
async def query_webhooks(ctx: Context, query: Query) -> Page[Webhook]:
    """One page of the webhooks of all doors, filtered and sorted.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    return Page(*await webhooks.query_webhooks(ctx.db, ctx.account.id, query))


@allow("manage")
async def get_webhook(ctx: Context, door: str | None, webhook_id: int) -> Webhook:
    """Return one webhook of a door, or of any (None). Raises NotFound(webhook)."""
    return _check_found(await webhooks.find_webhook(ctx.db, ctx.account.id, door, webhook_id), webhook_id)


@allow("manage", whole_account=True)
async def add_webhook(ctx: Context, door: str, patch: WebhookPatch) -> Webhook:
    """Add a webhook, with a random secret unless the patch has one. It covers all sites, in the door's format.

    It receives the events of what is changed from now on.

    Raises Forbidden to a key that is limited to sites, Invalid(url, events: blank, too_long, invalid; secret:
    out_of_range, invalid; description: invalid, too_long).
    """
    if patch.secret is UNSET:
        patch = msgspec.structs.replace(patch, secret=_new_secret())
    async with transaction(ctx) as tx:
        (webhook_id,) = await next_ids(tx.db, "webhook")
        blank = Webhook(ctx.account.id, webhook_id, door, "", (), "", "", True, ctx.now, ctx.now)
        webhook = changed_webhook(blank, patch, private_urls=ctx.private_urls)
        await add(tx, webhook)
    return webhook


@allow("manage", whole_account=True)
async def change_webhook(ctx: Context, door: str | None, webhook_id: int, patch: WebhookPatch) -> Webhook:
    """Change a webhook. One that is deactivated gives up what is still to be sent; one that is activated again receives
    the events of what is changed from now on.

    Raises Forbidden to a key that is limited to sites, NotFound(webhook), Invalid(url, events: blank, too_long,
    invalid; secret: out_of_range, invalid; description: invalid, too_long).
    """
    async with transaction(ctx) as tx:
        present = _check_found(await webhooks.lock_webhook(tx.db, ctx.account.id, door, webhook_id), webhook_id)
        return await save_webhook(tx, present, changed_webhook(present, patch, private_urls=ctx.private_urls))


@allow("manage", whole_account=True)
async def rotate_secret(
    ctx: Context, door: str | None, webhook_id: int, secret: str | UnsetType = UNSET, overlap: timedelta = OVERLAP
) -> Webhook:
    """Give a webhook a new secret, a random one unless it is given. Deliveries are signed with the present one too for
    as long as `overlap`, at most seven days.

    Raises Forbidden to a key that is limited to sites, NotFound(webhook), Invalid(secret: out_of_range, invalid;
    overlap: out_of_range).
    """
    new_secret = _new_secret() if secret is UNSET else secret
    async with transaction(ctx) as tx:
        present = _check_found(await webhooks.lock_webhook(tx.db, ctx.account.id, door, webhook_id), webhook_id)
        return await save(tx, present, rotated_webhook(present, new_secret, overlap, ctx.now), "rotate")


@allow("manage", whole_account=True)
async def remove_webhook(ctx: Context, door: str | None, webhook_id: int) -> Webhook:
    """Remove a webhook with its deliveries; returns it as it was.

    Raises Forbidden to a key that is limited to sites, NotFound(webhook).
    """
    async with transaction(ctx) as tx:
        present = _check_found(await webhooks.lock_webhook(tx.db, ctx.account.id, door, webhook_id), webhook_id)
        check_expected(ctx, present)
        await webhooks.remove_webhook(tx.db, ctx.account.id, webhook_id)
        await add_journal_entry(tx, "remove", present, None)
        return present


@allow("manage")
async def list_deliveries(ctx: Context, webhook_id: int, most: int = MOST_DELIVERIES) -> list[WebhookDelivery]:
    """List the newest deliveries of a webhook, at most 200, the newest first. Raises NotFound(webhook)."""
    await get_webhook(ctx, None, webhook_id)
    return await deliveries.list_deliveries(ctx.db, ctx.account.id, webhook_id, min(most, MOST_DELIVERIES))


@allow("manage")
async def query_deliveries(ctx: Context, query: Query) -> Page[WebhookDelivery]:
    """One page of the deliveries of all webhooks, filtered and sorted.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    return Page(*await deliveries.query_deliveries(ctx.db, ctx.account.id, query))


@allow("manage")
async def get_delivery(ctx: Context, webhook_id: int | None, delivery_id: int) -> WebhookDelivery:
    """Return one delivery of a webhook, or of any (None). Raises NotFound(delivery)."""
    delivery = await deliveries.find_delivery(ctx.db, ctx.account.id, webhook_id, delivery_id)
    if delivery is None:
        raise NotFound("delivery", delivery_id)
    return delivery


@allow("manage", whole_account=True)
async def call_for_test(ctx: Context, webhook_id: int) -> WebhookDelivery:
    """Have a webhook called with the event `webhook.test`; the delivery that will say what came of it.

    Raises Forbidden to a key that is limited to sites, NotFound(webhook), Retired(webhook) if it is not active.
    """
    async with transaction(ctx) as tx:
        await _lock_active(tx, webhook_id)
        return await deliveries.add_test(tx.db, ctx.account.id, webhook_id, TEST, ctx.now)


@allow("manage", whole_account=True)
async def send_again(ctx: Context, webhook_id: int, delivery_id: int | None = None) -> list[WebhookDelivery]:
    """Send a delivery again under its name, whatever became of it, or all that failed or were dropped (None).

    Raises Forbidden to a key that is limited to sites, NotFound(webhook, delivery), Retired(webhook) if it is not
    active.
    """
    async with transaction(ctx) as tx:
        await _lock_active(tx, webhook_id)
        due = await deliveries.send_again(tx.db, ctx.account.id, webhook_id, ctx.now, delivery_id)
        if delivery_id is not None and not due:
            raise NotFound("delivery", delivery_id)
        return due


@allow("manage", whole_account=True)
async def redeliver(ctx: Context, delivery_id: int) -> WebhookDelivery:
    """Send one delivery of any webhook again under its name, whatever became of it.

    Raises Forbidden to a key that is limited to sites, NotFound(delivery), Retired(webhook) if it is not active.
    """
    delivery = await get_delivery(ctx, None, delivery_id)
    (due,) = await send_again(ctx, delivery.webhook_id, delivery_id)
    return due


@internal
async def save_webhook(ctx: Context, present: Webhook, changed: Webhook, verb: str = "change") -> Webhook:
    """Save a changed webhook, in a transaction that has locked it, with what follows for its deliveries."""
    if present.active and not changed.active:
        await deliveries.drop_waiting(ctx.db, ctx.account.id, present.id, ctx.now, "inactive")
    elif changed.active and not present.active:
        await webhooks.skip_to_present(ctx.db, ctx.account.id, present.id)
    return await save(ctx, present, changed, verb)


async def _lock_active(ctx: Context, webhook_id: int) -> None:
    """Lock a webhook. Raises NotFound(webhook), Retired(webhook)."""
    webhook = _check_found(await webhooks.lock_webhook(ctx.db, ctx.account.id, None, webhook_id), webhook_id)
    if not webhook.active:
        raise Retired("webhook")


def _check_found(webhook: Webhook | None, webhook_id: int) -> Webhook:
    if webhook is None:
        raise NotFound("webhook", webhook_id)
    return webhook


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()

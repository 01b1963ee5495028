"""The worker's side of webhooks, second part: deliveries are taken under leases, and what came of them is recorded.

A webhook's deliveries are sent by one worker at a time, some of them at once; of one that is failing, a single one.
So a receiver that is slow or gone keeps neither the others nor the worker waiting.
"""

from datetime import datetime, timedelta

import msgspec

from kalends.actions.context import Context, transaction
from kalends.actions.messages.webhook_notice import tell_disabled
from kalends.actions.messages.webhooks import save_webhook
from kalends.actions.worker_context import worker_context
from kalends.engine.messages.delivery import WebhookAnswer, WebhookDelivery, WebhookEvent, verdict
from kalends.engine.messages.webhook import Webhook
from kalends.store.changes import find_change
from kalends.store.db import Db
from kalends.store.installation import load_opaque_id_secret
from kalends.store.messages import deliveries, leases, webhooks
from kalends.store.messages.leases import Lease

LEASE = timedelta(minutes=2)  # far longer than an attempt may take
MOST_WEBHOOKS, MOST_DELIVERIES = 20, 10
DELIVERIES_KEPT = timedelta(days=30)


class TakenWebhook(msgspec.Struct, frozen=True):
    """A webhook whose deliveries this worker may send until `until`, and what they are rendered and signed with."""

    ctx: Context
    webhook: Webhook
    until: datetime
    installation_secret: bytes


class TakenDelivery(msgspec.Struct, frozen=True):
    """A delivery that is leased, and its event; None if the change that it is about is gone."""

    lease: Lease
    delivery: WebhookDelivery
    event: WebhookEvent | None


async def take_webhooks(db: Db, now: datetime) -> list[TakenWebhook]:
    """Take up to 20 webhooks that have due deliveries and that no other worker is sending."""
    until = now + LEASE
    due = await webhooks.list_due(db, now, MOST_WEBHOOKS)
    secret = await load_opaque_id_secret(db) if due else b""
    taken = []
    for account_id, webhook_id in due:
        webhook = await webhooks.take_webhook(db, account_id, webhook_id, now, until)
        if webhook is not None:
            taken.append(TakenWebhook(await worker_context(db, now, account_id), webhook, until, secret))
    return taken


async def take_deliveries(taken: TakenWebhook) -> list[TakenDelivery]:
    """Lease the due deliveries of a webhook, up to 10; one if it is failing."""
    db, account_id, webhook = taken.ctx.db, taken.ctx.account.id, taken.webhook
    most = 1 if webhook.failing_since else MOST_DELIVERIES
    rows = await deliveries.take_deliveries(db, account_id, webhook.id, taken.ctx.now, taken.until, most)
    return [TakenDelivery(lease, delivery, await _event(taken, delivery)) for lease, delivery in rows]


async def record_answer(taken: TakenWebhook, delivery: TakenDelivery, answer: WebhookAnswer) -> str | None:
    """Record what came of an attempt: received, to be tried again, or given up.

    Returns why the webhook is now disabled, if it is: `gone` or `failing`.
    """
    ctx, webhook_id, lease = taken.ctx, taken.webhook.id, delivery.lease
    outcome = verdict(taken.webhook, lease.attempts, answer, ctx.now)
    async with transaction(ctx) as tx:
        if taken.webhook.failing_since or not answer.is_success:
            # Before its deliveries, as everybody does who locks both.
            await webhooks.lock_webhook(tx.db, ctx.account.id, None, webhook_id)
        await deliveries.note_status(tx.db, delivery.delivery, answer)
        if outcome.state == "sent":
            await leases.finish(tx.db, "webhook_delivery", lease, ctx.now, "sent", answer=answer.text)
        else:
            await leases.postpone(tx.db, "webhook_delivery", lease, ctx.now, outcome.due_at, answer.text)
        await webhooks.set_failing(tx.db, ctx.account.id, webhook_id, None if answer.is_success else ctx.now)
        if outcome.disabled_reason and await _disable(tx, webhook_id, outcome.disabled_reason):
            return outcome.disabled_reason
        return None


async def drop_delivery(taken: TakenWebhook, delivery: TakenDelivery, reason: str) -> None:
    """Give up a delivery that can't be rendered any more, because what it is about is gone."""
    await leases.finish(taken.ctx.db, "webhook_delivery", delivery.lease, taken.ctx.now, "dropped", reason=reason)


async def release_webhook(taken: TakenWebhook) -> None:
    """Let other workers send the webhook's deliveries."""
    await webhooks.release_webhook(taken.ctx.db, taken.ctx.account.id, taken.webhook.id, taken.ctx.now, taken.until)


async def forget_deliveries(db: Db, now: datetime) -> bool:
    """Delete deliveries that were finished over 30 days ago. Returns False: there is no more to do now."""
    await deliveries.forget_deliveries(db, now - DELIVERIES_KEPT)
    return False


async def _event(taken: TakenWebhook, delivery: WebhookDelivery) -> WebhookEvent | None:
    ctx, change = taken.ctx, None
    if delivery.position:
        change = await find_change(ctx.db, ctx.account.id, delivery.position)
        if change is None:
            return None
    at = change.at if change else delivery.created_at
    return WebhookEvent(delivery.name, delivery.event, at, ctx.now, taken.webhook, change)


async def _disable(ctx: Context, webhook_id: int, reason: str) -> bool:
    """Deactivate a webhook and tell the staff; returns whether it was active."""
    present = await webhooks.lock_webhook(ctx.db, ctx.account.id, None, webhook_id)
    if present is None or not present.active:
        return False
    disabled = msgspec.structs.replace(present, active=False, disabled_reason=reason)
    await save_webhook(ctx, present, disabled, "disable")
    await tell_disabled(ctx, disabled)
    return True

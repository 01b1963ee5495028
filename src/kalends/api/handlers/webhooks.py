"""Webhooks: list, add, show, change, remove and test them, and rotate their secrets; and their deliveries."""

from functools import partial
from typing import Any

from kalends.actions.context import Context
from kalends.actions.messages import webhooks
from kalends.api.lists import answered_list, page_of
from kalends.api.operations import Answered, Received, answered
from kalends.api.schemas.webhooks import (
    DeliveryPath,
    ListDeliveries,
    ListWebhooks,
    Rotation,
    WebhookInput,
    WebhookPatch,
    WebhookPath,
    delivery_filters,
    overlap_of,
    shown_delivery,
    shown_webhook,
    webhook_filters,
    webhook_patch,
)
from kalends.engine.query import Sort

_NEWEST_FIRST = (Sort("id", descending=True),)


async def listing(ctx: Context, request: Received[ListWebhooks, None]) -> Answered:
    query = page_of(request, filters=webhook_filters(request.params))
    page = await webhooks.query_webhooks(ctx, query)
    return answered_list(request, query, page, partial(shown_webhook, tz=ctx.zone))


async def create(ctx: Context, request: Received[None, WebhookInput]) -> Answered:
    webhook = await webhooks.add_webhook(ctx, ctx.door, webhook_patch(request.body))
    shown = shown_webhook(webhook, ctx.zone)
    return answered(webhook, shown, location=f"/webhooks/{shown.id}")


async def show(ctx: Context, request: Received[WebhookPath, Any]) -> Answered:
    webhook = await webhooks.get_webhook(ctx, None, request.params.webhook_id)
    return answered(webhook, shown_webhook(webhook, ctx.zone))


async def change(ctx: Context, request: Received[WebhookPath, WebhookPatch]) -> Answered:
    webhook = await webhooks.change_webhook(ctx, None, request.params.webhook_id, webhook_patch(request.body))
    return answered(webhook, shown_webhook(webhook, ctx.zone))


async def remove(ctx: Context, request: Received[WebhookPath, None]) -> Answered:
    await webhooks.remove_webhook(ctx, None, request.params.webhook_id)
    return Answered()


async def rotate(ctx: Context, request: Received[WebhookPath, Rotation]) -> Answered:
    sent = request.body
    webhook = await webhooks.rotate_secret(ctx, None, request.params.webhook_id, sent.secret, overlap_of(sent))
    return answered(webhook, shown_webhook(webhook, ctx.zone))


async def call_for_test(ctx: Context, request: Received[WebhookPath, None]) -> Answered:
    delivery = await webhooks.call_for_test(ctx, request.params.webhook_id)
    shown = shown_delivery(delivery, ctx.zone)
    return Answered(value=shown, location=f"/deliveries/{shown.id}")


async def list_deliveries(ctx: Context, request: Received[ListDeliveries, None]) -> Answered:
    query = page_of(request, filters=delivery_filters(request.params), order=_NEWEST_FIRST)
    page = await webhooks.query_deliveries(ctx, query)
    return answered_list(request, query, page, partial(shown_delivery, tz=ctx.zone))


async def show_delivery(ctx: Context, request: Received[DeliveryPath, None]) -> Answered:
    delivery = await webhooks.get_delivery(ctx, None, request.params.delivery_id)
    return Answered(value=shown_delivery(delivery, ctx.zone))


async def redeliver(ctx: Context, request: Received[DeliveryPath, None]) -> Answered:
    delivery = await webhooks.redeliver(ctx, request.params.delivery_id)
    return Answered(value=shown_delivery(delivery, ctx.zone))

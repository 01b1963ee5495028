"""Sends the deliveries of webhooks. How each door's events look, and how they are posted, is handed in."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from functools import partial

import msgspec
import structlog

from kalends.actions.context import Context
from kalends.actions.messages.webhook_delivery import (
    TakenDelivery,
    TakenWebhook,
    drop_delivery,
    forget_deliveries,
    record_answer,
    release_webhook,
    take_deliveries,
    take_webhooks,
)
from kalends.actions.messages.webhook_feed import read_feed
from kalends.engine.messages.delivery import PostCall, WebhookAnswer, WebhookCall, WebhookEvent
from kalends.engine.refusals import NotFound
from kalends.jobs.worker import Task, result_or_error
from kalends.store.db import Db

log = structlog.get_logger()

RenderCall = Callable[[Context, WebhookEvent], Awaitable[WebhookCall]]
"""Makes the call that tells of an event, in the form of a door. Raises NotFound if what it is about is gone."""


class Forms(msgspec.Struct, frozen=True):
    """How events look: `own` are the forms of some doors, by their names, for webhooks that were added through them.

    `standard` makes the call of any other webhook, signed with what it derives from the installation's secret.
    """

    standard: Callable[[bytes, WebhookEvent], WebhookCall]
    own: Mapping[str, RenderCall]


def webhook_tasks(forms: Forms, post: PostCall) -> tuple[Task, ...]:
    """The tasks that make deliveries of changes, send them, and forget them after a while."""
    return (
        Task("read_feed", read_feed),
        Task("send_deliveries", partial(send_deliveries, forms, post), at_once=4),
        Task("forget_deliveries", forget_deliveries, every=3600.0),
    )


async def send_deliveries(forms: Forms, post: PostCall, db: Db, now: datetime) -> bool:
    """Send due deliveries of up to 20 webhooks, all at the same time. Returns whether there were any."""
    taken = await take_webhooks(db, now)
    await _all(_send_all(forms, post, webhook) for webhook in taken)
    return bool(taken)


async def _send_all(forms: Forms, post: PostCall, taken: TakenWebhook) -> None:
    try:
        deliveries = await take_deliveries(taken)
        await _all(_send(forms, post, taken, delivery) for delivery in deliveries)
    finally:
        await release_webhook(taken)


async def _send(forms: Forms, post: PostCall, taken: TakenWebhook, delivery: TakenDelivery) -> None:
    if delivery.event is None:
        await drop_delivery(taken, delivery, "change_gone")
        return
    call = await result_or_error(_render(forms, taken, delivery.event))
    if isinstance(call, NotFound):
        await drop_delivery(taken, delivery, "record_gone")
        return
    if isinstance(call, Exception):
        log.error("webhooks.not_rendered", delivery=delivery.delivery.name, exc_info=call)
        answer = WebhookAnswer(None, f"not rendered: {type(call).__name__}")
    else:
        answer = await post(taken.webhook.url, call)
    disabled = await record_answer(taken, delivery, answer)
    if disabled:
        log.error("webhooks.disabled", account=taken.ctx.account.slug, webhook=taken.webhook.id, reason=disabled)


async def _render(forms: Forms, taken: TakenWebhook, event: WebhookEvent) -> WebhookCall:
    own = forms.own.get(taken.webhook.door)
    return await own(taken.ctx, event) if own else forms.standard(taken.installation_secret, event)


async def _all(parts: Iterable[Awaitable[None]]) -> None:
    """Run all parts to their end; then raise the first error there was."""
    for ended in await asyncio.gather(*parts, return_exceptions=True):
        if ended is not None:
            raise ended

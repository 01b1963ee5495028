"""Deliveries are taken by one worker, and what came of them is recorded."""

import asyncio
from datetime import datetime, timedelta

import msgspec
import pytest

from kalends.actions.messages.webhook_delivery import (
    DELIVERIES_KEPT,
    LEASE,
    TakenWebhook,
    drop_delivery,
    forget_deliveries,
    record_answer,
    release_webhook,
    take_deliveries,
    take_webhooks,
)
from kalends.actions.messages.webhooks import (
    add_webhook,
    call_for_test,
    change_webhook,
    get_delivery,
    get_webhook,
    list_deliveries,
    send_again,
)
from kalends.engine.backoff import WEBHOOKS
from kalends.engine.messages.delivery import WebhookAnswer, WebhookDelivery
from kalends.engine.messages.webhook import Webhook, WebhookPatch
from kalends.engine.refusals import NotFound, Retired
from kalends.store.health import measure_messages
from tests.desk import DAY, HOUR, MINUTE, told
from tests.world import World

RECEIVED, BROKEN, GONE = WebhookAnswer(204, ""), WebhookAnswer(500, "oops"), WebhookAnswer(410, "")


async def hook(clinic: World) -> Webhook:
    return await add_webhook(clinic.ctx(), "front", WebhookPatch(url="https://example.org/", events=("item.*",)))


async def taken_at(clinic: World, now: datetime) -> TakenWebhook:
    (taken,) = await take_webhooks(clinic.db, now)
    return taken


async def attempt(clinic: World, now: datetime, answer: WebhookAnswer) -> str | None:
    """One attempt of what is due, with this answer; why the webhook was disabled."""
    taken = await taken_at(clinic, now)
    (delivery,) = await take_deliveries(taken)
    disabled = await record_answer(taken, delivery, answer)
    await release_webhook(taken)
    return disabled


async def last(clinic: World, webhook: Webhook) -> WebhookDelivery:
    return (await list_deliveries(clinic.ctx(), webhook.id))[0]


async def test_what_was_received_is_sent(alone: World) -> None:
    webhook = await hook(alone)
    waiting = await call_for_test(alone.ctx(), webhook.id)
    assert await attempt(alone, alone.now, RECEIVED) is None
    sent = await get_delivery(alone.ctx(), webhook.id, waiting.id)
    assert (sent.state, sent.status, sent.attempts, sent.finished_at) == ("sent", 204, 1, alone.now)
    assert await take_webhooks(alone.db, alone.now + DAY) == []


async def test_what_failed_is_tried_again_later(alone: World) -> None:
    webhook = await hook(alone)
    await call_for_test(alone.ctx(), webhook.id)
    await attempt(alone, alone.now, BROKEN)
    failed = await last(alone, webhook)
    assert (failed.state, failed.status, failed.answer, failed.due_at) == (
        "waiting",
        500,
        "oops",
        alone.now + WEBHOOKS[0],
    )
    assert await take_webhooks(alone.db, alone.now + timedelta(seconds=4)) == []
    await attempt(alone, alone.now + timedelta(seconds=5), RECEIVED)
    received = await last(alone, webhook)
    assert (received.state, received.attempts, received.name) == ("sent", 2, failed.name)


async def test_a_webhook_is_sent_by_one_worker_at_a_time(alone: World) -> None:
    webhook = await hook(alone)
    await call_for_test(alone.ctx(), webhook.id)
    taken = await asyncio.gather(*(take_webhooks(alone.db, alone.now) for _ in range(4)))
    assert sorted(map(len, taken)) == [0, 0, 0, 1]
    assert await take_webhooks(alone.db, alone.now + LEASE - MINUTE) == []


async def test_of_a_worker_that_died_another_goes_on(alone: World) -> None:
    webhook = await hook(alone)
    await call_for_test(alone.ctx(), webhook.id)
    dead = await taken_at(alone, alone.now)
    (left,) = await take_deliveries(dead)
    await attempt(alone, alone.now + LEASE, BROKEN)
    await record_answer(dead, left, RECEIVED)  # it comes too late
    assert ((await last(alone, webhook)).state, (await last(alone, webhook)).attempts) == ("waiting", 2)


async def test_ten_are_sent_at_once_but_of_a_failing_one_a_single_one(alone: World) -> None:
    webhook = await hook(alone)
    for _ in range(12):
        await call_for_test(alone.ctx(), webhook.id)
    taken = await taken_at(alone, alone.now)
    assert len(await take_deliveries(taken)) == 10
    failing = msgspec.structs.replace(taken.webhook, failing_since=alone.now)
    assert len(await take_deliveries(msgspec.structs.replace(taken, webhook=failing))) == 1


async def test_it_is_failing_from_the_first_failure_to_the_next_success(alone: World) -> None:
    webhook = await hook(alone)
    await call_for_test(alone.ctx(), webhook.id)
    for wait in (0, 5, 65):
        await attempt(alone, alone.now + timedelta(seconds=wait), BROKEN)
    assert (await get_webhook(alone.ctx(), None, webhook.id)).failing_since == alone.now
    await attempt(alone, alone.now + HOUR, RECEIVED)
    assert (await get_webhook(alone.ctx(), None, webhook.id)).failing_since is None


async def test_one_that_says_to_be_gone_is_disabled_with_all_that_waits(alone: World) -> None:
    webhook = await hook(alone)
    await call_for_test(alone.ctx(), webhook.id)
    waiting = await call_for_test(alone.ctx(alone.now + HOUR), webhook.id)
    assert await attempt(alone, alone.now, GONE) == "gone"
    disabled = await get_webhook(alone.ctx(), None, webhook.id)
    assert (disabled.active, disabled.disabled_reason) == (False, "gone")
    assert (await get_delivery(alone.ctx(), webhook.id, waiting.id)).reason == "inactive"
    assert [verb for verb, _, _ in await told(alone, "webhook")] == ["add", "disable"]


async def test_one_that_fails_for_days_is_disabled(alone: World) -> None:
    webhook = await hook(alone)
    await call_for_test(alone.ctx(), webhook.id)
    now, reasons = alone.now, []
    for wait in (*WEBHOOKS, timedelta()):
        reasons.append(await attempt(alone, now, BROKEN))
        now += wait
    assert reasons == [*(len(WEBHOOKS) * [None]), "failing"]
    assert (await last(alone, webhook)).state == "failed"
    again = await change_webhook(alone.ctx(), None, webhook.id, WebhookPatch(active=True))
    assert (again.active, again.disabled_reason, again.failing_since) == (True, None, None)


async def test_what_can_not_be_rendered_any_more_is_dropped(alone: World) -> None:
    webhook = await hook(alone)
    await call_for_test(alone.ctx(), webhook.id)
    taken = await taken_at(alone, alone.now)
    (delivery,) = await take_deliveries(taken)
    await drop_delivery(taken, delivery, "record_gone")
    assert ((await last(alone, webhook)).state, (await last(alone, webhook)).reason) == ("dropped", "record_gone")


async def test_a_delivery_is_sent_again_under_its_name(alone: World) -> None:
    webhook = await hook(alone)
    first = await call_for_test(alone.ctx(), webhook.id)
    await attempt(alone, alone.now, RECEIVED)
    (again,) = await send_again(alone.ctx(), webhook.id, first.id)
    assert (again.name, again.state, again.attempts) == (first.name, "waiting", 0)
    assert await send_again(alone.ctx(), webhook.id) == []
    with pytest.raises(NotFound):
        await send_again(alone.ctx(), webhook.id, first.id + 1)


async def test_all_that_failed_is_sent_again(alone: World) -> None:
    webhook = await hook(alone)
    for _ in range(2):
        await call_for_test(alone.ctx(), webhook.id)
    await change_webhook(alone.ctx(), None, webhook.id, WebhookPatch(active=False))
    with pytest.raises(Retired):
        await send_again(alone.ctx(), webhook.id)
    with pytest.raises(Retired):
        await call_for_test(alone.ctx(), webhook.id)
    await change_webhook(alone.ctx(), None, webhook.id, WebhookPatch(active=True))
    assert len(await send_again(alone.ctx(), webhook.id)) == 2


async def test_what_is_done_is_forgotten_after_a_month(alone: World) -> None:
    webhook = await hook(alone)
    await call_for_test(alone.ctx(), webhook.id)
    await attempt(alone, alone.now, RECEIVED)
    await forget_deliveries(alone.db, alone.now + DELIVERIES_KEPT)
    assert len(await list_deliveries(alone.ctx(), webhook.id)) == 1
    await forget_deliveries(alone.db, alone.now + DELIVERIES_KEPT + MINUTE)
    assert await list_deliveries(alone.ctx(), webhook.id) == []


async def test_what_waits_and_what_has_failed_is_measured(alone: World) -> None:
    webhook = await hook(alone)
    for _ in range(2):
        await call_for_test(alone.ctx(), webhook.id)
    assert await measured(alone, alone.now + MINUTE) == (2, 60.0, 0)
    await alone.db.execute("update webhook_delivery set attempts = $1", len(WEBHOOKS))
    taken = await taken_at(alone, alone.now)
    for answer in (BROKEN, RECEIVED):  # taken alone, as they were tried so often
        (delivery,) = await take_deliveries(taken)
        await record_answer(taken, delivery, answer)
    assert await measured(alone, alone.now + MINUTE) == (0, 0.0, 1)


async def measured(clinic: World, now: datetime) -> tuple[int, float, int]:
    (backlog,) = [each for each in await measure_messages(clinic.db, now) if each.channel == "webhook"]
    return backlog.waiting, backlog.oldest_seconds, backlog.failed

"""Webhooks are called by the worker, with real connections to a real receiver."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from kalends.actions.customers.change import change_customer
from kalends.actions.messages.webhook_feed import read_feed
from kalends.actions.messages.webhooks import add_webhook, call_for_test, get_webhook, list_deliveries
from kalends.delivery.outbound import new_client
from kalends.delivery.webhooks import poster
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.messages.delivery import PostCall
from kalends.engine.messages.webhook import Webhook, WebhookPatch
from kalends.jobs.webhooks import Forms, send_deliveries, webhook_tasks
from kalends.store.db import open_pool
from kalends.work import FORMS
from tests.desk import made, until, visit
from tests.jobs.running import working
from tests.jobs.webhook_worker import kill, start_worker
from tests.receiver import Receiver, receiving, response
from tests.world import World, open_clinic

KILLS = 50


@pytest.fixture
async def clinic(own_database: str) -> AsyncIterator[World]:
    pool = await open_pool(own_database)
    yield await open_clinic(pool)
    await pool.close()


@pytest.fixture
async def post() -> AsyncIterator[PostCall]:
    async with new_client() as client:
        yield poster(client, private=True)


async def hook(clinic: World, receiver: Receiver, *events: str, door: str = "front") -> Webhook:
    ctx = msgspec.structs.replace(clinic.ctx(), private_urls=True)
    return await add_webhook(ctx, door, WebhookPatch(url=receiver.url, events=events or ("item.*",)))


async def send(clinic: World, post: PostCall) -> None:
    """Whatever is due now, and there is any."""
    now = datetime.now(UTC)
    await read_feed(clinic.db, now)
    assert await send_deliveries(FORMS, post, clinic.db, now)


async def test_a_booking_is_told_and_the_receiver_believes_it(clinic: World, post: PostCall) -> None:
    async with receiving() as receiver:
        webhook = await hook(clinic, receiver)
        item = await made(clinic, visit(clinic))
        await send(clinic, post)
    (request,) = receiver.received
    told = Verifier(webhook.secret).verify(request.body, dict(request.headers))
    assert (told["type"], told["data"]["subject"]) == ("item.created", f"item_{item.id}")
    assert told["data"]["after"]["state"] == "confirmed"


async def test_one_that_was_added_through_a_vendors_door_is_told_in_its_form(clinic: World, post: PostCall) -> None:
    async with receiving() as receiver:
        await hook(clinic, receiver, door="makeplans")
        await made(clinic, visit(clinic))
        await send(clinic, post)
    (request,) = receiver.received
    assert json.loads(request.body)["event"] == "booking.created"
    assert request.headers["x-makeplans-signature"].startswith("sha256=")


async def test_a_slow_receiver_does_not_hold_up_the_others(clinic: World, post: PostCall) -> None:
    delay = asyncio.Event()
    async with receiving(delay=delay) as slow, receiving() as quick:
        await hook(clinic, slow)
        await made(clinic, visit(clinic))
        hanging = asyncio.create_task(send(clinic, post))
        await until(arrived(slow), 1)
        await hook(clinic, quick)
        await made(clinic, visit(clinic, resource_id=clinic.bo))
        await send(clinic, post)
        assert (len(quick.received), len(slow.received), hanging.done()) == (1, 1, False)
        delay.set()
        await hanging


async def test_an_event_that_can_not_be_rendered_is_tried_again(clinic: World, post: PostCall, events: Any) -> None:
    async def broken(ctx: object, event: object) -> Any:
        raise ZeroDivisionError

    async with receiving() as receiver:
        webhook = await hook(clinic, receiver)
        await call_for_test(clinic.ctx(), webhook.id)
        await send_deliveries(Forms(FORMS.standard, {"front": broken}), post, clinic.db, clinic.now)
    (delivery,) = await list_deliveries(clinic.ctx(), webhook.id)
    assert (delivery.state, delivery.answer) == ("waiting", "not rendered: ZeroDivisionError")
    assert [event["event"] for event in events if event["log_level"] == "error"] == ["webhooks.not_rendered"]


async def test_one_that_is_gone_is_disabled_and_that_is_said(clinic: World, post: PostCall, events: Any) -> None:
    async with receiving(lambda _: response(410)) as receiver:
        webhook = await hook(clinic, receiver)
        await call_for_test(clinic.ctx(), webhook.id)
        await send_deliveries(FORMS, post, clinic.db, clinic.now)
    assert not (await get_webhook(clinic.ctx(), None, webhook.id)).active
    (said,) = [event for event in events if event["event"] == "webhooks.disabled"]
    assert (said["account"], said["webhook"], said["reason"]) == (clinic.account.slug, webhook.id, "gone")


async def test_the_worker_does_it_by_itself(clinic: World, own_database: str, post: PostCall) -> None:
    async with receiving() as receiver, working(own_database, webhook_tasks(FORMS, post)):
        await hook(clinic, receiver)
        await made(clinic, visit(clinic))
        await until(arrived(receiver), 1)


async def test_a_worker_that_is_killed_loses_nothing(clinic: World, own_database: str) -> None:
    """Killed again and again in the midst of its work; what is told twice has the same id."""
    async with receiving() as receiver:
        webhook = await hook(clinic, receiver, "customer.changed")
        for number in range(KILLS):
            worker = start_worker(own_database)
            patch = CustomerPatch(first_name=f"Kari {number}")
            await change_customer(clinic.ctx(datetime.now(UTC)), clinic.kari, patch)
            await until(at_least(receiver, len(receiver.received) + 1), True)
            kill(worker)
            await end_leases(clinic)
        worker = start_worker(own_database)
        await until(counted(clinic, "sent"), KILLS)
        kill(worker)
    names = {delivery.name for delivery in await list_deliveries(clinic.ctx(), webhook.id)}
    assert len(names) == KILLS
    assert {request.headers["webhook-id"] for request in receiver.received} == names


async def end_leases(clinic: World) -> None:
    """What would take two minutes: the leases of a dead worker run out."""
    await clinic.db.execute("update webhook set sending_until = null")
    await clinic.db.execute("update webhook_delivery set due_at = created_at where state = 'waiting'")


def arrived(receiver: Receiver) -> Callable[[], Awaitable[int]]:
    async def count() -> int:
        return len(receiver.received)

    return count


def at_least(receiver: Receiver, number: int) -> Callable[[], Awaitable[bool]]:
    async def is_reached() -> bool:
        return len(receiver.received) >= number

    return is_reached


def counted(clinic: World, state: str) -> Callable[[], Awaitable[int]]:
    async def count() -> int:
        number: int = await clinic.db.fetchval("select count(*) from webhook_delivery where state = $1", state)
        return number

    return count

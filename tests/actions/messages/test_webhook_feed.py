"""Changes become deliveries: each one once, of what was asked for, from then on."""

import asyncio
from datetime import timedelta

import msgspec

from kalends.actions.accounts.keys import create_key
from kalends.actions.accounts.users import create_user
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.context import transaction
from kalends.actions.customers.change import change_customer
from kalends.actions.messages.webhook_delivery import take_deliveries, take_webhooks
from kalends.actions.messages.webhook_feed import read_feed
from kalends.actions.messages.webhooks import add_webhook, change_webhook, list_deliveries, remove_webhook
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.messages.webhook import Webhook, WebhookPatch
from kalends.store.backup import forget_transactions
from tests.desk import made, visit
from tests.world import World, open_clinic


async def hook(clinic: World, *events: str) -> Webhook:
    return await add_webhook(clinic.ctx(), "front", WebhookPatch(url="https://example.org/", events=events))


async def events(clinic: World, webhook: Webhook) -> list[str]:
    """The events of a webhook's deliveries, in order, after the feed was read to its end."""
    while await read_feed(clinic.db, clinic.now):
        pass
    return [delivery.event for delivery in reversed(await list_deliveries(clinic.ctx(), webhook.id))]


async def test_what_is_changed_becomes_a_delivery_for_all_who_asked(alone: World) -> None:
    bookings, everything = await hook(alone, "item.*"), await hook(alone, "*")
    item = await made(alone, visit(alone))
    await change_item_state(alone.ctx(), item.id, "cancel")
    await change_customer(alone.ctx(), alone.kari, CustomerPatch(first_name="Karin"))
    assert await events(alone, bookings) == ["item.created", "item.cancelled"]
    heard = ["webhook.created", "webhook.created", "item.created", "item.cancelled", "customer.changed"]
    assert await events(alone, everything) in (heard, heard[1:])  # its own beginning may be part of it


async def test_of_keys_and_users_no_webhook_is_told(alone: World) -> None:
    """Whoever manages makes webhooks and reads their deliveries, but may not see keys."""
    everything = await hook(alone, "*")
    await create_key(alone.ctx(), "api", "Till")
    await create_user(alone.ctx(), "olga@example.org", "staff")
    await made(alone, visit(alone))
    assert {event.partition(".")[0] for event in await events(alone, everything)} - {"webhook"} == {"item"}


async def test_nothing_is_told_twice(alone: World) -> None:
    webhook = await hook(alone, "item.*")
    await made(alone, visit(alone))
    assert await events(alone, webhook) == await events(alone, webhook) == ["item.created"]
    assert not await read_feed(alone.db, alone.now)


async def test_workers_that_read_at_the_same_time_share_the_work(alone: World) -> None:
    webhook = await hook(alone, "item.created")
    for day in range(3):
        await made(alone, visit(alone, starts_at=alone.now + timedelta(days=7 * day, hours=1)))
    await asyncio.gather(*(read_feed(alone.db, alone.now) for _ in range(4)))
    assert await events(alone, webhook) == 3 * ["item.created"]


async def test_what_was_before_is_not_told(alone: World) -> None:
    await made(alone, visit(alone))
    webhook = await hook(alone, "item.*")
    assert await events(alone, webhook) == []


async def test_while_it_is_inactive_nothing_is_kept_for_it(alone: World) -> None:
    webhook = await hook(alone, "item.*")
    item = await made(alone, visit(alone))
    assert await events(alone, webhook) == ["item.created"]
    await change_webhook(alone.ctx(), "front", webhook.id, WebhookPatch(active=False))
    await change_item_state(alone.ctx(), item.id, "cancel")
    await change_webhook(alone.ctx(), "front", webhook.id, WebhookPatch(active=True))
    await change_item_state(alone.ctx(), item.id, "remove")
    assert await events(alone, webhook) == ["item.created", "item.deleted"]
    rows = await list_deliveries(alone.ctx(), webhook.id)
    assert [(row.state, row.reason) for row in rows] == [("waiting", None), ("dropped", "inactive")]


async def test_what_is_rolled_back_is_not_told(alone: World) -> None:
    webhook = await hook(alone, "item.*")
    try:
        async with transaction(alone.ctx()) as tx:
            await made(msgspec.structs.replace(alone, db=tx.db), visit(alone))
            raise ZeroDivisionError
    except ZeroDivisionError:
        assert await events(alone, webhook) == []


async def test_a_slow_transaction_is_not_passed_over(alone: World) -> None:
    webhook = await hook(alone, "item.*", "customer.*")
    async with transaction(alone.ctx()) as slow:
        await change_customer(slow, alone.ola, CustomerPatch(first_name="Olav"))
        await made(alone, visit(alone))
        assert await events(alone, webhook) == []
    assert sorted(await events(alone, webhook)) == ["customer.changed", "item.created"]


async def test_another_account_hears_nothing(alone: World) -> None:
    webhook, other = await hook(alone, "*"), await open_clinic(alone.db)
    before = await events(alone, webhook)
    await made(other, visit(other))
    assert await events(alone, webhook) == before


async def test_one_that_is_removed_takes_its_deliveries_along(alone: World) -> None:
    webhook = await hook(alone, "item.*")
    await made(alone, visit(alone))
    await events(alone, webhook)
    await remove_webhook(alone.ctx(), "front", webhook.id)
    assert await alone.db.fetchval("select count(*) from webhook_delivery") == 0
    assert not await read_feed(alone.db, alone.now)


async def test_after_a_restore_nothing_is_lost_and_nothing_told_again(alone: World, own_database: str) -> None:
    """The journal's transaction ids are those of another server then, and so are the positions."""
    webhook = await hook(alone, "item.*")
    item = await made(alone, visit(alone))
    assert await events(alone, webhook) == ["item.created"]
    await change_item_state(alone.ctx(), item.id, "cancel")
    await forget_transactions(own_database)
    assert await events(alone, webhook) == ["item.created", "item.cancelled"]
    (taken,) = await take_webhooks(alone.db, alone.now)
    told = [delivery.event for delivery in await take_deliveries(taken)]
    assert [event.change.verb for event in told if event and event.change] == ["create", "cancel"]

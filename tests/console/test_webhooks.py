"""Managers add webhooks, test them, and look through what was delivered."""

import pytest

from kalends.actions.messages.webhooks import add_webhook, list_deliveries, list_webhooks
from kalends.engine.messages.webhook import Webhook, WebhookPatch
from tests.console.office import office_of
from tests.world import World

URL = "https://www.example.com/booked"


async def added(clinic: World) -> Webhook:
    return await add_webhook(clinic.ctx(), "api", WebhookPatch(url=URL, events=("item.*",)))


async def test_a_webhook_is_added_and_changed(clinic: World, address: str) -> None:
    async with office_of(clinic, address, "manager") as office:
        sent = {"url": URL, "events": "item.*\r\nbooking.created", "description": "Till"}
        page = await office.done("/webhooks", "/webhooks/new", **sent)
        (webhook,) = await list_webhooks(clinic.ctx(), None)
        assert (webhook.url, webhook.events, webhook.door) == (URL, ("item.*", "booking.created"), "api")
        assert webhook.secret in await office.open(page)
        await office.done(page, url=URL, events="*", description="Till")
        (webhook,) = await list_webhooks(clinic.ctx(), None)
        assert (webhook.events, webhook.active) == (("*",), False)
        assert "Switched off" in await office.open("/webhooks")


@pytest.mark.parametrize(
    ("url", "events"), [("", "*"), ("http://127.0.0.1/x", "*"), ("nowhere", "*"), (URL, ""), (URL, "what happened?!")]
)
async def test_what_is_wrong_with_a_webhook_is_told(clinic: World, address: str, url: str, events: str) -> None:
    async with office_of(clinic, address) as office:
        await office.refused("/webhooks", "/webhooks/new", url=url, events=events)
    assert await list_webhooks(clinic.ctx(), None) == []


async def test_a_test_is_sent_and_sent_again(clinic: World, address: str) -> None:
    webhook = await added(clinic)
    async with office_of(clinic, address) as office:
        page = await office.done(f"/webhooks/{webhook.id}/test")
        assert "webhook.test" in await office.open(page)
        assert await office.done(f"{page}/again") == page
        assert "webhook.test" in await office.open(f"/webhooks/{webhook.id}")
    assert len(await list_deliveries(clinic.ctx(), webhook.id)) == 1


async def test_the_secret_is_changed_and_the_webhook_removed(clinic: World, address: str) -> None:
    webhook = await added(clinic)
    page = f"/webhooks/{webhook.id}"
    async with office_of(clinic, address) as office:
        await office.done(f"{page}/secret", page)
        (rotated,) = await list_webhooks(clinic.ctx(), None)
        assert (rotated.secret != webhook.secret, rotated.previous_secret) == (True, webhook.secret)
        assert await office.done(f"{page}/remove") == "/webhooks"
        await office.open(page, 404)


async def test_staff_do_not_see_webhooks(clinic: World, address: str) -> None:
    webhook = await added(clinic)
    async with office_of(clinic, address, "staff") as office:
        for path in ("/webhooks", "/webhooks/new", f"/webhooks/{webhook.id}"):
            await office.open(path, 403)

"""What a webhook that was added through the door is told, and that its secret has signed it."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from kalends.actions.context import Context
from kalends.dialects.makeplans.fields.view import DOOR
from kalends.dialects.makeplans.web_hook_calls import SIGNATURE, render_call
from kalends.engine.messages.delivery import WebhookEvent
from kalends.engine.messages.events import event_of, matches
from kalends.engine.messages.webhook import Webhook
from kalends.engine.refusals import NotFound
from kalends.store.changes import list_changes
from kalends.store.messages.webhooks import list_webhooks
from tests.dialects.makeplans.clinic import Clinic, unwrapped

SECRET = "a secret of some length"


async def hook(clinic: Clinic, event: str = "*") -> Webhook:
    """A webhook that was added through the door."""
    sent = {"target_url": "https://example.org/hook", "event": event, "secret": SECRET}
    made = unwrapped(await clinic.post("/web_hooks", {"web_hook": sent}), "web_hook")
    return next(
        row for row in await list_webhooks(clinic.world.db, clinic.world.account.id, DOOR) if row.id == made["id"]
    )


async def told(clinic: Clinic, webhook: Webhook) -> list[dict[str, Any]]:
    """All that the webhook is told of what has happened in the clinic."""
    ctx = clinic.world.ctx()
    changes = await list_changes(ctx.db, ctx.account.id, "", 1000)
    events = [(change, event) for change in changes if (event := event_of(change)) and matches(webhook.events, event)]
    return [
        await body(ctx, WebhookEvent(f"evt_{number}", event, change.at, ctx.now, webhook, change))
        for number, (change, event) in enumerate(events)
    ]


async def body(ctx: Context, event: WebhookEvent) -> dict[str, Any]:
    """The body of a call, whose signature is right."""
    call = await render_call(ctx, event)
    digest = hmac.new(SECRET.encode(), call.body, hashlib.sha256).hexdigest()
    assert call.headers == {SIGNATURE: f"sha256={digest}"}
    read: dict[str, Any] = json.loads(call.body)
    return read


async def test_a_booking_is_told_in_the_vendors_words(clinic: Clinic) -> None:
    webhook = await hook(clinic, "booking.*")
    made = await clinic.book(9)
    (call,) = await told(clinic, webhook)
    data = call.pop("data")
    assert call == {
        "event": "booking.created",
        "idempotency_id": "evt_0",
        "generated_at": "2027-03-01T10:00:00+01:00",
        "performed_by": made["created_by"],
    }
    assert data == {"object": "booking", "id": made["id"], "booking": made}


async def test_each_change_of_state_has_its_event(clinic: Clinic) -> None:
    webhook = await hook(clinic, "booking.*")
    path = f"/bookings/{(await clinic.book(9))['id']}"
    await clinic.put(path, {"booking": {"notes": "Knee"}})
    await clinic.put(f"{path}/cancel")
    await clinic.client.delete(path)
    events = [call["event"] for call in await told(clinic, webhook)]
    assert events == ["booking.created", "booking.modified", "booking.cancelled", "booking.deleted"]


async def test_people_and_events_are_told_too(clinic: Clinic) -> None:
    webhook = await hook(clinic)
    person = unwrapped(await clinic.post("/people", {"person": {"name": "Liv Moe"}}), "person")
    times = {"starts_at": clinic.at(9), "ends_at": clinic.at(10)}
    event = unwrapped(await clinic.post("/events", {"event": {"title": "Yoga", "capacity": 5, **times}}), "event")
    await clinic.client.delete(f"/events/{event['id']}")
    calls = (await told(clinic, webhook))[-3:]
    assert [call["event"] for call in calls] == ["person.created", "event.created", "event.deleted"]
    assert calls[0]["data"] == {"object": "person", "id": person["id"], "person": person}
    assert calls[1]["data"]["event"]["title"] == "Yoga"


async def test_all_is_all_that_the_vendor_has(clinic: Clinic) -> None:
    webhook = await hook(clinic)
    await clinic.post("/resources", {"resource": {"title": "Cem"}})
    assert {call["data"]["object"] for call in await told(clinic, webhook)} == {"person"}  # the cast's customers


@pytest.mark.parametrize(
    "event", ["*", "*.created", "booking.*", "booking.modified", "person.created", "event.deleted"]
)
async def test_a_pattern_is_shown_as_it_was_sent(clinic: Clinic, event: str) -> None:
    webhook = await hook(clinic, event)
    assert unwrapped(await clinic.client.get(f"/web_hooks/{webhook.id}"), "web_hook")["event"] == event


@pytest.mark.parametrize(
    ("sent", "events"),
    [
        ("*", ("item.*", "session.*", "customer.*")),
        ("*.created", ("item.created", "session.created", "customer.created")),
        ("person.modified", ("customer.changed",)),
        ("message.processed", ("message.processed",)),
    ],
)
async def test_a_pattern_is_kept_in_the_engines_words(clinic: Clinic, sent: str, events: tuple[str, ...]) -> None:
    assert (await hook(clinic, sent)).events == events


async def test_a_test_shows_the_webhook(clinic: Clinic) -> None:
    ctx, webhook = clinic.world.ctx(), await hook(clinic)
    call = await body(ctx, WebhookEvent("evt_7", "webhook.test", ctx.now, ctx.now, webhook, None))
    assert (call["event"], call["data"]["object"], call["data"]["id"]) == ("webhook.test", "web_hook", webhook.id)


async def test_what_the_vendor_does_not_have_is_not_told(clinic: Clinic) -> None:
    ctx, webhook = clinic.world.ctx(), await hook(clinic)
    resources = [row for row in await list_changes(ctx.db, ctx.account.id, "", 1000) if row.kind == "resource"]
    with pytest.raises(NotFound):
        await render_call(ctx, WebhookEvent("evt_7", "resource.created", ctx.now, ctx.now, webhook, resources[0]))

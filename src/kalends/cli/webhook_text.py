"""Webhooks and their deliveries as lines on a terminal; times are in the account's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kalends.engine.messages.delivery import WebhookDelivery
from kalends.engine.messages.webhook import Webhook

_DISABLED = {"gone": "it answered 410", "failing": "it received nothing for three days"}
_REASONS = {
    "inactive": "the webhook was disabled",
    "record_gone": "what it was about is gone",
    "change_gone": "what it was about is gone",
}


def webhook_line(webhook: Webhook, zone: ZoneInfo) -> str:
    """A webhook as a line of `webhook list`."""
    columns = (webhook.id, webhook.door, _state(webhook, zone), webhook.url, " ".join(webhook.events))
    return "\t".join(map(str, columns))


def webhook_lines(webhook: Webhook, zone: ZoneInfo) -> list[str]:
    """A webhook with all that is known of it."""
    facts = [
        ("Webhook", f"{webhook.id}, {_state(webhook, zone)}"),
        ("Description", webhook.description),
        ("Door", webhook.door),
        ("URL", webhook.url),
        ("Events", " ".join(webhook.events)),
        ("Secret", webhook.secret),
        ("Added", _time(webhook.created_at, zone)),
    ]
    return [f"{name}: {text}" for name, text in facts if text]


def delivery_line(delivery: WebhookDelivery, zone: ZoneInfo) -> str:
    """A delivery as a line of `webhook show`."""
    state = delivery.state
    if state == "waiting":
        state = f"waiting until {_time(delivery.due_at, zone)}"
    answer = _REASONS.get(delivery.reason or "") or f"{delivery.status or '-'} {delivery.answer or ''}".rstrip()
    columns = (delivery.id, _time(delivery.created_at, zone), delivery.event, state, delivery.attempts, answer)
    return "\t".join(map(str, columns))


def _state(webhook: Webhook, zone: ZoneInfo) -> str:
    if not webhook.active:
        why = _DISABLED.get(webhook.disabled_reason or "")
        return f"disabled: {why}" if why else "disabled"
    return f"failing since {_time(webhook.failing_since, zone)}" if webhook.failing_since else "active"


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"

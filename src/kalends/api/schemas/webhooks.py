"""Webhooks and their deliveries."""

from datetime import timedelta
from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import DeliveryId, DeliveryRef, WebhookId, WebhookRef, write_id
from kalends.api.lists import Listing
from kalends.api.times import Moment, shown
from kalends.engine.messages.delivery import WebhookDelivery
from kalends.engine.messages.webhook import Webhook as EngineWebhook
from kalends.engine.messages.webhook import WebhookPatch as EnginePatch
from kalends.engine.patch import changes
from kalends.engine.query import Filter

Url: TypeAlias = Annotated[
    str,
    Meta(
        extra={"form": "url"},
        description="Where events are posted to.",
        max_length=2048,
        examples=["https://example.com/hook"],
    ),
]
Events: TypeAlias = Annotated[
    list[Annotated[str, Meta(max_length=50, examples=["item.*"])]],
    Meta(min_length=1, max_length=100, description="Names of events; an asterisk stands for any characters."),
]
Description: TypeAlias = Annotated[str, Meta(max_length=1000, examples=["To the till"])]
Active: TypeAlias = Annotated[bool, Meta(description="Whether it is called.", examples=[True])]
Secret: TypeAlias = Annotated[
    str,
    Meta(
        description="What deliveries are signed with: `whsec_` and base64, or any text.",
        max_length=256,
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ),
]
EventName: TypeAlias = Annotated[str, Meta(max_length=50, examples=["item.confirmed"])]
DeliveryState: TypeAlias = Annotated[
    Literal["waiting", "sent", "failed", "dropped"],
    Meta(description="`failed` was tried to the end, `dropped` is not sent any more.", examples=["sent"]),
]


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A URL that is called when something changes."""

    id: WebhookId
    url: Url
    events: Events
    description: Description
    active: Active
    secret: Secret
    previous_secret_until: Annotated[
        Moment | None, Meta(description="Until then deliveries are signed with the previous secret too.")
    ]
    door: Annotated[str, Meta(description="The door whose form the calls have.", examples=["api"])]
    failing_since: Annotated[Moment | None, Meta(description="Since when nothing was received.")]
    disabled_reason: Annotated[
        Literal["gone", "failing"] | None, Meta(description="Why it was disabled, if nobody did that.", examples=[None])
    ]
    created_at: Moment
    updated_at: Moment


class WebhookInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new webhook; with a random secret, unless it has one."""

    url: Url
    events: Events
    description: Description | UnsetType = UNSET
    active: Active | UnsetType = UNSET
    secret: Secret | UnsetType = UNSET


class WebhookPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a webhook; what is left out stays. Another secret replaces the present one at once."""

    url: Url | UnsetType = UNSET
    events: Events | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    active: Active | UnsetType = UNSET
    secret: Secret | UnsetType = UNSET


class Rotation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new secret; random, unless it is given."""

    secret: Secret | UnsetType = UNSET
    overlap_hours: Annotated[
        int, Meta(ge=0, le=168, description="How long the present secret signs too.", examples=[24])
    ] = 24


class WebhookPath(msgspec.Struct, frozen=True, kw_only=True):
    """One webhook."""

    webhook_id: WebhookRef


class ListWebhooks(Listing, frozen=True, kw_only=True):
    """Which webhooks to list."""

    active: Active | UnsetType = UNSET


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one webhook, and what became of it."""

    id: DeliveryId
    webhook: WebhookId
    event_id: Annotated[str, Meta(description="`webhook-id`, the same in each attempt.", examples=["evt_1_1042"])]
    type: EventName
    position: Annotated[
        str | None, Meta(description="Of the change in the feed; null for a test.", examples=["7310-4119"])
    ]
    state: DeliveryState
    attempts: Annotated[int, Meta(examples=[1])]
    status: Annotated[int | None, Meta(description="Of the last answer.", examples=[200])]
    answer: Annotated[str | None, Meta(description="Its beginning, or why there was none.", examples=["ok"])]
    reason: Annotated[str | None, Meta(description="Why it was dropped.", examples=[None])]
    created_at: Moment
    due_at: Annotated[Moment | None, Meta(description="When it is tried next; null once it is over.")]
    finished_at: Moment | None


class DeliveryPath(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery."""

    delivery_id: DeliveryRef


class ListDeliveries(Listing, frozen=True, kw_only=True):
    """Which deliveries to list."""

    webhook: WebhookRef | UnsetType = UNSET
    state: DeliveryState | UnsetType = UNSET
    type: EventName | UnsetType = UNSET


def webhook_patch(sent: WebhookInput | WebhookPatch) -> EnginePatch:
    """What was sent, as the engine takes it."""
    values = changes(sent)
    if "events" in values:
        values["events"] = tuple(values["events"])
    return EnginePatch(**values)


def overlap_of(sent: Rotation) -> timedelta:
    """How long both secrets are to sign."""
    return timedelta(hours=sent.overlap_hours)


def webhook_filters(params: ListWebhooks) -> tuple[Filter, ...]:
    """The filters of a list."""
    return () if params.active is UNSET else (Filter("active", "equal", params.active),)


def delivery_filters(params: ListDeliveries) -> tuple[Filter, ...]:
    """The filters of a list."""
    asked = (("webhook_id", params.webhook), ("state", params.state), ("event", params.type))
    return tuple(Filter(field, "equal", value) for field, value in asked if value is not UNSET)


def shown_webhook(webhook: EngineWebhook, tz: ZoneInfo) -> Webhook:
    """A webhook as it is answered; moments are in this zone."""
    reason: Any = webhook.disabled_reason
    return Webhook(
        id=write_id("webhook", webhook.id),
        url=webhook.url,
        events=list(webhook.events),
        description=webhook.description,
        active=webhook.active,
        secret=webhook.secret,
        previous_secret_until=webhook.previous_secret_until and shown(webhook.previous_secret_until, tz),
        door=webhook.door,
        failing_since=webhook.failing_since and shown(webhook.failing_since, tz),
        disabled_reason=reason,
        created_at=shown(webhook.created_at, tz),
        updated_at=shown(webhook.updated_at, tz),
    )


def shown_delivery(delivery: WebhookDelivery, tz: ZoneInfo) -> Delivery:
    """A delivery as it is answered; moments are in this zone."""
    state: Any = delivery.state
    return Delivery(
        id=write_id("delivery", delivery.id),
        webhook=write_id("webhook", delivery.webhook_id),
        event_id=delivery.name,
        type=delivery.event,
        position=delivery.position or None,
        state=state,
        attempts=delivery.attempts,
        status=delivery.status,
        answer=delivery.answer,
        reason=delivery.reason,
        created_at=shown(delivery.created_at, tz),
        due_at=shown(delivery.due_at, tz) if delivery.finished_at is None else None,
        finished_at=delivery.finished_at and shown(delivery.finished_at, tz),
    )

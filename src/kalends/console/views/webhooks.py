"""Webhooks: the list of them, the forms to add and change one, and what was delivered to it."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.console.values import Values
from kalends.console.views.forms import Field, Form, once, ticked
from kalends.console.views.tables import Cell, Row, Table, Tone
from kalends.console.views.times import Times
from kalends.engine.messages.delivery import WebhookDelivery
from kalends.engine.messages.webhook import Webhook, WebhookPatch
from kalends.engine.version import version_of
from kalends.notices.texts import Message

PATH = "/webhooks"
DOOR = "api"
"""In the form of this door webhooks of the console are called."""
FIELDS = ("url", "events", "description", "active")
_TONES: dict[str, Tone] = {"waiting": "waiting", "sent": "good", "dropped": "done", "failed": "wrong"}


class WebhookView(msgspec.Struct, frozen=True):
    """A webhook as its page shows it; `form_key` is for the form that changes its secret."""

    path: str
    url: str
    state: Cell
    secret: str
    active: bool
    form_key: str


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as its page shows it."""

    path: str
    webhook_path: str
    event: str
    name: str
    state: Cell
    made: str
    finished: str
    attempts: int
    status: str
    answer: str


def webhooks_table(webhooks: Sequence[Webhook], times: Times) -> Table:
    """The list."""
    rows = tuple(
        Row(
            (Cell(each.url, each.description), Cell(", ".join(each.events)), Cell(each.door), state_of(each, times)),
            f"{PATH}/{each.id}",
        )
        for each in webhooks
    )
    return Table(
        "webhooks.title", ("webhooks.url", "webhooks.events", "keys.door", "webhooks.state"), rows, "webhooks.empty"
    )


def webhook_view(webhook: Webhook, times: Times) -> WebhookView:
    """One webhook."""
    key = once()["idempotency_key"]
    state = state_of(webhook, times)
    return WebhookView(f"{PATH}/{webhook.id}", webhook.url, state, webhook.secret, webhook.active, key)


def state_of(webhook: Webhook, times: Times) -> Cell:
    """Whether it is called, and if not why."""
    if webhook.disabled_reason:
        return Cell(Message(f"stopped.{webhook.disabled_reason}"), tone="wrong")
    if not webhook.active:
        return Cell(Message("webhooks.off"), tone="done")
    if webhook.failing_since:
        return Cell(Message("webhooks.failing"), times.at(webhook.failing_since), "waiting")
    return Cell(Message("webhooks.on"), tone="good")


def webhook_form(webhook: Webhook | None) -> Form:
    """The form to change a webhook, or (None) to add one."""
    fields: tuple[Field, ...] = (
        Field("url", "webhooks.url", kind="url", value=webhook.url if webhook else "", hint="webhooks.url_hint"),
        Field(
            "events",
            "webhooks.events",
            kind="textarea",
            value="\n".join(webhook.events) if webhook else "*",
            hint="webhooks.events_hint",
        ),
        Field("description", "webhooks.description", value=webhook.description if webhook else "", required=False),
    )
    if webhook is None:
        return Form(PATH, fields, "webhooks.add", hidden=once(), back=PATH)
    active = Field("active", "webhooks.active", kind="checkbox", value=ticked(webhook.active), required=False)
    return Form(f"{PATH}/{webhook.id}", (*fields, active), "form.save", hidden={"version": version_of(webhook)})


def sent_webhook(sent: Mapping[str, str], *, new: bool) -> tuple[WebhookPatch, Values]:
    """What the form says of a webhook; a new one is active."""
    values = Values(sent)
    patch = WebhookPatch(
        url=values.text("url"),
        events=tuple(values.text("events").replace(",", " ").split()),
        description=values.text("description"),
        active=new or values.flag("active"),
    )
    return patch, values


def deliveries_table(deliveries: Sequence[WebhookDelivery], times: Times) -> Table:
    """The newest calls of a webhook."""
    rows = tuple(
        Row(
            (
                Cell(each.event),
                Cell(times.at(each.created_at)),
                Cell(str(each.attempts), number=True),
                Cell(str(each.status or "")),
                _delivery_state(each, times),
            ),
            f"{PATH}/deliveries/{each.id}",
        )
        for each in deliveries
    )
    columns = ("calls.event", "calls.made", "calls.attempts", "calls.status", "webhooks.state")
    return Table("calls.title", columns, rows, "calls.empty")


def delivery_view(delivery: WebhookDelivery, times: Times) -> DeliveryView:
    """One call."""
    return DeliveryView(
        path=f"{PATH}/deliveries/{delivery.id}",
        webhook_path=f"{PATH}/{delivery.webhook_id}",
        event=delivery.event,
        name=delivery.name,
        state=_delivery_state(delivery, times),
        made=times.at(delivery.created_at),
        finished=times.at(delivery.finished_at),
        attempts=delivery.attempts,
        status=str(delivery.status or ""),
        answer=delivery.answer or "",
    )


def _delivery_state(delivery: WebhookDelivery, times: Times) -> Cell:
    due = times.at(delivery.due_at) if delivery.state == "waiting" else ""
    return Cell(Message(f"sending.{delivery.state}"), due, _TONES[delivery.state])

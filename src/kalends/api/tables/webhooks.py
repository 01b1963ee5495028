"""The operations on webhooks and their deliveries."""

from functools import partial

from kalends.api.handlers import webhooks
from kalends.api.lists import List
from kalends.api.operations import Operation, Tracked
from kalends.api.schemas.webhooks import (
    Delivery,
    DeliveryPath,
    ListDeliveries,
    ListWebhooks,
    Rotation,
    Webhook,
    WebhookInput,
    WebhookPatch,
    WebhookPath,
)
from kalends.engine.refusals import Retired

_WEBHOOK, _DELIVERY = "/webhooks/{webhook_id}", "/deliveries/{delivery_id}"
_TRACKED = Tracked("webhook", "webhook_id", webhooks.show)
_operation = partial(Operation, tag="Webhooks", scope="manage")

OPERATIONS = (
    _operation(
        method="GET",
        path="/webhooks",
        handler=webhooks.listing,
        id="list_webhooks",
        summary="List webhooks",
        description="Those of all doors.",
        params=ListWebhooks,
        answers={200: List[Webhook]},
    ),
    _operation(
        method="POST",
        path="/webhooks",
        handler=webhooks.create,
        id="create_webhook",
        summary="Add a webhook",
        description="It is told of what is changed from now on, but not of keys and users, in the form of Standard "
        "Webhooks. Not for keys of some sites.",
        body=WebhookInput,
        answers={201: Webhook},
        sample={"url": "https://example.com/hook", "events": ["item.*", "customer.created"]},
        has_secret=True,
    ),
    _operation(
        method="GET",
        path=_WEBHOOK,
        handler=webhooks.show,
        id="get_webhook",
        summary="Show a webhook",
        params=WebhookPath,
        answers={200: Webhook},
        tracked=_TRACKED,
    ),
    _operation(
        method="PATCH",
        path=_WEBHOOK,
        handler=webhooks.change,
        id="change_webhook",
        summary="Change a webhook",
        description="One that is deactivated gives up what waits. One that is activated again is told of what is "
        "changed from then on.",
        params=WebhookPath,
        body=WebhookPatch,
        answers={200: Webhook},
        tracked=_TRACKED,
        sample={"events": ["*"], "active": True},
        has_secret=True,
    ),
    _operation(
        method="DELETE",
        path=_WEBHOOK,
        handler=webhooks.remove,
        id="remove_webhook",
        summary="Remove a webhook",
        description="Its deliveries go with it.",
        params=WebhookPath,
        answers={204: None},
        tracked=_TRACKED,
    ),
    _operation(
        method="POST",
        path=f"{_WEBHOOK}/rotate",
        handler=webhooks.rotate,
        id="rotate_webhook_secret",
        summary="Give a webhook a new secret",
        description="Deliveries are signed with the present secret too for some hours: a receiver needs no pause.",
        params=WebhookPath,
        body=Rotation,
        answers={200: Webhook},
        tracked=_TRACKED,
        sample={"overlap_hours": 24},
        has_secret=True,
    ),
    _operation(
        method="POST",
        path=f"{_WEBHOOK}/test",
        handler=webhooks.call_for_test,
        id="test_webhook",
        summary="Have a webhook called",
        description="With the event `webhook.test`. The delivery says what came of it, when it is shown again.",
        params=WebhookPath,
        answers={202: Delivery},
        refusals=(Retired,),
    ),
    _operation(
        method="GET",
        path="/deliveries",
        handler=webhooks.list_deliveries,
        id="list_deliveries",
        summary="List deliveries",
        description="Those of all webhooks, the newest first. They are kept for 30 days after their end.",
        params=ListDeliveries,
        answers={200: List[Delivery]},
    ),
    _operation(
        method="GET",
        path=_DELIVERY,
        handler=webhooks.show_delivery,
        id="get_delivery",
        summary="Show a delivery",
        params=DeliveryPath,
        answers={200: Delivery},
    ),
    _operation(
        method="POST",
        path=f"{_DELIVERY}/redeliver",
        handler=webhooks.redeliver,
        id="redeliver",
        summary="Send a delivery again",
        description="Under the id that it had, whatever became of it.",
        params=DeliveryPath,
        answers={202: Delivery},
        refusals=(Retired,),
    ),
)

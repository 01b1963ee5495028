"""The calls of webhooks, as the OpenAPI document describes them."""

from collections.abc import Mapping
from typing import Any

from kalends.api.samples import sample_of
from kalends.api.schemas.changes import Change, WebhookTest

_TIME = "2027-03-01T10:00:00Z"
_HEADERS = (
    ("webhook-id", "The event, the same in each attempt: what has come twice can be told by it.", "evt_1_1042"),
    ("webhook-timestamp", "When this attempt was made, in seconds since 1970. Refuse what is old.", "1803895200"),
    (
        "webhook-signature",
        "`v1` of each valid secret (HMAC-SHA256) and `v1a` (Ed25519), with spaces.",
        "v1,K5oZ... v1a,h2Q...",
    ),
)


def _call(summary: str, description: str, kind: Mapping[str, Any], data: Mapping[str, Any], sample: Any) -> Any:
    body = {
        "type": "object",
        "properties": {"type": kind, "timestamp": {"type": "string", "format": "date-time"}, "data": data},
        "required": ["type", "timestamp", "data"],
    }
    example = {"value": {"type": kind["examples"][0], "timestamp": _TIME, "data": sample}}
    headers = [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": text,
            "schema": {"type": "string"},
            "example": value,
        }
        for name, text, value in _HEADERS
    ]
    return {
        "post": {
            "summary": summary,
            "description": description,
            "tags": ["Webhooks"],
            "parameters": headers,
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": body, "examples": {"sample": example}}},
            },
            "responses": {
                "2XX": {"description": "Received."},
                "410": {"description": "Not wanted any more: the webhook is disabled."},
                "default": {"description": "Not received: it is tried again, for three days."},
            },
        }
    }


_EVENT = {"type": "string", "pattern": r"^[a-z_]+\.[a-z_]+$", "examples": ["item.changed"]}
_TEST = {"type": "string", "const": "webhook.test", "examples": ["webhook.test"]}
_WEBHOOK = {"type": "object", "properties": {"webhook": {"type": "string"}}, "required": ["webhook"]}

WEBHOOKS: Mapping[str, Any] = {
    "change": _call(
        "Something was changed",
        "`item.confirmed`, `customer.created`, ...: the change as it is in `/changes`, in UTC. Two may come in another "
        "order than they happened: `revision` says which is later.",
        _EVENT,
        {"$ref": "#/components/schemas/Change"},
        sample_of(Change),
    ),
    "test": _call("A test", "Asked for by `test_webhook`.", _TEST, _WEBHOOK, sample_of(WebhookTest)),
}
"""By name, in the form of Standard Webhooks."""

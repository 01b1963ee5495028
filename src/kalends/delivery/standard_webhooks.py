"""The form of deliveries to webhooks that no vendor's door made: Standard Webhooks 1.0.0.

    {"type": "item.confirmed", "timestamp": "2027-03-01T09:00:00Z", "data": {...}}

with the headers webhook-id, webhook-timestamp and webhook-signature. It has a signature `v1` (HMAC-SHA256)
with the webhook's secret, another `v1` with the secret before it for a while after a rotation, and `v1a` (Ed25519) with
a key of the whole installation, for receivers that shall be able to check a signature but not to make one.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kalends.engine.messages.delivery import WebhookCall, WebhookEvent
from kalends.engine.messages.webhook import signing_key

PUBLIC_PREFIX = "whpk_"
_PURPOSE = b"webhook signature v1a"

_encoder = msgspec.json.Encoder()


def render_call(installation_secret: bytes, event: WebhookEvent, data: msgspec.Struct) -> WebhookCall:
    """The call for an event; `data` says what has happened."""
    body = _encoder.encode({"type": event.event, "timestamp": event.at, "data": data})
    return WebhookCall(body, _signed(event, body, _private_key(installation_secret)))


def public_key(installation_secret: bytes) -> str:
    """The key with which receivers check `v1a`."""
    raw = _private_key(installation_secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PUBLIC_PREFIX + _base64(raw)


def _signed(event: WebhookEvent, body: bytes, private_key: Ed25519PrivateKey) -> Mapping[str, str]:
    timestamp = str(int(event.sent_at.timestamp()))
    content = f"{event.name}.{timestamp}.".encode() + body
    macs = (
        hmac.new(signing_key(secret), content, hashlib.sha256) for secret in event.webhook.secrets_at(event.sent_at)
    )
    signatures = [f"v1,{_base64(mac.digest())}" for mac in macs]
    return {
        "webhook-id": event.name,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join([*signatures, f"v1a,{_base64(private_key.sign(content))}"]),
    }


def _private_key(installation_secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hmac.new(installation_secret, _PURPOSE, hashlib.sha256).digest())


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()

"""The standard form of deliveries, checked by the package that receivers use."""

import base64
from datetime import UTC, datetime

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from kalends.delivery.standard_webhooks import public_key
from kalends.engine.bookings.change_set import Change
from kalends.engine.messages.delivery import WebhookCall, WebhookEvent
from kalends.engine.messages.webhook import Webhook
from kalends.work import standard_call
from tests.desk import HOUR
from tests.world import NOW

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
INSTALLATION = b"the secret of an installation"
HOOK = Webhook(1, 3, "front", "https://example.org/", ("*",), SECRET, "", True, NOW, NOW)
CHANGE = Change(
    "5-9", NOW, "key:1", "front", "confirm", "item", 7, 2, {"state": "awaiting_confirmation"}, {"state": "confirmed"}
)


def event_now() -> WebhookEvent:
    """The event, about to be sent now: the package takes no call that was signed long ago."""
    return WebhookEvent("evt_1_7", "item.confirmed", NOW, datetime.now(UTC), HOOK, CHANGE)


def verified(call: WebhookCall, secret: str | bytes = SECRET) -> object:
    """What the package reads of a call that was signed at most five minutes ago."""
    return Verifier(secret).verify(call.body.decode(), dict(call.headers))


def test_the_package_reads_what_is_sent() -> None:
    assert verified(standard_call(INSTALLATION, event_now())) == {
        "type": "item.confirmed",
        "timestamp": "2027-03-01T09:00:00Z",
        "data": {
            "position": "5-9",
            "type": "item.confirmed",
            "kind": "item",
            "subject": "item_7",
            "revision": 2,
            "verb": "confirm",
            "actor": "key_1",
            "door": "front",
            "at": "2027-03-01T09:00:00Z",
            "request_id": None,
            "before": {"state": "awaiting_confirmation"},
            "after": {"state": "confirmed"},
        },
    }


def test_the_time_is_that_of_the_attempt_and_the_id_that_of_the_event() -> None:
    headers = standard_call(INSTALLATION, msgspec.structs.replace(event_now(), sent_at=NOW + HOUR)).headers
    assert (headers["webhook-id"], int(headers["webhook-timestamp"])) == ("evt_1_7", int((NOW + HOUR).timestamp()))


def test_another_body_or_secret_is_not_verified() -> None:
    call = standard_call(INSTALLATION, event_now())
    with pytest.raises(WebhookVerificationError):
        verified(msgspec.structs.replace(call, body=call.body + b" "))
    with pytest.raises(WebhookVerificationError):
        verified(call, base64.b64encode(bytes(32)).decode())


def test_a_secret_that_is_plain_text_is_the_key_itself() -> None:
    plain = msgspec.structs.replace(event_now(), webhook=msgspec.structs.replace(HOOK, secret="a plain secret text"))
    assert verified(standard_call(INSTALLATION, plain), b"a plain secret text")


def test_after_a_rotation_either_secret_verifies_until_the_old_one_is_over() -> None:
    old, until = "whsec_" + base64.b64encode(bytes(32)).decode(), datetime.now(UTC) + HOUR
    hook = msgspec.structs.replace(HOOK, previous_secret=old, previous_secret_until=until)
    call = standard_call(INSTALLATION, msgspec.structs.replace(event_now(), webhook=hook))
    assert verified(call) == verified(call, old)
    over = msgspec.structs.replace(hook, previous_secret_until=datetime.now(UTC))
    with pytest.raises(WebhookVerificationError):
        verified(standard_call(INSTALLATION, msgspec.structs.replace(event_now(), webhook=over)), old)


def test_the_second_signature_is_checked_with_the_public_key() -> None:
    call = standard_call(INSTALLATION, event_now())
    content = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    signature = base64.b64decode(call.headers["webhook-signature"].partition(" v1a,")[2])
    prefix, _, encoded = public_key(INSTALLATION).partition("_")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded))
    assert prefix == "whpk"
    key.verify(signature, content)
    with pytest.raises(InvalidSignature):
        key.verify(signature, content + b" ")


def test_a_test_says_whose_it_is() -> None:
    test = msgspec.structs.replace(event_now(), event="webhook.test", change=None)
    assert verified(standard_call(INSTALLATION, test)) == {
        "type": "webhook.test",
        "timestamp": "2027-03-01T09:00:00Z",
        "data": {"webhook": "whk_3"},
    }

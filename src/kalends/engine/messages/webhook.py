"""Webhooks: URLs that receive an account's events."""

import base64
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.limits import raise_if_faults, text_faults
from kalends.engine.messages.addresses import is_public
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault

_LONGEST_URL, _LONGEST_EVENT, _MOST_EVENTS, _LONGEST_DESCRIPTION = 2048, 50, 100, 1000
SECRET_PREFIX = "whsec_"
OVERLAP, LONGEST_OVERLAP = timedelta(days=1), timedelta(days=7)
"""How long calls are signed with the previous secret too, unless said otherwise, and at most."""
WHY_DISABLED = ("gone", "failing")
"""Why Kalends itself disables a webhook: it answered 410, or nothing was received for days."""
_SECRET_LENGTHS = range(16, 257)  # characters
_KEY_LENGTHS = range(16, 257)  # bytes
# Words separated by dots; a word may contain asterisks: `booking.created`, `booking.*`, `*`.
_EVENT = re.compile(r"[a-z0-9_*]+(\.[a-z0-9_*]+)*", re.IGNORECASE)


class Webhook(msgspec.Struct, frozen=True):
    """A URL that receives events. `events` are event names, in which asterisks are wildcards.

    Deliveries are signed with `secret` and have the format of the `door` through which the webhook was created.
    `failing_since`: the first failed delivery after the last that succeeded. `disabled_reason`, one of WHY_DISABLED, is
    set if Kalends itself has set `active` to false. Until `previous_secret_until` deliveries are signed with
    `previous_secret` too, so that a receiver can change to the new one whenever it likes.
    """

    account_id: int
    id: int
    door: str
    url: str
    events: tuple[str, ...]
    secret: str
    description: str
    active: bool
    created_at: datetime
    updated_at: datetime
    failing_since: datetime | None = None
    disabled_reason: str | None = None
    previous_secret: str | None = None
    previous_secret_until: datetime | None = None

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """The secrets with which a delivery is signed: the present one first."""
        is_over = self.previous_secret_until is None or now >= self.previous_secret_until
        return (self.secret,) if self.previous_secret is None or is_over else (self.secret, self.previous_secret)


class WebhookPatch(Patch, frozen=True, kw_only=True):
    """Changes to a webhook. A new one needs `url` and `events`."""

    url: str | UnsetType = UNSET
    events: tuple[str, ...] | UnsetType = UNSET
    secret: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET


def changed_webhook(current: Webhook, patch: WebhookPatch, *, private_urls: bool = False) -> Webhook:
    """The webhook with the patch applied. `private_urls`: it may also be http, and lead to private addresses.

    One that is activated again is not failing. A secret that is set takes the place of all before it.

    Raises Invalid(url, events: blank, too_long, invalid; secret: out_of_range, invalid; description: invalid,
    too_long).
    """
    webhook = patched(current, patch)
    if webhook.active and not current.active:
        webhook = msgspec.structs.replace(webhook, failing_since=None, disabled_reason=None)
    if webhook.secret != current.secret:
        webhook = msgspec.structs.replace(webhook, previous_secret=None, previous_secret_until=None)
    faults = url_faults(webhook.url, private_urls) + _event_faults(webhook.events) + _secret_faults(webhook.secret)
    raise_if_faults(faults + text_faults("description", webhook.description, _LONGEST_DESCRIPTION))
    return webhook


def rotated_webhook(current: Webhook, secret: str, overlap: timedelta, now: datetime) -> Webhook:
    """The webhook with a new secret; deliveries are signed with the present one too, for as long as `overlap`.

    Raises Invalid(secret: out_of_range, invalid; overlap: out_of_range, over seven days).
    """
    faults = [] if timedelta() <= overlap <= LONGEST_OVERLAP else [Fault("overlap", "out_of_range")]
    raise_if_faults(faults + _secret_faults(secret))
    previous = (current.secret, now + overlap) if overlap and secret != current.secret else (None, None)
    return msgspec.structs.replace(
        current, secret=secret, previous_secret=previous[0], previous_secret_until=previous[1]
    )


def signing_key(secret: str) -> bytes:
    """The key of a secret: what is encoded after `whsec_`, else the text itself.

    Raises ValueError if it is not base64. Source: Standard Webhooks 1.0.0, "Signature scheme".
    """
    if not secret.startswith(SECRET_PREFIX):
        return secret.encode()
    return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)


def _secret_faults(secret: str) -> list[Fault]:
    if len(secret) not in _SECRET_LENGTHS:
        return [Fault("secret", "out_of_range")]
    try:
        return [] if len(signing_key(secret)) in _KEY_LENGTHS else [Fault("secret", "invalid")]
    except ValueError:
        return [Fault("secret", "invalid")]


def url_faults(url: str, private_urls: bool) -> list[Fault]:
    """What is wrong with the text of a URL that is to be called: blank, too_long, invalid. `private_urls`: private
    addresses are allowed, and no TLS."""
    if not url:
        return [Fault("url", "blank")]
    if len(url) > _LONGEST_URL:
        return [Fault("url", "too_long")]
    return [] if _is_callable(url, private_urls) else [Fault("url", "invalid")]


def _is_callable(url: str, private_urls: bool) -> bool:
    """Whether this is a URL that may be called, judging by its text; the address is checked when it is called."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or port == 0 or parts.username is not None or re.search(r"[\s\x00-\x1f]", url):
        return False
    return parts.scheme in ("http", "https") if private_urls else parts.scheme == "https" and _is_public_host(host)


def _is_public_host(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        return "." in host.rstrip(".") and not host.rstrip(".").endswith((".localhost", ".local", ".internal"))


def _event_faults(events: tuple[str, ...]) -> list[Fault]:
    if not events:
        return [Fault("events", "blank")]
    if any(len(event) > _LONGEST_EVENT for event in events) or len(events) > _MOST_EVENTS:
        return [Fault("events", "too_long")]
    return [] if all(_EVENT.fullmatch(event) for event in events) else [Fault("events", "invalid")]

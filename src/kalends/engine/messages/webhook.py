"""Webhooks: URLs that receive an account's events."""

import re
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.limits import raise_if_faults, text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault

_LONGEST_URL, _LONGEST_EVENT, _MOST_EVENTS, _LONGEST_DESCRIPTION = 2048, 50, 100, 1000
_SECRET_LENGTHS = range(16, 257)
# Words separated by dots; a word may contain asterisks: `booking.created`, `booking.*`, `*`.
_EVENT = re.compile(r"[a-z0-9_*]+(\.[a-z0-9_*]+)*", re.IGNORECASE)


class Webhook(msgspec.Struct, frozen=True):
    """A URL that receives events. `events` are event names, in which asterisks are wildcards.

    Deliveries are signed with `secret` and have the format of the `door` through which the webhook was created.
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


class WebhookPatch(Patch, frozen=True, kw_only=True):
    """Changes to a webhook. A new one needs `url` and `events`."""

    url: str | UnsetType = UNSET
    events: tuple[str, ...] | UnsetType = UNSET
    secret: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET


def changed_webhook(current: Webhook, patch: WebhookPatch) -> Webhook:
    """The webhook with the patch applied.

    Raises Invalid(url, events: blank, too_long, invalid; secret: out_of_range; description: invalid, too_long).
    """
    webhook = patched(current, patch)
    faults = _url_faults(webhook.url) + _event_faults(webhook.events)
    faults += [] if len(webhook.secret) in _SECRET_LENGTHS else [Fault("secret", "out_of_range")]
    raise_if_faults(faults + text_faults("description", webhook.description, _LONGEST_DESCRIPTION))
    return webhook


def _url_faults(url: str) -> list[Fault]:
    if not url:
        return [Fault("url", "blank")]
    if len(url) > _LONGEST_URL:
        return [Fault("url", "too_long")]
    return [] if _is_public_https_url(url) else [Fault("url", "invalid")]


def _is_public_https_url(url: str) -> bool:
    """Whether this is an https URL with a public host, judging by its text; the address is checked when sending."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or port == 0 or parts.username is not None or re.search(r"[\s\x00-\x1f]", url):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.rstrip(".") and not host.rstrip(".").endswith((".localhost", ".local", ".internal"))


def _event_faults(events: tuple[str, ...]) -> list[Fault]:
    if not events:
        return [Fault("events", "blank")]
    if any(len(event) > _LONGEST_EVENT for event in events) or len(events) > _MOST_EVENTS:
        return [Fault("events", "too_long")]
    return [] if all(_EVENT.fullmatch(event) for event in events) else [Fault("events", "invalid")]

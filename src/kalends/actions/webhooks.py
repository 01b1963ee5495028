"""Where others want to be told of what happens: kept here, sent by the messengers."""

import re
import secrets
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.noting import note
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.engine.webhook import Webhook
from kalends.store import webhooks

_LONGEST_URL, _LONGEST_EVENT, _MOST_EVENTS, _LONGEST_TEXT = 2048, 50, 100, 1000
# Words with dots between them, each of which may hold asterisks: `booking.created`, `booking.*`, `*`.
_EVENT = re.compile(r"[a-z0-9_*]+(\.[a-z0-9_*]+)*", re.IGNORECASE)
_CHANGEABLE = ("url", "events", "secret", "description", "active")


@allow("manage")
async def list_webhooks(ctx: Context, door: str) -> list[Webhook]:
    """The webhooks that were set up through a door, the oldest first."""
    return await webhooks.list_webhooks(ctx.db, ctx.account.id, door)


@allow("manage")
async def get_webhook(ctx: Context, door: str, webhook_id: int) -> Webhook:
    """One of them. Raises NotFound(webhook)."""
    for webhook in await list_webhooks(ctx, door):
        if webhook.id == webhook_id:
            return webhook
    raise NotFound("webhook", webhook_id)


@allow("manage", whole_account=True)
async def add_webhook(ctx: Context, door: str, fields: Mapping[str, Any]) -> Webhook:
    """A new webhook from `url`, `events`, `secret` (made when there is none), `description` and `active`.

    Its messages speak the door's language, and are about all sites. Raises Forbidden to a key that is limited to some,
    Invalid.
    """
    given = {name: fields[name] for name in _CHANGEABLE if fields.get(name) is not None}
    made = {"url": "", "events": (), "secret": secrets.token_hex(32), "description": "", "active": True, **given}
    webhook = Webhook(account_id=ctx.account.id, id=0, door=door, created_at=ctx.now, updated_at=ctx.now, **made)
    _check(webhook)
    async with transaction(ctx) as tx:
        webhook = await webhooks.add_webhook(tx.db, webhook)
        await note(tx, "add", None, webhook)
    return webhook


@allow("manage", whole_account=True)
async def change_webhook(ctx: Context, door: str, webhook_id: int, fields: Mapping[str, Any]) -> Webhook:
    """Change some of the fields that `add_webhook` takes. Raises Forbidden as it does, NotFound(webhook), Invalid."""
    async with transaction(ctx) as tx:
        await webhooks.lock_webhook(tx.db, ctx.account.id, webhook_id)
        present = await get_webhook(tx, door, webhook_id)
        given = {name: fields[name] for name in _CHANGEABLE if fields.get(name) is not None}
        wanted = msgspec.structs.replace(present, **given)
        _check(wanted)
        if wanted == present:
            return present
        wanted = msgspec.structs.replace(wanted, updated_at=ctx.now)
        await webhooks.save_webhook(tx.db, wanted)
        await note(tx, "change", present, wanted)
        return wanted


@allow("manage", whole_account=True)
async def remove_webhook(ctx: Context, door: str, webhook_id: int) -> Webhook:
    """Nobody is told there any more; answers the webhook as it was. Raises Forbidden, NotFound(webhook)."""
    async with transaction(ctx) as tx:
        await webhooks.lock_webhook(tx.db, ctx.account.id, webhook_id)
        present = await get_webhook(tx, door, webhook_id)
        await webhooks.drop_webhook(tx.db, ctx.account.id, webhook_id)
        await note(tx, "remove", present, None)
        return present


def _check(webhook: Webhook) -> None:
    faults = _faults_of_url(webhook.url) + _faults_of_events(webhook.events)
    if not 16 <= len(webhook.secret) <= 256:
        faults.append(Fault("secret", "out_of_range"))
    if len(webhook.description) > _LONGEST_TEXT:
        faults.append(Fault("description", "too_long"))
    if faults:
        raise Invalid(*faults)


def _faults_of_url(url: str) -> list[Fault]:
    if not url:
        return [Fault("url", "blank")]
    if len(url) > _LONGEST_URL:
        return [Fault("url", "too_long")]
    return [] if _is_abroad(url) else [Fault("url", "invalid")]


def _is_abroad(url: str) -> bool:
    """Whether it is an https URL of another machine, as far as its text tells; what a name means shows on sending."""
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


def _faults_of_events(events: Sequence[str]) -> list[Fault]:
    if not events:
        return [Fault("events", "blank")]
    if any(len(event) > _LONGEST_EVENT for event in events) or len(events) > _MOST_EVENTS:
        return [Fault("events", "too_long")]
    return [] if all(_EVENT.fullmatch(event) for event in events) else [Fault("events", "invalid")]

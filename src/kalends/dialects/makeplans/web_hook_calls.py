"""What is posted to webhooks that were added through this door, and how it is signed.

    {"event": "booking.confirmed", "idempotency_id": "...", "generated_at": "...", "performed_by": "...",
     "data": {"object": "booking", "id": 7, "booking": {...}}}

The object is shown as it is when the call is made. Source: MakePlans, web hooks.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from kalends.actions.accounts.actors import actor_names
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.sessions import get_session
from kalends.actions.context import Context
from kalends.actions.customers.find import get_customer
from kalends.dialects.kit.dates import moment_writer
from kalends.dialects.makeplans.fields.bookings import booking
from kalends.dialects.makeplans.fields.events import event as event_object
from kalends.dialects.makeplans.fields.people import person
from kalends.dialects.makeplans.fields.view import render_context
from kalends.dialects.makeplans.fields.web_hooks import translated_event, web_hook
from kalends.dialects.makeplans.handlers.bookings import look_up
from kalends.engine.messages.delivery import WebhookCall, WebhookEvent
from kalends.engine.refusals import NotFound

SIGNATURE = "X-MakePlans-Signature"

_encoder = msgspec.json.Encoder()


async def render_call(ctx: Context, event: WebhookEvent) -> WebhookCall:
    """The call for an event. Raises NotFound if its object is gone, or of a kind that the vendor does not have."""
    change = event.change
    names = await actor_names(ctx, [change.actor]) if change else {}
    wire = {
        "event": translated_event(event.event),
        "idempotency_id": event.name,
        "generated_at": moment_writer(ctx.zone)(event.sent_at),
        "performed_by": names[change.actor] if change else ctx.principal.name,
        "data": await _data(ctx, event),
    }
    body = _encoder.encode(wire)
    signature = hmac.new(event.webhook.secret.encode(), body, hashlib.sha256).hexdigest()
    return WebhookCall(body, {SIGNATURE: f"sha256={signature}"})


async def _data(ctx: Context, event: WebhookEvent) -> Mapping[str, Any]:
    if event.change is None:
        hook = event.webhook
        return {"object": "web_hook", "id": hook.id, "web_hook": web_hook(render_context(ctx))(hook)}
    kind, record_id = event.change.kind, event.change.subject_id
    if kind not in _OBJECTS:
        raise NotFound(kind, record_id)
    name, show = _OBJECTS[kind]
    return {"object": name, "id": record_id, name: await show(ctx, record_id)}


async def _booking(ctx: Context, item_id: int) -> Any:
    view = await get_item(ctx, item_id)
    return booking(await look_up(ctx, [view], extended=False))(view)


async def _event(ctx: Context, session_id: int) -> Any:
    return event_object(render_context(ctx))(await get_session(ctx, session_id))


async def _person(ctx: Context, customer_id: int) -> Any:
    return person(render_context(ctx))(await get_customer(ctx, customer_id))


_OBJECTS: Mapping[str, tuple[str, Callable[[Context, int], Awaitable[Any]]]] = {
    "item": ("booking", _booking),
    "session": ("event", _event),
    "customer": ("person", _person),
}
"""The vendor's name of each kind of record, and how one is shown."""

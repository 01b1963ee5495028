"""Confirms, declines or cancels a booking, after a question: why, which of its times, and what the customer is told."""

from collections.abc import Mapping

import msgspec

from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.change_state import change_booking_state, change_item_state
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.context import Context
from kalends.console.at_site import at_site
from kalends.console.fields import expecting, query_fields, read_fields
from kalends.console.handlers.items import done, redrawn
from kalends.console.item_records import item_at
from kalends.console.pages import draw
from kalends.console.telling import TELL, foresee, read_telling
from kalends.console.values import Values
from kalends.console.views.closing import closing_view
from kalends.console.views.forms import Complaint
from kalends.console.views.scopes import read_scope, scopes_of
from kalends.console.views.telling import notice_view
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.request import SILENT, MessageOverrides
from kalends.engine.bookings.views import ItemView
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

FIELDS = ("revision", "reason", "scope", "back", *TELL)
_RESULTS = {"confirm": "confirmed", "decline": "declined", "cancel": "cancelled"}


async def ask(request: WebRequest, ctx: Context) -> Answer:
    """The question, with what was answered so far."""
    return await _draw(request, ctx, query_fields(request, *FIELDS))


async def act(request: WebRequest, ctx: Context) -> Answer:
    """Do it."""
    at, sent = await at_site(request, ctx), await read_fields(request, *FIELDS)
    values = Values(sent)
    view = await item_at(ctx, at, request.path_params["item_id"])
    await read_telling(ctx, at, values, _verb(request), view.customer)
    return await _draw(request, ctx, sent, values.complaint) if values.faults else await _once(request, ctx)


async def _act(request: WebRequest, ctx: Context) -> Answer:
    verb, at = _verb(request), await at_site(request, ctx)
    sent = await read_fields(request, *FIELDS)
    view = await item_at(ctx, at, request.path_params["item_id"])
    expected = expecting(ctx, "item", view.item.id, sent["revision"])
    await _close(expected, view, verb, sent, await read_telling(ctx, at, Values(sent), verb, view.customer))
    if sent["back"] == "requests":
        return redirect(call_of(request), f"{at.path}/requests", done=_RESULTS[verb])
    return done(request, _RESULTS[verb])


_once = redrawn(_act)


async def _close(
    ctx: Context, view: ItemView, verb: str, sent: Mapping[str, str], messages: MessageOverrides = SILENT
) -> None:
    reason, scope = sent["reason"].strip() or None, read_scope(sent["scope"])
    if verb == "cancel" and scope == "following":
        await cancel_item(ctx, view.item.id, Cancellation(reason=reason, and_later=True), messages)
    elif verb == "cancel" and scope == "all":
        anyhow = msgspec.structs.replace(ctx, expected=None)  # the item may stay as it is
        await change_booking_state(anyhow, view.booking_uid, "cancel", messages, reason=reason)
    else:
        await change_item_state(ctx, view.item.id, verb, messages=messages, reason=reason)


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str], complaint: Complaint | None = None
) -> Answer:
    verb, at = _verb(request), await at_site(request, ctx)
    view = await item_at(ctx, at, request.path_params["item_id"])
    foreseen = await foresee(ctx, view.item.id, verb, lambda tx: _close(tx, view, verb, sent))
    several = verb == "cancel" and view.siblings > 1
    items = (await get_whole_booking(ctx, view.item.booking_id)).items if several else ()
    fault = complaint.fields.get("tell_at") if complaint else None
    notice = notice_view(ctx, at, foreseen.notice, sent, at.say(fault) if fault else "")
    scopes = scopes_of(at, view, items, sent, to_cancel=True)
    closing = closing_view(at, view, verb, sent, scopes, notice)
    return draw(request, "closing.html", at.frame, status=422 if complaint else 200, closing=closing)


def _verb(request: WebRequest) -> str:
    """The verb that the path ends in, one of CLOSINGS."""
    return call_of(request).path.rpartition("/")[2]

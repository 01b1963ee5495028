"""The panel of a booking, and what is done with it by one button: attendance, bring back."""

from typing import Any

from kalends.actions.access import may
from kalends.actions.accounts.actors import actor_names
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.undo import undo_change, undo_ends
from kalends.actions.context import Context
from kalends.console.at_site import AtSite, at_site
from kalends.console.complaints import complaint_of
from kalends.console.fields import expecting, read_fields
from kalends.console.in_the_way import obstacles
from kalends.console.item_records import last_change, load_item
from kalends.console.pages import draw
from kalends.console.views.panel import panel_view
from kalends.console.views.undo import undo_view
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.states import STATUSES
from kalends.engine.refusals import Forbidden, Full, NotFound, Outdated, Refusal, Stale
from kalends.notices.texts import Message
from kalends.web.auth import Handler
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.idempotency import idempotent_form
from kalends.web.pages import redirect

TOLD = ("told_then", "untold")
"""What may have been chosen just before of whether and when the customer is told."""
DONE = (
    "booked",
    "cancelled",
    "changed",
    "confirmed",
    "declined",
    "moved",
    "restored",
    *STATUSES,
    *TOLD,
    "undone",
    "unmarked",
)
"""What may have been done just before the panel is shown: `done.WHAT`."""
_FASTER = (Outdated, Stale)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The panel. The query may say what was done just now."""
    return await draw_panel(request, ctx)


def redrawn(handler: Handler) -> Handler:
    """A handler of a form about an item, which has one effect however often it is sent. Where it is refused, the panel
    is drawn as it is now, with what was in the way, or with who was faster."""
    once = idempotent_form(handler)

    async def handle(request: WebRequest, ctx: Context) -> Answer:
        try:
            return await once(request, ctx)
        except (Forbidden, NotFound):
            raise
        except Refusal as refusal:
            return await draw_panel(request, ctx, refusal)

    return handle


async def mark(request: WebRequest, ctx: Context) -> Answer:
    """Note how the customer attended; a mark that is set already is taken back."""
    sent = await read_fields(request, "status", "revision")
    changed = await set_status(_expected(request, ctx, sent), _item_id(request), sent["status"] or None)
    return done(request, changed.item.status or "unmarked")


async def restore(request: WebRequest, ctx: Context) -> Answer:
    """Bring back what was cancelled, declined or has expired."""
    sent = await read_fields(request, "revision")
    await change_item_state(_expected(request, ctx, sent), _item_id(request), "reopen")
    return done(request, "restored")


def done(request: WebRequest, what: str) -> Answer:
    """To the panel of the item, which says what was done."""
    site_id, item_id = request.path_params["site_id"], _item_id(request)
    return redirect(call_of(request), f"/sites/{site_id}/items/{item_id}", done=what)


async def draw_panel(request: WebRequest, ctx: Context, refusal: Refusal | None = None) -> Answer:
    """The panel of the item that the path names, with what could not be done."""
    at = await at_site(request, ctx)
    records = await load_item(ctx, at, _item_id(request))
    what = request.query_params.get("done", "")
    views: dict[str, Any] = {"done": f"done.{what}" if what in DONE and not refusal else "", "why": "", "ways": ()}
    item = records.view.item
    undoable = not refusal and may(ctx, undo_change) and ctx.now <= undo_ends(ctx, item.updated_at)
    views["undo"] = undo_view(ctx, at, records.view, await last_change(ctx, item.id)) if undoable else None
    if refusal is not None:
        views["why"] = at.say(await _why(ctx, at, item, refusal))
    if isinstance(refusal, Full):
        views["ways"] = await obstacles(ctx, at, refusal)
    status = 200 if refusal is None else 412 if isinstance(refusal, _FASTER) else 409
    return draw(request, "item.html", at.frame, status=status, panel=panel_view(ctx, at, records), **views)


async def changed_by(ctx: Context, at: AtSite, item: Item) -> Message:
    """Who changed an item last, and when."""
    who = (await actor_names(ctx, [item.updated_by]))[item.updated_by]
    return Message("panel.changed_by", {"who": who, "when": at.words.hour(item.updated_at.astimezone(at.zone))})


async def _why(ctx: Context, at: AtSite, item: Item, refusal: Refusal) -> Message:
    """Why something could not be done. Raises the refusal if the console has no words for it."""
    if isinstance(refusal, _FASTER):
        return await changed_by(ctx, at, item)
    complaint = complaint_of(refusal, {})
    if complaint is None:
        raise refusal
    return complaint.whole or next(iter(complaint.fields.values()))


def _item_id(request: WebRequest) -> int:
    item_id: int = request.path_params["item_id"]
    return item_id


def _expected(request: WebRequest, ctx: Context, sent: dict[str, str]) -> Context:
    return expecting(ctx, "item", _item_id(request), sent["revision"])

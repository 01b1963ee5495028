"""Takes back what somebody has just done to an item."""

from kalends.actions.bookings.undo import undo_change
from kalends.actions.context import Context
from kalends.console.at_site import AtSite, at_site
from kalends.console.handlers.items import TOLD
from kalends.console.item_records import item_at, last_change
from kalends.console.pages import draw
from kalends.console.views.moved import why_of
from kalends.console.views.undo import undo_view
from kalends.engine.refusals import Forbidden, NotFound, Refusal
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.idempotency import idempotent_form
from kalends.web.pages import redirect

UNMADE = "unmade"
"""What was done if a booking is as if it had never been made."""


async def show(request: WebRequest, ctx: Context) -> Answer:
    """What was done last, with the button to take it back, as long as it can be."""
    at = await at_site(request, ctx)
    return await _draw(request, ctx, at)


async def _undo(request: WebRequest, ctx: Context) -> Answer:
    at = await at_site(request, ctx)
    view = await item_at(ctx, at, request.path_params["item_id"])
    restored = await undo_change(ctx, view.item.id)
    day = restored.item.starts_at.astimezone(at.zone).date()
    if restored.item.state == "deleted":
        return redirect(call_of(request), f"{at.path}/day/{day}", done=UNMADE)
    return redirect(call_of(request), f"{at.path}/items/{view.item.id}", day=str(day), done="undone")


_once = idempotent_form(_undo)


async def undo(request: WebRequest, ctx: Context) -> Answer:
    """Take it back, or say why it can't be."""
    try:
        return await _once(request, ctx)
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        at = await at_site(request, ctx)
        return await _draw(request, ctx, at, why_of(refusal, at))


async def _draw(request: WebRequest, ctx: Context, at: AtSite, why: str = "") -> Answer:
    view = await item_at(ctx, at, request.path_params["item_id"])
    undo_ = undo_view(ctx, at, view, await last_change(ctx, view.item.id))
    what = request.query_params.get("done", "")
    chosen = f"done.{what}" if what in TOLD else ""
    return draw(request, "undo.html", at.frame, status=409 if why else 200, undo=undo_, why=why, chosen=chosen)

"""What the customer of an item is still to be told: the message, and whether and when they get it."""

from kalends.actions.context import Context
from kalends.actions.messages.about_item import CustomerNotice, draw_notice
from kalends.actions.messages.waiting import (
    find_untold_change,
    find_waiting_message,
    get_waiting_notice,
    reschedule_message,
    tell_of_change,
    withdraw_message,
)
from kalends.console.at_site import at_site
from kalends.console.fields import query_fields, read_fields
from kalends.console.handlers.items import done
from kalends.console.item_records import item_at
from kalends.console.pages import draw
from kalends.console.telling import TELL, read_tell_at
from kalends.console.values import Values
from kalends.console.views.telling import chosen, due_by_policy, waiting_view
from kalends.engine.refusals import NotFound, Outdated, Unreachable
from kalends.web.door import Answer, WebRequest

_CONFLICT, _FAULTY = 409, 422


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The message, with the question whether and when it is sent."""
    return await _draw(request, ctx, query_fields(request, *TELL))


async def choose(request: WebRequest, ctx: Context) -> Answer:
    """Have it sent as the form says, or not at all. Whoever is late sees that there is nothing to choose any more."""
    at, sent = await at_site(request, ctx), await read_fields(request, *TELL)
    item, values = (await item_at(ctx, at, request.path_params["item_id"])).item, Values(sent)
    due_at = read_tell_at(ctx, at, values) if sent["tell"] == "later" else None
    if values.faults:
        return await _draw(request, ctx, sent, values)
    try:
        if sent["tell"] == "no":
            await _withdraw(ctx, item.id)
            return done(request, "untold")
        waiting = await find_waiting_message(ctx, item.id)
        if waiting is None:
            await tell_of_change(ctx, item.id, due_at or ctx.now)
        else:
            await reschedule_message(ctx, item.id, due_at or due_by_policy(ctx, waiting))
    except (NotFound, Outdated, Unreachable):
        return await _draw(request, ctx, sent, is_late=True)
    return done(request, "told_then")


async def _withdraw(ctx: Context, item_id: int) -> None:
    """Raises NotFound(message) if nothing waits, and the customer is told already."""
    try:
        await withdraw_message(ctx, item_id)
    except NotFound:
        if await find_untold_change(ctx, item_id) is None:
            raise


async def _draw(
    request: WebRequest, ctx: Context, sent: dict[str, str], values: Values | None = None, *, is_late: bool = False
) -> Answer:
    at = await at_site(request, ctx)
    view = await item_at(ctx, at, request.path_params["item_id"])
    fault = at.say(values.faults["tell_at"]) if values else ""
    status = _CONFLICT if is_late else _FAULTY if fault else 200
    waiting = await find_waiting_message(ctx, view.item.id)
    notice = (await get_waiting_notice(ctx, view.item.id)).notice if waiting else await _untold(ctx, view.item.id)
    message = waiting_view(ctx, at, view, notice, chosen(ctx, at, waiting, sent), fault)
    return draw(request, "waiting_message.html", at.frame, status=status, message=message)


async def _untold(ctx: Context, item_id: int) -> CustomerNotice | None:
    """What the customer could be told of the last change; None if they are told already."""
    untold = await find_untold_change(ctx, item_id)
    return await draw_notice(ctx, item_id, untold.verb) if untold else None

"""Messages: look through what was sent, and send one again."""

from kalends.actions.accounts.actors import actor_names
from kalends.actions.context import Context
from kalends.actions.messages.about_item import find_unsendable
from kalends.actions.messages.log import get_message, list_messages, resend_message
from kalends.console.fields import query_fields
from kalends.console.pages import language
from kalends.console.screens import draw_screen
from kalends.console.values import Values
from kalends.console.views.messages import LISTS, PATH, message_view, messages_table, recipient_of
from kalends.console.views.tables import PAGE_SIZE, choices_of, older
from kalends.console.views.times import times_of
from kalends.engine.messages.message import STATES, MessageQuery
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """The messages, the newest first, or those in one state."""
    asked = query_fields(request, "state", "before")
    state = asked["state"] if asked["state"] in STATES else None
    before = Values(asked).id("before") or None
    found = await list_messages(ctx, MessageQuery(state=state, before_id=before, limit=PAGE_SIZE + 1))
    shown = found[:PAGE_SIZE]
    names = await actor_names(ctx, filter(None, map(recipient_of, shown)))
    times = times_of(ctx, language(call_of(request)))
    last = str(shown[-1].id) if len(found) > PAGE_SIZE else ""
    return await draw_screen(
        request,
        ctx,
        "messages.html",
        table=messages_table(shown, names, times, await find_unsendable(ctx, shown)),
        choices=choices_of(PATH, "state", state or "", LISTS),
        pager=older(PATH, last, {"state": state or ""}, newest=not before),
        zone=times.zone_name,
    )


async def show(request: WebRequest, ctx: Context) -> Answer:
    """One message, as it was sent."""
    message = await get_message(ctx, request.path_params["message_id"])
    names = await actor_names(ctx, filter(None, (recipient_of(message),)))
    unsendable = await find_unsendable(ctx, [message])
    view = message_view(message, names, times_of(ctx, language(call_of(request))), unsendable)
    return await draw_screen(request, ctx, "message.html", message=view)


async def send_again(request: WebRequest, ctx: Context) -> Answer:
    """Send it once more, to the address that its recipient has now."""
    message_id = await resend_message(ctx, request.path_params["message_id"])
    return redirect(call_of(request), f"{PATH}/{message_id}")

"""Webhooks: list, add, change, test and remove them, change their secrets, and look through their deliveries."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.context import Context
from kalends.actions.messages import webhooks
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_form, draw_screen, refilled
from kalends.console.views.forms import Complaint
from kalends.console.views.tables import page_number, page_of, pager_of
from kalends.console.views.times import Times, times_of
from kalends.console.views.webhooks import (
    DOOR,
    FIELDS,
    PATH,
    deliveries_table,
    delivery_view,
    sent_webhook,
    webhook_form,
    webhook_view,
    webhooks_table,
)
from kalends.engine.query import Filter, Query, Sort
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """The webhooks of all interfaces."""
    check_may(ctx, webhooks.add_webhook)
    table = webhooks_table(await webhooks.list_webhooks(ctx, None), _times(request, ctx))
    return await draw_screen(request, ctx, "webhooks.html", table=table)


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form to add one."""
    check_may(ctx, webhooks.add_webhook)
    return await draw_form(request, ctx, "webhooks.new", webhook_form(None))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Add one, and show its page, which has its secret."""
    sent = await read_fields(request, *FIELDS)
    patch, values = sent_webhook(sent, new=True)
    made, complaint = await attempt(ctx, values, lambda tx: webhooks.add_webhook(tx, DOOR, patch))
    if made is None:
        return await draw_form(request, ctx, "webhooks.new", refilled(request, webhook_form(None), sent, complaint))
    return redirect(call_of(request), f"{PATH}/{made.id}")


async def show(request: WebRequest, ctx: Context) -> Answer:
    """A webhook, with its newest deliveries."""
    check_may(ctx, webhooks.change_webhook)
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change one, or switch it on or off."""
    sent, webhook_id = await read_fields(request, *FIELDS, "version"), _named(request)
    patch, values = sent_webhook(sent, new=False)
    expected = expecting(ctx, "webhook", webhook_id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: webhooks.change_webhook(tx, None, webhook_id, patch))
    if complaint:
        return await _draw(request, ctx, sent, complaint)
    return redirect(call_of(request), f"{PATH}/{webhook_id}")


async def test(request: WebRequest, ctx: Context) -> Answer:
    """Have it called with a test, and show what comes of it."""
    delivery = await webhooks.call_for_test(ctx, _named(request))
    return redirect(call_of(request), f"{PATH}/deliveries/{delivery.id}")


async def rotate(request: WebRequest, ctx: Context) -> Answer:
    """Give it a new secret; the old one counts for a day too."""
    webhook = await webhooks.rotate_secret(ctx, None, _named(request))
    return redirect(call_of(request), f"{PATH}/{webhook.id}")


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """Remove it with its deliveries."""
    await webhooks.remove_webhook(ctx, None, _named(request))
    return redirect(call_of(request), PATH)


async def show_delivery(request: WebRequest, ctx: Context) -> Answer:
    """What was sent to a webhook, and what it answered."""
    check_may(ctx, webhooks.redeliver)
    delivery = await webhooks.get_delivery(ctx, None, request.path_params["delivery_id"])
    view = delivery_view(delivery, _times(request, ctx))
    return await draw_screen(request, ctx, "delivery.html", delivery=view)


async def send_again(request: WebRequest, ctx: Context) -> Answer:
    """Send a delivery once more."""
    delivery = await webhooks.redeliver(ctx, request.path_params["delivery_id"])
    return redirect(call_of(request), f"{PATH}/deliveries/{delivery.id}")


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    webhook = await webhooks.get_webhook(ctx, None, _named(request))
    number = page_number(query_fields(request, "page")["page"])
    of_webhook, newest_first = (Filter("webhook_id", "equal", webhook.id),), (Sort("id", descending=True),)
    page = await webhooks.query_deliveries(ctx, Query(page_of(number), of_webhook, newest_first))
    return await draw_screen(
        request,
        ctx,
        "webhook.html",
        status=422 if complaint else 200,
        webhook=webhook_view(webhook, _times(request, ctx)),
        form=refilled(request, webhook_form(webhook), sent, complaint),
        table=deliveries_table(page.rows, _times(request, ctx)),
        pager=pager_of(f"{PATH}/{webhook.id}", number, page.total),
    )


def _named(request: WebRequest) -> int:
    webhook_id: int = request.path_params["webhook_id"]
    return webhook_id


def _times(request: WebRequest, ctx: Context) -> Times:
    return times_of(ctx, language(call_of(request)))

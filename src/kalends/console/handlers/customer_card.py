"""The card of a customer, and what is done about one with a button. That a card is shown is written down."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from kalends.actions.bookings.cases import list_cases_of
from kalends.actions.bookings.find import list_items
from kalends.actions.catalog.prices import list_groups
from kalends.actions.context import Context
from kalends.actions.customers.change import block_customer, remove_customer, unblock_customer, undelete_customer
from kalends.actions.customers.find import get_customer, list_children
from kalends.actions.customers.history import record_reads
from kalends.actions.messages.bounces import clear_bounced, list_bounced_of
from kalends.console.complaints import complaint_of
from kalends.console.fields import query_fields
from kalends.console.pages import language, text
from kalends.console.screens import draw_screen
from kalends.console.views.customer_card import Relatives, Visits, customer_card
from kalends.console.views.customers import path_of
from kalends.console.views.forms import Complaint, Form
from kalends.console.views.tables import PAGE_SIZE, page_number, page_of, pager_of
from kalends.console.views.times import times_of
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import Duplicate
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

Action: TypeAlias = Callable[[Context, int], Awaitable[Customer]]


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The card."""
    return await _draw(request, ctx)


async def block(request: WebRequest, ctx: Context) -> Answer:
    """Let a customer book no more by themselves."""
    return await _done(request, ctx, block_customer)


async def unblock(request: WebRequest, ctx: Context) -> Answer:
    """Let a blocked customer book again."""
    return await _done(request, ctx, unblock_customer)


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """Hide a customer."""
    return await _done(request, ctx, remove_customer)


async def undelete(request: WebRequest, ctx: Context) -> Answer:
    """Bring a removed customer back, unless somebody has their contacts by now."""
    try:
        return await _done(request, ctx, undelete_customer)
    except Duplicate as refusal:
        return await _draw(request, ctx, complaint_of(refusal, {}))


async def trust(request: WebRequest, ctx: Context) -> Answer:
    """Send messages again to all addresses of a customer that took none."""
    customer = await get_customer(ctx, request.path_params["customer_id"])
    for bounced in await list_bounced_of(ctx, customer):
        await clear_bounced(ctx, bounced.address)
    return redirect(call_of(request), path_of(customer.id))


async def _done(request: WebRequest, ctx: Context, action: Action) -> Answer:
    customer = await action(ctx, request.path_params["customer_id"])
    return redirect(call_of(request), path_of(customer.id))


async def _draw(request: WebRequest, ctx: Context, complaint: Complaint | None = None) -> Answer:
    call = call_of(request)
    customer = await get_customer(ctx, request.path_params["customer_id"])
    await record_reads(ctx, (customer.id,))
    number = page_number(query_fields(request, "page")["page"])
    visits = await _visits(ctx, customer.id, number)
    card = customer_card(
        ctx,
        customer,
        await _relatives(ctx, customer),
        visits,
        cases=await list_cases_of(ctx, customer.id, PAGE_SIZE),
        bounced=await list_bounced_of(ctx, customer),
        times=times_of(ctx, language(call)),
        pager=pager_of(path_of(customer.id), number, visits.past_total),
    )
    refused = Form("", (), "").with_complaint(complaint, lambda message: text(call, message))
    return await draw_screen(
        request, ctx, "customer.html", status=422 if complaint else 200, customer=card, refused=refused
    )


async def _visits(ctx: Context, customer_id: int, page: int) -> Visits:
    rows = page_of(page)
    coming = await list_items(ctx, _items_of(customer_id, ends_after=ctx.now, limit=PAGE_SIZE))
    past = await list_items(
        ctx,
        _items_of(customer_id, ends_before=ctx.now, newest_first=True, limit=rows.limit, offset=rows.offset),
    )
    missed = await list_items(ctx, _items_of(customer_id, statuses=("no_show",), limit=1))
    return Visits(coming.rows, past.rows, past.total, missed.total)


def _items_of(customer_id: int, **conditions: Any) -> ItemQuery:
    return ItemQuery(listing="visible", of_customer_id=customer_id, **conditions)


async def _relatives(ctx: Context, customer: Customer) -> Relatives:
    parent = await get_customer(ctx, customer.parent_id) if customer.parent_id else None
    kept = await get_customer(ctx, customer.merged_into_id) if customer.merged_into_id else None
    groups = {group.id: group.title for group in await list_groups(ctx)} if customer.group_id else {}
    children = await list_children(ctx, customer.id)
    return Relatives(parent, children, kept, groups.get(customer.group_id or 0, ""))

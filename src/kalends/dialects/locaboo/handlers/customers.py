"""Customers and their addresses."""

from kalends.actions.catalog.prices import list_groups
from kalends.actions.context import Context
from kalends.actions.customers import add, change, find
from kalends.dialects.kit.reader import parse_params
from kalends.dialects.locaboo.fields.customers import ADDRESSES, MOST_ADDRESSES, customer
from kalends.dialects.locaboo.fields.view import DOOR, by_id, render_context
from kalends.dialects.locaboo.parse.customers import (
    parse_addresses,
    parse_customer,
    parse_customer_change,
    parse_customer_query,
    without_shown_name,
)
from kalends.dialects.locaboo.render import render, render_done
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /customer_list"""
    query = parse_customer_query(await parse_params(request), ctx)
    page, groups = await find.list_customers(ctx, query), await list_groups(ctx)
    context = render_context(ctx, groups=by_id(groups))
    return render(list(map(customer(context), page.rows)), page.total)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /customer_add"""
    patch = parse_customer(await parse_params(request), ctx)
    added = await add.add_customer(ctx, patch)
    return render_done(added.id, "Successfully Added")


async def update(request: WebRequest, ctx: Context) -> Answer:
    """POST /customer_edit"""
    customer_id, patch = parse_customer_change(await parse_params(request), ctx)
    present = await find.get_customer(ctx, customer_id)
    changed = await change.change_customer(ctx, customer_id, without_shown_name(patch, present))
    return render_done(changed.id, "Edited successfully")


async def add_addresses(request: WebRequest, ctx: Context) -> Answer:
    """POST /customer_address_add"""
    customer_id, addresses = parse_addresses(await parse_params(request), ctx)
    changed = await change.append_details(ctx, customer_id, DOOR, ADDRESSES, addresses, most=MOST_ADDRESSES)
    return render_done(changed.id, "Successfully Added")

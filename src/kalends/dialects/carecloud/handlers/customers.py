"""Customers: listed, shown, made and replaced."""

from kalends.actions.context import Context
from kalends.actions.customers import find
from kalends.actions.customers.passwords import add_customer_with_password, change_customer_with_password
from kalends.dialects.carecloud.fields.view import RenderContext, load_context
from kalends.dialects.carecloud.parse.customers import parse_list, parse_new, parse_replace
from kalends.dialects.carecloud.render import NO_CONTENT, created, render_customer, render_customers
from kalends.dialects.kit.reader import parse_params, parse_query
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /customers"""
    context = await load_context(request, ctx)
    query = parse_list(parse_query(request), context)
    return render_customers(await find.query_customers(ctx, query), context)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /customers/{customer_id}"""
    context = await load_context(request, ctx)
    return render_customer(await find.get_customer(ctx, _path_id(request, context)), context)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /customers"""
    context = await load_context(request, ctx)
    new = parse_new(await parse_params(request), context)
    customer = await add_customer_with_password(ctx, new.patch, new.password)
    return created("customer_id", context.opaque_ids.encode("customer", customer.id))


async def replace(request: WebRequest, ctx: Context) -> Answer:
    """PUT /customers/{customer_id}"""
    context = await load_context(request, ctx)
    customer = await find.get_customer(ctx, _path_id(request, context))
    replaced = parse_replace(await parse_params(request), context, customer)
    await change_customer_with_password(ctx, customer.id, replaced.patch, replaced.password)
    return NO_CONTENT


def _path_id(request: WebRequest, context: RenderContext) -> int:
    return context.opaque_ids.parse("customer", request.path_params["customer_id"])

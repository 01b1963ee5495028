"""People, one by one and listed."""

from collections.abc import Awaitable, Callable

from kalends.actions import customers
from kalends.actions.context import Context
from kalends.actions.merge import merge_customers
from kalends.dialects.kit.reader import parse_id, parse_params, parse_query
from kalends.dialects.makeplans.fields.view import view_of
from kalends.dialects.makeplans.parse.people import (
    parse_customer_query,
    parse_merged,
    parse_person,
    parse_person_change,
)
from kalends.dialects.makeplans.render import paged, render_people, render_person
from kalends.engine.people import Customer
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest


def listing(*, with_deleted: bool = False) -> Handler:
    """The handler of one of the listings."""

    async def list_people(request: WebRequest, ctx: Context) -> Answer:
        query, paging = parse_customer_query(parse_query(request), ctx, with_deleted=with_deleted)
        page = await customers.list_customers(ctx, query)
        return paged(render_people(page.rows, view_of(ctx)), request, paging, page)

    return list_people


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /people/{person_id}"""
    found = await customers.get_customer(ctx, id_of(request))
    return render_person(found, view_of(ctx))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /people"""
    patch = parse_person(await parse_params(request), ctx)
    made = await customers.add_customer(ctx, patch)
    return render_person(made, view_of(ctx))


async def update(request: WebRequest, ctx: Context) -> Answer:
    """PUT /people/{person_id}"""
    patch = parse_person_change(await parse_params(request), ctx)
    changed = await customers.change_customer(ctx, id_of(request), patch)
    return render_person(changed, view_of(ctx))


def advancing(act: Callable[[Context, int], Awaitable[Customer]]) -> Handler:
    """The handler of what may be done with a person as it is."""

    async def advance(request: WebRequest, ctx: Context) -> Answer:
        changed = await act(ctx, id_of(request))
        return render_person(changed, view_of(ctx))

    return advance


async def merge(request: WebRequest, ctx: Context) -> Answer:
    """POST /people/{person_id}/merge"""
    params = await parse_params(request)
    merged_id, patch = parse_merged(params, ctx), parse_person_change(params, ctx)
    kept = await merge_customers(ctx, id_of(request), merged_id, patch)
    return render_person(kept, view_of(ctx))


async def children(request: WebRequest, ctx: Context) -> Answer:
    """GET /people/{person_id}/children"""
    found = await customers.list_children(ctx, id_of(request))
    return render_people(found, view_of(ctx))


def id_of(request: WebRequest) -> int:
    """The id in the path. Raises NotFound."""
    return parse_id(request.path_params["person_id"], "customer")

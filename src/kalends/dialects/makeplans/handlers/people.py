"""People, one by one and listed."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from kalends.actions.context import Context
from kalends.actions.customers import add, change, find
from kalends.actions.customers.merge import merge_customers
from kalends.dialects.kit.objects import ObjectHandlers
from kalends.dialects.kit.paging import Paging
from kalends.dialects.kit.reader import parse_params
from kalends.dialects.makeplans.fields.view import RenderContext, render_context
from kalends.dialects.makeplans.parse.people import (
    parse_customer_query,
    parse_merged,
    parse_person,
    parse_person_change,
)
from kalends.dialects.makeplans.render import paged, render_people, render_person
from kalends.engine.customers.customer import Customer
from kalends.engine.query import Page
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest


async def _look_up(ctx: Context, people: Sequence[Customer], params: Mapping[str, Any]) -> RenderContext:
    return render_context(ctx)


def _render_page(request: WebRequest, page: Page[Customer], paging: Paging, view: RenderContext) -> Answer:
    return paged(render_people(page.rows, view), request, paging, page)


PEOPLE = ObjectHandlers("person_id", "customer", _look_up, render_person)

show = PEOPLE.show(find.get_customer)
create = PEOPLE.create(parse_person, add.add_customer)
update = PEOPLE.update(parse_person_change, change.change_customer)
advancing = PEOPLE.act


def listing(*, with_deleted: bool = False) -> Handler:
    """The handler of one of the listings."""
    parse = partial(parse_customer_query, with_deleted=with_deleted)
    return PEOPLE.list_pages(parse, find.list_customers, _render_page)


async def merge(request: WebRequest, ctx: Context) -> Answer:
    """POST /people/{person_id}/merge"""
    params = await parse_params(request)
    merged_id, patch = parse_merged(params, ctx), parse_person_change(params, ctx)
    return await PEOPLE.answer(ctx, await merge_customers(ctx, PEOPLE.id_of(request), merged_id, patch))


async def children(request: WebRequest, ctx: Context) -> Answer:
    """GET /people/{person_id}/children"""
    return render_people(await find.list_children(ctx, PEOPLE.id_of(request)), render_context(ctx))

"""People: enough to create and read them."""

from kalends.actions import customers
from kalends.actions.context import Context
from kalends.dialects.makeplans.fields.view import view_of
from kalends.dialects.makeplans.parse.people import parse_customer_query, parse_person
from kalends.dialects.makeplans.parse.reader import parse_id, parse_params, parse_query
from kalends.dialects.makeplans.render import paged, render_people, render_person
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
    found = await customers.get_customer(ctx, parse_id(request.path_params["person_id"], "customer"))
    return render_person(found, view_of(ctx))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """POST /people"""
    fields = parse_person(await parse_params(request), ctx)
    made = await customers.add_customer(ctx, fields)
    return render_person(made, view_of(ctx))

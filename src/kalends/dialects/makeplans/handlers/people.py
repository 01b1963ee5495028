"""People: customers, one by one and listed."""

from functools import partial

from kalends.actions.context import Context
from kalends.actions.customers import add, change, find
from kalends.actions.customers.merge import merge_customers
from kalends.dialects.kit.objects import ObjectHandlers
from kalends.dialects.makeplans.fields.view import render_context, without_look_up
from kalends.dialects.makeplans.parse.people import (
    parse_customer_query,
    parse_merge,
    parse_person,
    parse_person_change,
)
from kalends.dialects.makeplans.render import render_people, render_people_page, render_person
from kalends.web.auth import Handler
from kalends.web.door import Answer, WebRequest

PEOPLE = ObjectHandlers("person_id", "customer", without_look_up, render_person)

show = PEOPLE.show(find.get_customer)
create = PEOPLE.create(parse_person, add.add_customer)
update = PEOPLE.update(parse_person_change, change.change_customer)
remove = PEOPLE.act(change.remove_customer)
block = PEOPLE.act(change.block_customer)
unblock = PEOPLE.act(change.unblock_customer)
undelete = PEOPLE.act(change.undelete_customer)
merge = PEOPLE.update(
    parse_merge, lambda ctx, person_id, merge: merge_customers(ctx, person_id, merge.merged_id, merge.patch)
)


def listing(*, with_deleted: bool = False) -> Handler:
    """The handler that lists people."""
    return PEOPLE.list_pages(
        partial(parse_customer_query, with_deleted=with_deleted), find.list_customers, render_people_page
    )


async def children(request: WebRequest, ctx: Context) -> Answer:
    """GET /people/{person_id}/children"""
    people = await find.list_children(ctx, PEOPLE.id_of(request))
    return render_people(people, render_context(ctx))

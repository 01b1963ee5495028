"""To whom a customer belongs, such as a child to its mother: look for them, and choose."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.context import Context
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.find import get_customer
from kalends.actions.customers.history import record_reads
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.handlers.customers import alive
from kalends.console.people import search_people
from kalends.console.screens import draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.customer_parent import parent_form
from kalends.console.views.customers import customer_name, path_of
from kalends.console.views.forms import Complaint
from kalends.console.views.tables import PAGE_SIZE
from kalends.engine.customers.customer import CustomerPatch
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_NAMES = {"customer": "parent_id"}


async def show(request: WebRequest, ctx: Context) -> Answer:
    """Those who are searched for, at first those of the same last name."""
    check_may(ctx, change_customer)
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Have the customer belong to another, or to nobody."""
    customer, sent = await alive(ctx, request), await read_fields(request, "parent_id", "version")
    values = Values(sent)
    patch = CustomerPatch(parent_id=values.id("parent_id"))
    expected = expecting(ctx, "customer", customer.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_customer(tx, customer.id, patch), _NAMES)
    return await _draw(request, ctx, sent, complaint) if complaint else redirect(call_of(request), path_of(customer.id))


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    customer, asked = await alive(ctx, request), query_fields(request, "q")["q"].strip()
    parent = await get_customer(ctx, customer.parent_id) if customer.parent_id else None
    await record_reads(ctx, (customer.id, customer.parent_id))
    words = asked or customer.last_name
    form = parent_form(customer, parent, await search_people(ctx, words, PAGE_SIZE) if words else [])
    return await draw_screen(
        request,
        ctx,
        "customer_parent.html",
        status=422 if complaint else 200,
        name=customer_name(customer),
        back=path_of(customer.id),
        action=path_of(customer.id, "parent"),
        words=asked,
        form=refilled(request, form, sent, complaint),
    )

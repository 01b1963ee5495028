"""Customers: look for them, add, show and change them."""

from collections.abc import Mapping

import msgspec

from kalends.actions.access import check_may, may
from kalends.actions.catalog.prices import list_groups
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.find import find_doubles, get_customer, query_customers
from kalends.actions.customers.history import record_reads
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_form, draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.customers import (
    ANYWAY,
    FIELDS,
    PATH,
    customer_form,
    customer_name,
    customers_table,
    new_customer_form,
    path_of,
    sent_customer,
)
from kalends.console.views.forms import Complaint, Words
from kalends.console.views.tables import choices_of, page_number, page_of, pager_of
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.query import Filter, Query, Sort
from kalends.engine.refusals import NotFound
from kalends.notices.texts import Message
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_LISTS = (("", "customers.alive"), ("blocked", "customers.blocked"), ("deleted", "customers.deleted"))
_FILTERS = {
    "": (Filter("deleted_at", "is_null"),),
    "blocked": (Filter("deleted_at", "is_null"), Filter("is_blocked", "equal", True)),
    "deleted": (Filter("deleted_at", "not_null"),),
}
_NONE = {"blocked": "customers.none_blocked", "deleted": "customers.none_deleted"}
_MOST_COUNTED = 10_000


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """A page of the customers who are searched for; of all, those who were added last come first."""
    asked = query_fields(request, "q", "which", "page")
    number, words = page_number(asked["page"]), asked["q"].strip()
    order = (Sort("last_name"), Sort("first_name")) if words else (Sort("id", descending=True),)
    filters = _FILTERS.get(asked["which"], _FILTERS[""])
    page = await query_customers(ctx, Query(page_of(number), filters, order, count=_MOST_COUNTED), words or None)
    return await draw_screen(
        request,
        ctx,
        "customers.html",
        table=customers_table(
            page.rows, "customers.none_found" if words else _NONE.get(asked["which"], "customers.none")
        ),
        words=words,
        which=asked["which"],
        choices=choices_of(PATH, "which", asked["which"], _LISTS),
        pager=pager_of(PATH, number, page.total, q=words, which=asked["which"]),
        may_add=may(ctx, add_customer),
    )


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form to add a customer; the query may say to whom they belong."""
    check_may(ctx, add_customer)
    parent = await _parent(ctx, query_fields(request, "parent"))
    form = new_customer_form(await list_groups(ctx), language(call_of(request)), parent)
    return await draw_form(request, ctx, _title(parent), form)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Add a customer; before somebody is added who looks like one who is there, ask."""
    sent = await read_fields(request, *FIELDS, "parent")
    parent = await _parent(ctx, sent)
    patch, values = sent_customer(sent)
    patch = msgspec.structs.replace(patch, parent_id=parent.id) if parent else patch
    doubles, complaint = await _doubles_of(ctx, values, patch)
    if complaint is None:
        customer, complaint = await attempt(ctx, values, lambda tx: add_customer(tx, patch))
        if customer:
            return redirect(call_of(request), path_of(customer.id))
    asks = bool(doubles) and not ctx.account.policy.unique_contacts
    form = new_customer_form(await list_groups(ctx), language(call_of(request)), parent, asks=asks)
    return await draw_screen(
        request,
        ctx,
        "customer_form.html",
        status=422,
        title=_title(parent),
        hint="",
        saved=False,
        form=refilled(request, form, sent, complaint),
        doubles=customers_table(doubles),
    )


async def edit(request: WebRequest, ctx: Context) -> Answer:
    """The form to change a customer, who is thereby shown."""
    check_may(ctx, change_customer)
    customer = await alive(ctx, request)
    await record_reads(ctx, (customer.id,))
    return await _draw_form(request, ctx, customer)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change a customer."""
    customer = await alive(ctx, request)
    sent = await read_fields(request, *FIELDS, "version")
    patch, values = sent_customer(sent)
    expected = expecting(ctx, "customer", customer.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_customer(tx, customer.id, patch))
    if complaint:
        return await _draw_form(request, ctx, customer, sent, complaint)
    return redirect(call_of(request), path_of(customer.id))


async def _parent(ctx: Context, sent: Mapping[str, str]) -> Customer | None:
    """To whom the new customer belongs; None is nobody. Raises NotFound(customer)."""
    customer_id = Values(sent).id("parent")
    return await get_customer(ctx, customer_id) if customer_id else None


def _title(parent: Customer | None) -> Words:
    return Message("customers.new_child", {"name": customer_name(parent)}) if parent else "customers.new"


async def alive(ctx: Context, request: WebRequest, name: str = "customer_id") -> Customer:
    """The customer whom the path names. Raises NotFound(customer), also if it is deleted."""
    customer = await get_customer(ctx, request.path_params[name])
    if customer.deleted_at:
        raise NotFound("customer", customer.id)
    return customer


async def _draw_form(
    request: WebRequest,
    ctx: Context,
    customer: Customer,
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    form = customer_form(customer, await list_groups(ctx), language(call_of(request)))
    title = Message("customers.edit_whom", {"name": customer_name(customer)})
    return await draw_form(request, ctx, title, refilled(request, form, sent, complaint))


async def _doubles_of(ctx: Context, values: Values, patch: CustomerPatch) -> tuple[list[Customer], Complaint | None]:
    """Who looks like the customer who is to be added, and the complaint that they do; nobody, if it is somebody else
    all the same."""
    if values.flag(ANYWAY):
        return [], None
    doubles, complaint = await attempt(ctx, values, lambda tx: find_doubles(tx, patch))
    if doubles:
        is_unique = ctx.account.policy.unique_contacts
        complaint = Complaint(whole=Message("customers.is_there" if is_unique else "customers.looks_like"))
    return doubles or [], complaint

"""Merge a double into a customer: find it, compare both, merge them."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.context import Context
from kalends.actions.customers.find import find_doubles
from kalends.actions.customers.history import record_reads
from kalends.actions.customers.merge import merge_customers
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.handlers.customers import alive
from kalends.console.pages import language
from kalends.console.people import search_people
from kalends.console.screens import draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.customer_merge import NAMES, doubles_table, kept_values, merge_form
from kalends.console.views.customers import customer_name, path_of
from kalends.console.views.forms import Complaint
from kalends.console.views.tables import PAGE_SIZE
from kalends.console.views.times import times_of
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.refusals import NotFound
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def choose(request: WebRequest, ctx: Context) -> Answer:
    """Who may be the same as a customer: those with the same contacts or name, or who are searched for."""
    check_may(ctx, merge_customers)
    customer = await alive(ctx, request)
    words = query_fields(request, "q")["q"].strip()
    found = await search_people(ctx, words, PAGE_SIZE) if words else await _alike(ctx, customer)
    doubles = [double for double in found if double.id != customer.id]
    return await draw_screen(
        request,
        ctx,
        "customer_doubles.html",
        name=customer_name(customer),
        back=path_of(customer.id),
        action=path_of(customer.id, "merge"),
        words=words,
        table=doubles_table(customer, doubles),
    )


async def compare(request: WebRequest, ctx: Context) -> Answer:
    """Both side by side, with the form to merge them."""
    check_may(ctx, merge_customers)
    return await _draw(request, ctx)


async def merge(request: WebRequest, ctx: Context) -> Answer:
    """Merge them, and show the card of the customer that is kept."""
    sent = await read_fields(request, *NAMES, "version")
    customer, double = await _both(ctx, request)
    patch = kept_values(customer, double, sent)
    expected = expecting(ctx, "customer", customer.id, sent["version"])
    _, complaint = await attempt(expected, Values(sent), lambda tx: merge_customers(tx, customer.id, double.id, patch))
    return await _draw(request, ctx, sent, complaint) if complaint else redirect(call_of(request), path_of(customer.id))


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    customer, double = await _both(ctx, request)
    await record_reads(ctx, (customer.id, double.id))
    form = merge_form(customer, double, times_of(ctx, language(call_of(request))))
    return await draw_screen(
        request,
        ctx,
        "customer_merge.html",
        status=422 if complaint else 200,
        name=customer_name(customer),
        double=customer_name(double),
        form=refilled(request, form, sent, complaint),
    )


async def _both(ctx: Context, request: WebRequest) -> tuple[Customer, Customer]:
    params = request.path_params
    if params["customer_id"] == params["double_id"]:
        raise NotFound("customer", params["double_id"])
    return await alive(ctx, request), await alive(ctx, request, "double_id")


async def _alike(ctx: Context, customer: Customer) -> list[Customer]:
    """Those with the same contacts, and then those with the same name."""
    same = await find_doubles(ctx, CustomerPatch(email=customer.email, phone=customer.phone))
    named = await search_people(ctx, customer.name, PAGE_SIZE) if customer.name else []
    return list({double.id: double for double in (*same, *named)}.values())

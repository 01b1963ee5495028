"""Cases of customers: add, show, change and archive them. That one was shown is written down for its customer."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.bookings.cases import add_case_of_items, change_case_of_items, list_case_items
from kalends.actions.bookings.find import list_items
from kalends.actions.context import Context
from kalends.actions.customers.cases import archive_case, get_case
from kalends.actions.customers.find import get_customer
from kalends.actions.customers.history import record_reads
from kalends.console.fields import attempt, expecting, read_fields
from kalends.console.handlers.customers import alive
from kalends.console.pages import language
from kalends.console.screens import draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.cases import FIELDS, MANY, case_form, new_case_form, sent_case, sent_items
from kalends.console.views.customers import customer_name, path_of
from kalends.console.views.forms import Complaint, Form, Words, own_name
from kalends.console.views.tables import PAGE_SIZE
from kalends.console.views.times import Times, times_of
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.case import CustomerCase
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import NotFound
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_NAMES = {"item": "items"}


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form to add one."""
    check_may(ctx, add_case_of_items)
    return await _draw_new(request, ctx)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Add one, and show the card of its customer."""
    customer, sent = await alive(ctx, request), await read_fields(request, *FIELDS, many=MANY)
    values = Values(sent)
    patch, item_ids = sent_case(values, customer.id), sent_items(values, (), ())
    _, complaint = await attempt(ctx, values, lambda tx: add_case_of_items(tx, patch, item_ids), _NAMES)
    if complaint:
        return await _draw_new(request, ctx, sent, complaint)
    return redirect(call_of(request), path_of(customer.id))


async def show(request: WebRequest, ctx: Context) -> Answer:
    """One, with the form to change it."""
    check_may(ctx, change_case_of_items)
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change one, and which items are part of it."""
    case, sent = await _case(ctx, request), await read_fields(request, *FIELDS, "version", many=MANY)
    values = Values(sent)
    shown_ids = [view.item.id for view in await _items(ctx, case.customer_id)]
    patch, item_ids = sent_case(values), sent_items(values, shown_ids, await _part_ids(ctx, case))
    expected = expecting(ctx, "customer_case", case.id, sent["version"])
    _, complaint = await attempt(
        expected, values, lambda tx: change_case_of_items(tx, case.id, patch, item_ids), _NAMES
    )
    if complaint:
        return await _draw(request, ctx, sent, complaint)
    return redirect(call_of(request), path_of(case.customer_id))


async def archive(request: WebRequest, ctx: Context) -> Answer:
    """Hide one; what was booked for it stays."""
    case = await archive_case(ctx, request.path_params["case_id"])
    return redirect(call_of(request), path_of(case.customer_id))


async def _case(ctx: Context, request: WebRequest) -> CustomerCase:
    case = await get_case(ctx, request.path_params["case_id"])
    if case.archived_at:
        raise NotFound("case", case.id)
    return case


async def _items(ctx: Context, customer_id: int) -> list[ItemView]:
    """The latest items of the customer, the newest first."""
    query = ItemQuery(listing="visible", customer_ids=(customer_id,), newest_first=True, limit=PAGE_SIZE)
    return (await list_items(ctx, query)).rows


async def _part_ids(ctx: Context, case: CustomerCase) -> tuple[int, ...]:
    return (await list_case_items(ctx, [case.id])).get(case.id, ())


async def _draw_new(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    customer = await alive(ctx, request)
    form = new_case_form(customer.id, await _items(ctx, customer.id), _times(request, ctx))
    return await _draw_form(request, ctx, customer, "cases.new", refilled(request, form, sent, complaint))


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    case = await _case(ctx, request)
    customer, items = await get_customer(ctx, case.customer_id), await _items(ctx, case.customer_id)
    form = case_form(case, items, await _part_ids(ctx, case), _times(request, ctx))
    form, remove = refilled(request, form, sent, complaint), f"/cases/{case.id}/archive"
    return await _draw_form(request, ctx, customer, own_name(case.name), form, remove)


async def _draw_form(
    request: WebRequest, ctx: Context, customer: Customer, title: Words, form: Form, remove: str = ""
) -> Answer:
    await record_reads(ctx, (customer.id,))
    return await draw_screen(
        request,
        ctx,
        "case.html",
        status=422 if form.refused else 200,
        title=title,
        name=customer_name(customer),
        form=form,
        remove=remove,
    )


def _times(request: WebRequest, ctx: Context) -> Times:
    return times_of(ctx, language(call_of(request)))

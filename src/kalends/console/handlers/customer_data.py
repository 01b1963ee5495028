"""What the law asks about customers: who has seen and changed what, an export of all that is known, erasure."""

from kalends.actions.access import check_may
from kalends.actions.accounts.actors import actor_names
from kalends.actions.context import Context
from kalends.actions.customers.erase import erase_customer
from kalends.actions.customers.export import export_customer
from kalends.actions.customers.find import get_customer
from kalends.actions.customers.history import customer_history
from kalends.console.fields import attempt, missing, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.customer_history import history_table
from kalends.console.views.customers import customer_name, path_of
from kalends.console.views.forms import Complaint, Field, Form
from kalends.console.views.times import times_of
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_SURE = Field("sure", "customers.sure", kind="checkbox")


async def history(request: WebRequest, ctx: Context) -> Answer:
    """Who has seen and changed what about a customer."""
    customer_id = request.path_params["customer_id"]
    customer, entries = await get_customer(ctx, customer_id), await customer_history(ctx, customer_id)
    names = await actor_names(ctx, (entry.actor for entry in entries))
    return await draw_screen(
        request,
        ctx,
        "customer_history.html",
        name=customer_name(customer),
        back=path_of(customer_id),
        table=history_table(entries, names, times_of(ctx, language(call_of(request)))),
    )


async def export(request: WebRequest, ctx: Context) -> Answer:
    """All that is known of a customer, as a file; that it was read is written down."""
    exported = await export_customer(ctx, request.path_params["customer_id"])
    name = ("content-disposition", f'attachment; filename="customer-{exported.customer.id}.json"')
    write = next(door.write_export for door in call_of(request).key_doors if door.write_export)
    return Answer(200, write(exported, ctx.zone), "application/json", headers=(name,))


async def ask_erase(request: WebRequest, ctx: Context) -> Answer:
    """What is gone and what stays when a customer is erased, with the button."""
    check_may(ctx, erase_customer)
    return await _draw(request, ctx)


async def erase(request: WebRequest, ctx: Context) -> Answer:
    """Erase a customer for good."""
    customer_id, sent = request.path_params["customer_id"], await read_fields(request, "sure")
    complaint = missing(sent, ("sure",))
    if complaint is None:
        _, complaint = await attempt(ctx, Values(sent), lambda tx: erase_customer(tx, customer_id))
    return await _draw(request, ctx, complaint) if complaint else redirect(call_of(request), path_of(customer_id))


async def _draw(request: WebRequest, ctx: Context, complaint: Complaint | None = None) -> Answer:
    customer = await get_customer(ctx, request.path_params["customer_id"])
    path = path_of(customer.id)
    form = Form(f"{path}/erase", (_SURE,), "customers.erase_now", back=path, danger=True)
    return await draw_screen(
        request,
        ctx,
        "customer_erase.html",
        status=422 if complaint else 200,
        name=customer_name(customer),
        form=refilled(request, form, {}, complaint),
    )

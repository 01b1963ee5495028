"""The login of a customer, for apps in which they log in: give one, a new password, or end it."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.context import Context
from kalends.actions.customers.history import record_reads
from kalends.actions.customers.logins import end_customer_login, find_customer_login, give_customer_login
from kalends.console.fields import attempt, read_fields
from kalends.console.handlers.customers import alive
from kalends.console.screens import draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.customers import customer_name, path_of
from kalends.console.views.forms import Complaint, Field, Form, once
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def show(request: WebRequest, ctx: Context) -> Answer:
    """What they log in with, if they do, with the form to give it."""
    check_may(ctx, give_customer_login)
    return await _draw(request, ctx)


async def give(request: WebRequest, ctx: Context) -> Answer:
    """Give them a login with a new password, and show it, once."""
    customer, sent = await alive(ctx, request), await read_fields(request, "login")
    login = sent["login"].strip()
    password, complaint = await attempt(ctx, Values(sent), lambda tx: give_customer_login(tx, customer.id, login))
    if password is None:
        return await _draw(request, ctx, sent, complaint)
    back = path_of(customer.id, "login")
    return await draw_screen(
        request, ctx, "secret.html", title="customerlogin.given", name=login, secret=password, back=back
    )


async def end(request: WebRequest, ctx: Context) -> Answer:
    """Have them not log in any more."""
    customer = await alive(ctx, request)
    if await find_customer_login(ctx, customer.id):
        await end_customer_login(ctx, customer.id)
    return redirect(call_of(request), path_of(customer.id))


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    customer = await alive(ctx, request)
    await record_reads(ctx, (customer.id,))
    login, path = await find_customer_login(ctx, customer.id), path_of(customer.id, "login")
    value = (login.name if login else "") or customer.email or ""
    field = Field("login", "customerlogin.login", value=value, hint="customerlogin.login_hint")
    submit = "customerlogin.renew" if login else "customerlogin.give"
    form = refilled(request, Form(path, (field,), submit, hidden=once(), back=path_of(customer.id)), sent, complaint)
    return await draw_screen(
        request,
        ctx,
        "customer_login.html",
        status=422 if complaint else 200,
        name=customer_name(customer),
        has_login=login is not None,
        form=form,
        end=f"{path}/end",
    )

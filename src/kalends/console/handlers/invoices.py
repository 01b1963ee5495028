"""Invoices: list, show, draw, note as paid, cancel and credit them."""

from kalends.actions.access import check_may, may
from kalends.actions.billing.correct import cancel_invoice, credit_invoice
from kalends.actions.billing.invoices import draw_invoice, find_invoice, get_invoice, pay_invoice
from kalends.actions.billing.issue import issue_invoice
from kalends.actions.billing.query import query_invoices
from kalends.actions.context import Context
from kalends.console.fields import attempt, query_fields, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_form, draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.corrections import (
    AMOUNT,
    cancellation_form,
    credit_form,
    names_of,
    rates_of,
    sent_credit,
)
from kalends.console.views.forms import Complaint
from kalends.console.views.invoices import (
    LISTS,
    PATH,
    invoice_view,
    invoices_query,
    invoices_table,
    payment_form,
)
from kalends.console.views.tables import choices_of, page_number, pager_of
from kalends.console.views.times import Times, times_of
from kalends.engine.billing.invoice import Invoice
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import instant
from kalends.notices.texts import Message
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect
from kalends.web.pdf import pdf_answer


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """The invoices, the newest first; or the one whose number was asked for."""
    asked = query_fields(request, "standing", "customer", "page", "number")
    if asked["number"].strip() and (found := await _find(ctx, asked["number"].strip())):
        return redirect(call_of(request), f"{PATH}/{found.id}")
    number, customer = page_number(asked["page"]), Values(asked).id("customer")
    page = await query_invoices(ctx, invoices_query(number, asked["standing"], customer or None))
    return await draw_screen(
        request,
        ctx,
        "invoices.html",
        table=invoices_table(page.rows, _times(request, ctx)),
        choices=choices_of(PATH, "standing", asked["standing"], LISTS),
        pager=pager_of(PATH, number, page.total, standing=asked["standing"], customer=asked["customer"]),
        number=asked["number"],
        may_issue=may(ctx, issue_invoice),
    )


async def show(request: WebRequest, ctx: Context) -> Answer:
    """An invoice, with what can be done with it."""
    return await _draw(request, ctx, await _named(request, ctx))


async def draw(request: WebRequest, ctx: Context) -> Answer:
    """The invoice as a PDF."""
    invoice = await _named(request, ctx)
    return pdf_answer(await draw_invoice(ctx, invoice), invoice.file)


async def pay(request: WebRequest, ctx: Context) -> Answer:
    """Note when and how it was paid."""
    sent = await read_fields(request, "paid_on", "payment_method")
    invoice, values = await _named(request, ctx), Values(sent)
    day, method = values.day("paid_on", ctx.today), values.text("payment_method") or None
    at = instant(day, 0, ctx.zone) if day else ctx.now
    _, complaint = await attempt(ctx, values, lambda tx: pay_invoice(tx, invoice.id, min(at, ctx.now), method))
    if complaint:
        return await _draw(request, ctx, invoice, sent, complaint)
    return redirect(call_of(request), f"{PATH}/{invoice.id}")


async def unpay(request: WebRequest, ctx: Context) -> Answer:
    """Note that it was not paid after all."""
    invoice = await pay_invoice(ctx, request.path_params["invoice_id"], None)
    return redirect(call_of(request), f"{PATH}/{invoice.id}")


async def ask_to_cancel(request: WebRequest, ctx: Context) -> Answer:
    """The form to cancel it."""
    check_may(ctx, cancel_invoice)
    invoice = await _named(request, ctx)
    form = cancellation_form(invoice)
    return await draw_form(request, ctx, _title("invoices.cancel_title", invoice), form, "invoices.cancel_hint")


async def cancel(request: WebRequest, ctx: Context) -> Answer:
    """Issue a cancellation, and show it."""
    sent = await read_fields(request, "text")
    invoice, values = await _named(request, ctx), Values(sent)
    made, complaint = await attempt(ctx, values, lambda tx: cancel_invoice(tx, invoice.id, values.text("text")))
    if made is None:
        form = refilled(request, cancellation_form(invoice), sent, complaint)
        return await draw_form(request, ctx, _title("invoices.cancel_title", invoice), form, "invoices.cancel_hint")
    return redirect(call_of(request), f"{PATH}/{made.id}")


async def ask_to_credit(request: WebRequest, ctx: Context) -> Answer:
    """The form to credit a part of it."""
    check_may(ctx, credit_invoice)
    invoice = await _named(request, ctx)
    form = credit_form(invoice, _times(request, ctx))
    return await draw_form(request, ctx, _title("invoices.credit_title", invoice), form, "invoices.credit_hint")


async def credit(request: WebRequest, ctx: Context) -> Answer:
    """Issue a credit note, and show it."""
    invoice = await _named(request, ctx)
    amounts = [f"{AMOUNT}{rate}" for rate in rates_of(invoice)]
    sent = await read_fields(request, "text", "amounts_title", *amounts, many=("positions",))
    given, values = sent_credit(invoice, sent)
    reason, names = values.text("text"), names_of(sent)
    made, complaint = await attempt(ctx, values, lambda tx: credit_invoice(tx, invoice.id, given, reason), names)
    if made is None:
        form = refilled(request, credit_form(invoice, _times(request, ctx)), sent, complaint)
        return await draw_form(request, ctx, _title("invoices.credit_title", invoice), form, "invoices.credit_hint")
    return redirect(call_of(request), f"{PATH}/{made.id}")


async def _named(request: WebRequest, ctx: Context) -> Invoice:
    return await get_invoice(ctx, request.path_params["invoice_id"])


async def _find(ctx: Context, number: str) -> Invoice | None:
    try:
        return await find_invoice(ctx, number.upper())
    except NotFound:
        return None


async def _draw(
    request: WebRequest,
    ctx: Context,
    invoice: Invoice,
    sent: dict[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    return await draw_screen(
        request,
        ctx,
        "invoice.html",
        status=422 if complaint else 200,
        invoice=invoice_view(invoice, ctx, _times(request, ctx)),
        form=refilled(request, payment_form(invoice, ctx), sent, complaint),
    )


def _title(key: str, invoice: Invoice) -> Message:
    return Message(key, {"number": invoice.number_text})


def _times(request: WebRequest, ctx: Context) -> Times:
    return times_of(ctx, language(call_of(request)))

"""Issue an invoice: say what it is about, see what it would be, and issue it."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.billing.issue import InvoiceDraft, draft_invoice, issue_invoice
from kalends.actions.context import Context
from kalends.actions.customers.find import get_customer
from kalends.console.complaints import joined
from kalends.console.fields import attempt, query_fields, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_screen, refilled
from kalends.console.views.forms import Complaint, Form
from kalends.console.views.invoices import PATH
from kalends.console.views.new_invoice import (
    NAMES,
    SELECTED,
    TERMS,
    draft_view,
    is_selected,
    selection_fields,
    sent_selection,
    sent_terms,
    terms_form,
)
from kalends.console.views.times import times_of
from kalends.engine.billing.invoice import Invoice
from kalends.engine.refusals import NotFound, Stale
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def show(request: WebRequest, ctx: Context) -> Answer:
    """Ask what it is about, or show what it would be."""
    check_may(ctx, issue_invoice)
    return await _draw(request, ctx, query_fields(request, *SELECTED))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Issue the invoice that was seen, and show it; or what keeps it from being issued."""
    sent = await read_fields(request, *SELECTED, *TERMS, "seen")
    selection, values = sent_selection(sent)
    terms = sent_terms(values)

    async def issue(tx: Context) -> Invoice:
        draft = await draft_invoice(tx, selection)
        if str(draft.invoice.total) != sent["seen"]:
            raise Stale()
        return await issue_invoice(tx, selection, terms)

    invoice, complaint = await attempt(ctx, values, issue, NAMES)
    if invoice is None:
        return await _draw(request, ctx, sent, complaint)
    return redirect(call_of(request), f"{PATH}/{invoice.id}")


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str], complaint: Complaint | None = None
) -> Answer:
    draft, found = await _draft(ctx, sent)
    complaint = joined(complaint, found) if complaint and found else complaint or found
    form = terms_form(sent, draft) if draft else Form(PATH, selection_fields(sent, ctx), "invoices.see")
    customer = draft.invoice.customer.name if draft else await _customer_name(ctx, sent["customer"])
    return await draw_screen(
        request,
        ctx,
        "new_invoice.html",
        status=422 if complaint else 200,
        form=refilled(request, form, sent if complaint else None, complaint),
        draft=draft_view(draft, ctx, times_of(ctx, language(call_of(request)))) if draft else None,
        customer=customer,
        customer_id=sent["customer"],
    )


async def _draft(ctx: Context, sent: Mapping[str, str]) -> tuple[InvoiceDraft | None, Complaint | None]:
    """What the invoice would be with the usual terms, if it is said what it is about."""
    if not is_selected(sent):
        return None, None
    selection, values = sent_selection(sent)
    return await attempt(ctx, values, lambda tx: draft_invoice(tx, selection), NAMES)


async def _customer_name(ctx: Context, sent: str) -> str:
    try:
        customer = await get_customer(ctx, int(sent)) if sent.isdecimal() and len(sent) < 16 else None
    except NotFound:
        return ""
    return customer.name if customer else ""

"""Invoices: preview, issue, list, show, draw, pay and take them back."""

from functools import partial
from typing import Any

from msgspec import UNSET

from kalends.actions.billing.correct import cancel_invoice, credit_invoice, draft_credit
from kalends.actions.billing.invoices import draw_invoice, get_invoice, pay_invoice
from kalends.actions.billing.issue import draft_invoice, issue_invoice
from kalends.actions.billing.query import query_invoices
from kalends.actions.context import Context
from kalends.api.expansions import OF_INVOICES
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Media, Operation, Received, Tracked, answered
from kalends.api.schemas.invoice_inputs import (
    Cancellation,
    CreditNoteInput,
    InvoiceInput,
    InvoicePath,
    ListInvoices,
    Payment,
    credit_of,
    invoice_filters,
    invoice_selection,
    invoice_terms,
)
from kalends.api.schemas.invoices import Invoice, InvoicePreview, shown_invoice, shown_preview
from kalends.api.times import settled
from kalends.engine.billing.invoice import Invoice as EngineInvoice
from kalends.engine.refusals import NotFound
from kalends.web.door import Answer
from kalends.web.pdf import PDF, pdf_answer


async def listing(ctx: Context, request: Received[ListInvoices, None]) -> Answered:
    query = page_of(request, filters=invoice_filters(ctx, request.params))
    page = await query_invoices(ctx, query)
    return answered_list(request, query, page, partial(shown_invoice, tz=ctx.zone))


async def preview(ctx: Context, request: Received[None, InvoiceInput]) -> Answered:
    selection, terms = invoice_selection(request.body), invoice_terms(request.body)
    draft = await draft_invoice(ctx, selection, terms)
    return Answered(value=shown_preview(draft, ctx.zone))


async def create(ctx: Context, request: Received[None, InvoiceInput]) -> Answered:
    selection, terms = invoice_selection(request.body), invoice_terms(request.body)
    invoice = await issue_invoice(ctx, selection, terms)
    return _issued(ctx, invoice)


async def show(ctx: Context, request: Received[InvoicePath, Any]) -> Answered:
    invoice = await get_invoice(ctx, request.params.invoice_id)
    return answered(invoice, shown_invoice(invoice, ctx.zone))


async def draw(ctx: Context, request: Received[InvoicePath, None]) -> Answer:
    invoice = await get_invoice(ctx, request.params.invoice_id)
    pdf = await draw_invoice(ctx, invoice)
    return pdf_answer(pdf, invoice.file)


async def pay(ctx: Context, request: Received[InvoicePath, Payment]) -> Answered:
    sent = request.body
    paid_at = ctx.now if sent.paid_at is UNSET else sent.paid_at and settled(sent.paid_at, ctx.zone, "/paid_at")
    method = None if sent.payment_method is UNSET else sent.payment_method
    invoice = await pay_invoice(ctx, request.params.invoice_id, paid_at, method)
    return answered(invoice, shown_invoice(invoice, ctx.zone))


async def cancel(ctx: Context, request: Received[InvoicePath, Cancellation]) -> Answered:
    cancellation = await cancel_invoice(ctx, request.params.invoice_id, request.body.text)
    return _issued(ctx, cancellation)


async def credit(ctx: Context, request: Received[InvoicePath, CreditNoteInput]) -> Answered:
    note = await credit_invoice(ctx, request.params.invoice_id, credit_of(request.body), request.body.text)
    return _issued(ctx, note)


async def preview_credit(ctx: Context, request: Received[InvoicePath, CreditNoteInput]) -> Answered:
    note = await draft_credit(ctx, request.params.invoice_id, credit_of(request.body), request.body.text)
    return Answered(value=shown_invoice(note, ctx.zone))


def _issued(ctx: Context, invoice: EngineInvoice) -> Answered:
    shown = shown_invoice(invoice, ctx.zone)
    return answered(invoice, shown, location=f"/invoices/{shown.id}")


_INVOICE = "/invoices/{invoice_id}"
_TRACKED = Tracked("invoice", "invoice_id", show)
_NAMES = {
    "booking_ids": "bookings",
    "item_ids": "items",
    "first": "first_day",
    "until": "until_day",
    "discount_kind": "discount/kind",
    "discount_rate": "discount/rate",
}

OPERATIONS = (
    Operation(
        method="GET",
        path="/invoices",
        handler=listing,
        id="list_invoices",
        summary="List invoices",
        description="With cancellations and credit notes.",
        tag="Invoices",
        scope="read",
        params=ListInvoices,
        expansions=OF_INVOICES,
        answers={200: List[Invoice]},
    ),
    Operation(
        method="POST",
        path="/invoices/preview",
        handler=preview,
        id="preview_invoice",
        summary="Preview an invoice",
        description="What would be on it, what would be left out and why, and what keeps it from being issued.",
        tag="Invoices",
        scope="read",
        body=InvoiceInput,
        answers={200: InvoicePreview},
        refusals=(NotFound,),
        names=_NAMES,
        sample={"bookings": ["bkg_1042"]},
    ),
    Operation(
        method="POST",
        path="/invoices",
        handler=create,
        id="create_invoice",
        summary="Issue an invoice",
        description="For what is confirmed and on no invoice yet. It is final but for its payment, and its number "
        "follows that of the last one without a gap.",
        tag="Invoices",
        scope="book",
        body=InvoiceInput,
        answers={201: Invoice},
        refusals=(NotFound,),
        names=_NAMES,
        sample={"bookings": ["bkg_1042"], "discount": {"kind": "percent", "rate": "10"}, "due_days": 14},
    ),
    Operation(
        method="GET",
        path=_INVOICE,
        handler=show,
        id="get_invoice",
        summary="Show an invoice",
        tag="Invoices",
        scope="read",
        params=InvoicePath,
        expansions=OF_INVOICES,
        answers={200: Invoice},
        tracked=_TRACKED,
    ),
    Operation(
        method="GET",
        path=f"{_INVOICE}/pdf",
        handler=draw,
        id="get_invoice_pdf",
        summary="Draw an invoice as PDF",
        description="In the account's language.",
        tag="Invoices",
        scope="read",
        params=InvoicePath,
        answers={200: Media(PDF, "The invoice.")},
        pooled=True,
    ),
    Operation(
        method="POST",
        path=f"{_INVOICE}/pay",
        handler=pay,
        id="pay_invoice",
        summary="Note that an invoice was paid",
        tag="Invoices",
        scope="book",
        params=InvoicePath,
        body=Payment,
        answers={200: Invoice},
        tracked=_TRACKED,
    ),
    Operation(
        method="POST",
        path=f"{_INVOICE}/cancel",
        handler=cancel,
        id="cancel_invoice",
        summary="Cancel an invoice or a credit note",
        description="Issues a cancellation, which is answered. What was on the invoice can be invoiced anew.",
        tag="Invoices",
        scope="book",
        params=InvoicePath,
        body=Cancellation,
        answers={201: Invoice},
        tracked=_TRACKED,
    ),
    Operation(
        method="POST",
        path=f"{_INVOICE}/credit-notes/preview",
        handler=preview_credit,
        id="preview_credit_note",
        summary="Preview the credit of a part of an invoice",
        description="Nothing is issued, and no number is drawn.",
        tag="Invoices",
        scope="read",
        params=InvoicePath,
        body=CreditNoteInput,
        answers={200: Invoice},
        sample={"positions": [1], "text": "As agreed."},
    ),
    Operation(
        method="POST",
        path=f"{_INVOICE}/credit-notes",
        handler=credit,
        id="create_credit_note",
        summary="Credit a part of an invoice",
        description="Issues a credit note, which is answered. What is credited stays invoiced.",
        tag="Invoices",
        scope="book",
        params=InvoicePath,
        body=CreditNoteInput,
        answers={201: Invoice},
        tracked=_TRACKED,
        sample={"positions": [1], "text": "As agreed."},
    ),
)

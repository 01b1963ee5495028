"""Corrections of invoices: cancelled as a whole, or credited in part."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from kalends.actions.access import allow
from kalends.actions.billing.invoices import get_invoice
from kalends.actions.billing.issue import keep_invoice
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_expected
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.billing.correction import Credit, cancelled_rows, credited_rows
from kalends.engine.billing.invoice import Invoice, InvoiceRow
from kalends.engine.billing.terms import LONGEST_INVOICE_TEXT
from kalends.engine.limits import LONGEST_LINE, raise_if_faults, text_faults
from kalends.engine.refusals import NotFound
from kalends.store.billing import invoices


@allow("read")
async def draft_credit(ctx: Context, invoice_id: int, credit: Credit, text: str = "") -> Invoice:
    """The credit note that would be issued; nothing is kept of it. Raises what `credit_invoice` does."""
    return await _credit_note(ctx, await get_invoice(ctx, invoice_id), credit, text)


@allow("book")
async def credit_invoice(ctx: Context, invoice_id: int, credit: Credit, text: str = "") -> Invoice:
    """Issue a credit note over some rows or amounts of an invoice, whose items stay invoiced; `text` is the reason.

    Raises NotFound(invoice), Invalid(text, amounts_title: invalid or too_long; kind: invalid for what is no invoice,
    cancelled; positions: blank, unknown, credited; amounts: unknown for a rate that is not on it, out_of_range;
    amounts_title: blank).
    """
    async with transaction(ctx) as tx:
        draft = await _credit_note(tx, await _locked(tx, invoice_id), credit, text)
        return await keep_invoice(tx, draft, "credit")


@allow("book")
async def cancel_invoice(ctx: Context, invoice_id: int, text: str = "") -> Invoice:
    """Issue the cancellation of an invoice, whose items can be invoiced anew, or of a credit note.

    `text` is the reason. Raises NotFound(invoice), Invalid(text: invalid or too_long; kind: invalid for a cancellation,
    cancelled for what is cancelled already, credited for an invoice with a credit note that is not cancelled).
    """
    raise_if_faults(text_faults("text", text, LONGEST_INVOICE_TEXT))
    async with transaction(ctx) as tx:
        invoice = await _locked(tx, invoice_id)
        draft = _correction(tx, invoice, "cancellation", cancelled_rows(invoice), text)
        return await keep_invoice(tx, draft, "cancel")


def _check_texts(credit: Credit, text: str) -> None:
    raise_if_faults(
        text_faults("text", text, LONGEST_INVOICE_TEXT)
        + text_faults("amounts_title", credit.amounts_title, LONGEST_LINE)
    )


async def _locked(ctx: Context, invoice_id: int) -> Invoice:
    invoice = await invoices.lock_invoice(ctx.db, ctx.account.id, invoice_id, ctx.site_ids)
    if invoice is None:
        raise NotFound("invoice", invoice_id)
    check_expected(ctx, invoice)
    return invoice


async def _credit_note(ctx: Context, invoice: Invoice, credit: Credit, text: str) -> Invoice:
    refusals = AllRefusals()
    with refusals:
        _check_texts(credit, text)
    before = [
        row
        for link in invoice.corrections
        if link.number.kind == "credit_note"
        for row in (await get_invoice(ctx, link.id)).rows
    ]
    with refusals:
        draft = _correction(ctx, invoice, "credit_note", credited_rows(invoice, credit, before), text)
    refusals.raise_any()
    return draft


def _correction(ctx: Context, invoice: Invoice, kind: str, rows: Sequence[InvoiceRow], text: str) -> Invoice:
    """A draft that takes these rows back, of today, with the parties as they are on the invoice."""
    return msgspec.structs.replace(
        invoice,
        id=0,
        kind=kind,
        year=ctx.today.year,
        number=0,
        corrects_id=invoice.id,
        text=text,
        discount_kind=invoice.discount_kind if kind == "cancellation" else None,
        discount_rate=invoice.discount_rate if kind == "cancellation" else None,
        discount=_sum(row.discount for row in rows),
        net=_sum(row.net for row in rows),
        tax=_sum(row.tax for row in rows),
        total=_sum(row.total for row in rows),
        issued_at=ctx.now,
        due_on=ctx.today,
        paid_at=None,
        revision=0,
        created_by=ctx.actor,
        updated_at=ctx.now,
        rows=tuple(rows),
        corrects=invoice.link,
        corrections=(),
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal())

"""Invoices that are issued: found, paid and drawn."""

import asyncio
from datetime import datetime

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.save import save
from kalends.engine.billing.invoice import (
    PAYMENT_METHODS,
    Invoice,
    InvoiceQuery,
    Number,
    parse_file,
    parse_number,
)
from kalends.engine.query import Page
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.notices.invoice import render_invoice
from kalends.store.billing import invoices


@allow("book")
async def pay_invoice(
    ctx: Context, invoice_id: int, paid_at: datetime | None, payment_method: str | None = None
) -> Invoice:
    """Note when an invoice was paid, None for not yet, and how, unless that stays.

    Raises NotFound(invoice), Invalid(payment_method: unknown).
    """
    if payment_method not in (None, *PAYMENT_METHODS):
        raise Invalid(Fault("payment_method", "unknown"))
    async with transaction(ctx) as tx:
        present = await invoices.lock_invoice(tx.db, ctx.account.id, invoice_id, ctx.site_ids)
        if present is None:
            raise NotFound("invoice", invoice_id)
        method = payment_method or present.payment_method
        changed = msgspec.structs.replace(present, paid_at=paid_at, payment_method=method)
        return await save(tx, present, changed, "pay")


@allow("read")
async def list_invoices(ctx: Context, query: InvoiceQuery) -> Page[Invoice]:
    """One page of invoices, cancellations and credit notes with their rows, by year, kind and number.

    Those that are about something where the key may not look are left out.
    """
    return Page(*await invoices.list_invoices(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("read")
async def get_invoice(ctx: Context, invoice_id: int) -> Invoice:
    """One invoice of any kind. Raises NotFound(invoice)."""
    invoice = await invoices.find_invoice(ctx.db, ctx.account.id, invoice_id, ctx.site_ids)
    if invoice is None:
        raise NotFound("invoice", invoice_id)
    return invoice


@allow("read")
async def find_invoice(ctx: Context, number: str) -> Invoice:
    """The invoice with a number as people read it, such as `2026-0077` or `CANCEL-2026-0001`. Raises
    NotFound(invoice)."""
    return await _find_numbered(ctx, parse_number(number), number)


@allow("read")
async def find_invoice_by_file(ctx: Context, file: str) -> Invoice:
    """The invoice whose file is called so. Raises NotFound(invoice)."""
    return await _find_numbered(ctx, parse_file(file), file)


@allow("read")
async def draw_invoice(ctx: Context, invoice: Invoice) -> bytes:
    """The invoice as a PDF in the account's language, in a thread of its own, so that others go on meanwhile. One
    without a number is marked as a draft."""
    return await asyncio.to_thread(render_invoice, invoice, ctx.account.locale, ctx.zone)


async def _find_numbered(ctx: Context, number: Number | None, text: str) -> Invoice:
    invoice = number and await invoices.find_numbered(ctx.db, ctx.account.id, number, ctx.site_ids)
    if not invoice:
        raise NotFound("invoice", text)
    return invoice

"""Invoices, cancellations and credit notes with their rows; the database keeps them final."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from kalends.engine.billing.invoice import Invoice, InvoiceLink, InvoiceQuery, InvoiceRow, Number
from kalends.store.bookings.items import AT_SITES, RESOURCE_AT_SITES
from kalends.store.db import Db
from kalends.store.rows import columns, fetch

_INVOICE = columns(Invoice)
_MATCHES = """
    account_id = $1 and ($2::timestamptz is null or issued_at >= $2) and ($3::timestamptz is null or issued_at < $3)
    and ($4::bigint is null or customer_id = $4)"""
_ORDER = "order by year, array_position(array['invoice', 'cancellation', 'credit_note'], kind), number"
# Whoever may see some sites only sees the invoices of which every row is about something there; a row that credits an
# amount is where the invoice is that it corrects.
INVOICE_AT_SITES = f"""
    and ({{0}}::bigint[] is null or not exists (
        select from invoice_row w join item i on i.account_id = $1 and i.id = w.item_id
        where w.account_id = $1 and w.invoice_id in (t.id, t.corrects_id) and not (
            {AT_SITES} and (w.resource_id is null or {RESOURCE_AT_SITES.format("{0}", "w.resource_id")}))))"""


async def find_invoice(
    db: Db, account_id: int, invoice_id: int, site_ids: Collection[int] | None = None
) -> Invoice | None:
    """One invoice, about these sites or (None) any, or None."""
    return await _find_one(db, f"id = $2 {INVOICE_AT_SITES.format('$3')}", account_id, invoice_id, site_ids)


async def find_numbered(
    db: Db, account_id: int, number: Number, site_ids: Collection[int] | None = None
) -> Invoice | None:
    """The invoice with this number, about these sites or (None) any, or None."""
    where = f"kind = $2 and year = $3 and number = $4 {INVOICE_AT_SITES.format('$5')}"
    return await _find_one(db, where, account_id, number.kind, number.year, number.number, site_ids)


async def lock_invoice(
    db: Db, account_id: int, invoice_id: int, site_ids: Collection[int] | None = None
) -> Invoice | None:
    """In a transaction: the same as `find_invoice`; nobody else pays or corrects it until the end."""
    await db.execute(
        "select 1 from invoice where account_id = $1 and id = $2 for no key update", account_id, invoice_id
    )
    return await find_invoice(db, account_id, invoice_id, site_ids)


async def list_invoices(
    db: Db, account_id: int, query: InvoiceQuery, site_ids: Collection[int] | None = None
) -> tuple[list[Invoice], int]:
    """One page of what the query asks for, about these sites or (None) any, by year, kind and number; and the count of
    all."""
    values = (account_id, query.issued_from, query.issued_until, query.customer_id, site_ids)
    matches = f"{_MATCHES} {INVOICE_AT_SITES.format('$5')}"
    statement = f"select {_INVOICE} from invoice t where {matches} {_ORDER} limit $6 offset $7"
    invoices = await fetch(db, Invoice, statement, *values, query.limit, query.offset)
    total = await db.fetchval(f"select count(*) from invoice t where {matches}", *values)
    return await complete(db, account_id, invoices), total


async def claim_number(db: Db, account_id: int, kind: str, year: int) -> int:
    """In a transaction: the next number of a kind of invoice in the year. Others wait until it is known whether it is
    used."""
    number: int = await db.fetchval(
        """
        insert into invoice_count (account_id, kind, year, last) values ($1, $2, $3, 1)
        on conflict (account_id, kind, year) do update set last = invoice_count.last + 1
        returning last
        """,
        account_id,
        kind,
        year,
    )
    return number


async def _find_one(db: Db, clause: str, account_id: int, *values: Any) -> Invoice | None:
    statement = f"select {_INVOICE} from invoice t where account_id = $1 and {clause}"
    invoices = await fetch(db, Invoice, statement, account_id, *values)
    return (await complete(db, account_id, invoices))[0] if invoices else None


async def complete(db: Db, account_id: int, invoices: Sequence[Invoice]) -> list[Invoice]:
    """The invoices with their rows, what they correct, and what corrects them."""
    if not invoices:
        return []
    rows_of: dict[int, list[InvoiceRow]] = {invoice.id: [] for invoice in invoices}
    statement = f"""
        select {columns(InvoiceRow)} from invoice_row
        where account_id = $1 and invoice_id = any ($2) order by invoice_id, position
        """
    for row in await fetch(db, InvoiceRow, statement, account_id, list(rows_of)):
        rows_of[row.invoice_id].append(row)
    corrected = {invoice.corrects_id for invoice in invoices if invoice.corrects_id is not None}
    links = await _find_links(db, account_id, {*rows_of, *corrected})
    return [
        msgspec.structs.replace(
            invoice,
            rows=tuple(rows_of[invoice.id]),
            corrects=next((link for link, _ in links if link.id == invoice.corrects_id), None),
            corrections=tuple(link for link, corrects_id in links if corrects_id == invoice.id),
        )
        for invoice in invoices
    ]


async def _find_links(db: Db, account_id: int, invoice_ids: Collection[int]) -> list[tuple[InvoiceLink, int | None]]:
    """These invoices and those that correct them, in the order of issue, each with the id of what it corrects. A credit
    note that was cancelled corrects nothing."""
    rows = await db.fetch(
        """
        select i.id, i.kind, i.year, i.number, i.issued_at, i.total, i.corrects_id, exists (
            select from invoice c where c.account_id = $1 and c.corrects_id = i.id and c.kind = 'cancellation')
        from invoice i where i.account_id = $1 and (i.id = any ($2) or i.corrects_id = any ($2)) order by i.id
        """,
        account_id,
        list(invoice_ids),
    )
    return [
        (
            InvoiceLink(row["id"], Number(row["kind"], row["year"], row["number"]), row["issued_at"], row["total"]),
            None if row["exists"] else row["corrects_id"],
        )
        for row in rows
    ]

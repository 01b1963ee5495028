"""Invoices and their rows; the database keeps them final."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from kalends.engine.billing.invoice import Invoice, InvoiceQuery, InvoiceRow
from kalends.store.bookings.items import AT_SITES, RESOURCE_AT_SITES
from kalends.store.db import Db
from kalends.store.rows import columns, fetch

_INVOICE = columns(Invoice)
_MATCHES = """
    account_id = $1 and ($2::timestamptz is null or issued_at >= $2) and ($3::timestamptz is null or issued_at < $3)
    and ($4::bigint is null or customer_id = $4)"""
# Whoever may see some sites only sees the invoices of which every row is about something there.
_AT_SITES = f"""
    and ({{0}}::bigint[] is null or not exists (
        select from invoice_row w join item i on i.account_id = $1 and i.id = w.item_id
        where w.account_id = $1 and w.invoice_id = invoice.id and not (
            {AT_SITES} and (w.resource_id is null or {RESOURCE_AT_SITES.format("{0}", "w.resource_id")}))))"""


async def lock_bookings(db: Db, account_id: int, booking_ids: Sequence[int]) -> None:
    """In a transaction: nobody else invoices these bookings until the end.

    Their customers are held first, as whoever changes a booking with its customer does it: so nobody waits in a circle.
    """
    await db.execute(
        """
        select 1 from customer where account_id = $1 and id in (
            select customer_id from booking where account_id = $1 and id = any ($2))
        order by id for key share
        """,
        account_id,
        booking_ids,
    )
    await db.execute(
        "select 1 from booking where account_id = $1 and id = any ($2) order by id for no key update",
        account_id,
        booking_ids,
    )


async def find_invoiced(db: Db, account_id: int, booking_ids: Sequence[int]) -> set[int]:
    """The items of these bookings that stand on an invoice."""
    rows = await db.fetch(
        "select distinct item_id from invoice_row where account_id = $1 and booking_id = any ($2)",
        account_id,
        booking_ids,
    )
    return {row["item_id"] for row in rows}


async def claim_number(db: Db, account_id: int, year: int) -> int:
    """In a transaction: the account's next number of the year. Others wait until it is known whether it is used."""
    number: int = await db.fetchval(
        """
        insert into invoice_count (account_id, year, last) values ($1, $2, 1)
        on conflict (account_id, year) do update set last = invoice_count.last + 1
        returning last
        """,
        account_id,
        year,
    )
    return number


async def find_invoice(
    db: Db, account_id: int, invoice_id: int, site_ids: Collection[int] | None = None
) -> Invoice | None:
    """One invoice, about these sites or (None) any, or None."""
    return await _one(db, f"id = $2 {_AT_SITES.format('$3')}", account_id, invoice_id, site_ids)


async def find_numbered(
    db: Db, account_id: int, year: int, number: int, site_ids: Collection[int] | None = None
) -> Invoice | None:
    """The invoice with this number, about these sites or (None) any, or None."""
    return await _one(db, f"year = $2 and number = $3 {_AT_SITES.format('$4')}", account_id, year, number, site_ids)


async def lock_invoice(
    db: Db, account_id: int, invoice_id: int, site_ids: Collection[int] | None = None
) -> Invoice | None:
    """In a transaction: the same as `find_invoice`; its payment nobody else changes until the end."""
    return await _one(db, f"id = $2 {_AT_SITES.format('$3')} for no key update", account_id, invoice_id, site_ids)


async def list_invoices(
    db: Db, account_id: int, query: InvoiceQuery, site_ids: Collection[int] | None = None
) -> tuple[list[Invoice], int]:
    """One page of what the query asks for, about these sites or (None) any, in the order of numbers; and the count of
    all."""
    values = (account_id, query.issued_from, query.issued_until, query.customer_id, site_ids)
    matches = f"{_MATCHES} {_AT_SITES.format('$5')}"
    statement = f"select {_INVOICE} from invoice where {matches} order by year, number limit $6 offset $7"
    found = await fetch(db, Invoice, statement, *values, query.limit, query.offset)
    total = await db.fetchval(f"select count(*) from invoice where {matches}", *values)
    return await _with_rows(db, account_id, found), total


async def _one(db: Db, clause: str, account_id: int, *values: Any) -> Invoice | None:
    found = await fetch(
        db, Invoice, f"select {_INVOICE} from invoice where account_id = $1 and {clause}", account_id, *values
    )
    return (await _with_rows(db, account_id, found))[0] if found else None


async def _with_rows(db: Db, account_id: int, found: Sequence[Invoice]) -> list[Invoice]:
    rows_of: dict[int, list[InvoiceRow]] = {invoice.id: [] for invoice in found}
    statement = f"""
        select {columns(InvoiceRow)} from invoice_row
        where account_id = $1 and invoice_id = any ($2) order by invoice_id, position
        """
    for row in await fetch(db, InvoiceRow, statement, account_id, list(rows_of)):
        rows_of[row.invoice_id].append(row)
    return [msgspec.structs.replace(invoice, rows=tuple(rows_of[invoice.id])) for invoice in found]

"""Invoices and their rows; the database keeps them final."""

from collections.abc import Collection, Sequence
from typing import Any

import asyncpg
import msgspec

from kalends.engine.invoice import Invoice, InvoiceQuery, InvoiceRow, Party
from kalends.engine.profile import Profile
from kalends.store.bookings.items import AT_SITES, RESOURCE_AT_SITES
from kalends.store.conflicts import conflicts
from kalends.store.db import Db, build, columns

_NAMES = [name for name in Invoice.__struct_fields__ if name != "rows"]
_INVOICE = ", ".join(_NAMES)
_ROW = columns(InvoiceRow)
_ASKED = """
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


async def add_invoice(db: Db, invoice: Invoice) -> None:
    """In a transaction: keep a new invoice with its rows. Raises NotFound(customer, booking or item)."""
    with conflicts():
        await db.execute(
            f"insert into invoice ({_INVOICE}) select {_INVOICE} from jsonb_populate_record(null::invoice, $1)",
            msgspec.structs.replace(invoice, rows=()),
        )
        await db.execute(
            f"insert into invoice_row ({_ROW}) select {_ROW} from jsonb_populate_recordset(null::invoice_row, $1)",
            invoice.rows,
        )


async def save_payment(db: Db, invoice: Invoice) -> None:
    """Replace what an invoice says of its payment."""
    with conflicts():
        await db.execute(
            """
            update invoice set (paid_at, payment_method, revision) = ($3, $4, $5) where account_id = $1 and id = $2
            """,
            invoice.account_id,
            invoice.id,
            invoice.paid_at,
            invoice.payment_method,
            invoice.revision,
        )


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
    asked = f"{_ASKED} {_AT_SITES.format('$5')}"
    rows = await db.fetch(
        f"select {_INVOICE} from invoice where {asked} order by year, number limit $6 offset $7",
        *values,
        query.limit,
        query.offset,
    )
    total = await db.fetchval(f"select count(*) from invoice where {asked}", *values)
    return await _with_rows(db, account_id, rows), total


async def _one(db: Db, clause: str, account_id: int, *values: Any) -> Invoice | None:
    row = await db.fetchrow(f"select {_INVOICE} from invoice where account_id = $1 and {clause}", account_id, *values)
    return (await _with_rows(db, account_id, [row]))[0] if row else None


async def _with_rows(db: Db, account_id: int, found: Sequence[asyncpg.Record]) -> list[Invoice]:
    rows_of: dict[int, list[InvoiceRow]] = {row["id"]: [] for row in found}
    rows = await db.fetch(
        f"select {_ROW} from invoice_row where account_id = $1 and invoice_id = any ($2) order by invoice_id, position",
        account_id,
        list(rows_of),
    )
    for row in rows:
        rows_of[row["invoice_id"]].append(build(InvoiceRow, row))
    return [_invoice(row, rows_of[row["id"]]) for row in found]


def _invoice(row: asyncpg.Record, rows: Sequence[InvoiceRow]) -> Invoice:
    values = dict(row)
    values["customer"] = msgspec.convert(values["customer"], Party)
    values["issuer"] = msgspec.convert(values["issuer"], Profile)
    return Invoice(**values, rows=tuple(rows))

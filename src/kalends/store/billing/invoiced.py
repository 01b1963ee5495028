"""What is invoiced already, and what is to be."""

from collections.abc import Collection, Sequence

from kalends.engine.billing.invoice import Number
from kalends.engine.billing.selection import InvoicedLine
from kalends.engine.time.span import Span
from kalends.store.db import Db


async def lock_bookings(db: Db, account_id: int, booking_ids: Sequence[int]) -> None:
    """In a transaction: nobody else invoices these bookings until the end.

    Their customers are locked first, as whoever changes a booking with its customer does it: so nobody waits in a
    circle.
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


async def find_bookings_of_items(db: Db, account_id: int, item_ids: Collection[int]) -> dict[int, int]:
    """The booking of each of these items that there are, by the item's id."""
    statement = "select id, booking_id from item where account_id = $1 and id = any ($2) and state <> 'deleted'"
    return {row["id"]: row["booking_id"] for row in await db.fetch(statement, account_id, list(item_ids))}


async def find_bookings_of_customer(db: Db, account_id: int, customer_id: int, period: Span) -> list[int]:
    """The bookings that are invoiced to a customer and have items that start in the period."""
    rows = await db.fetch(
        """
        select distinct b.id from booking b join item i on i.account_id = $1 and i.booking_id = b.id
        where b.account_id = $1 and b.customer_id = $2 and i.starts_at >= $3 and i.starts_at < $4
            and i.state <> 'deleted'
        order by b.id
        """,
        account_id,
        customer_id,
        period.start,
        period.end,
    )
    return [row["id"] for row in rows]


async def find_invoiced(db: Db, account_id: int, booking_ids: Sequence[int]) -> list[InvoicedLine]:
    """What the items of these bookings paid for on invoices that are not cancelled."""
    rows = await db.fetch(
        """
        select r.item_id, r.booking_id, r.resource_id, r.service_id, r.per, r.pieces, r.price, i.year, i.number,
            coalesce(r.starts_at, t.starts_at) as starts_at, coalesce(r.ends_at, t.ends_at) as ends_at
        from invoice_row r join invoice i on i.account_id = $1 and i.id = r.invoice_id
        join item t on t.account_id = $1 and t.id = r.item_id
        where r.account_id = $1 and r.booking_id = any ($2) and i.kind = 'invoice' and not exists (
            select from invoice c where c.account_id = $1 and c.corrects_id = i.id and c.kind = 'cancellation')
        order by i.year, i.number, r.position
        """,
        account_id,
        booking_ids,
    )
    return [
        InvoicedLine(
            row["item_id"],
            row["booking_id"],
            row["resource_id"],
            row["service_id"],
            row["per"],
            row["pieces"],
            row["starts_at"],
            row["ends_at"],
            row["price"],
            Number("invoice", row["year"], row["number"]),
        )
        for row in rows
    ]

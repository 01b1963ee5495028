"""What has to do with a person who is to be erased: customers merged into theirs, what is yet to come, traces."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from kalends.engine.customers.customer import Customer
from kalends.store.db import Db
from kalends.store.rows import columns, fetch


async def find_merged(db: Db, account_id: int, customer_id: int) -> list[Customer]:
    """The customers who were merged into this one, directly or through others, in order of id."""
    statement = f"""
        with recursive line as (
            select id from customer where account_id = $1 and merged_into_id = $2
            union
            select c.id from line join customer c on c.account_id = $1 and c.merged_into_id = line.id
        )
        select {columns(Customer, "c")} from line join customer c on c.account_id = $1 and c.id = line.id
        order by c.id
        """
    return await fetch(db, Customer, statement, account_id, customer_id)


async def count_pending(db: Db, account_id: int, booking_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How many occurrences are yet to be made of these bookings, and when the last of them ends."""
    row = await db.fetchrow(
        """
        select count(*), max(ends_at) from occurrence
        where account_id = $1 and booking_id = any ($2) and outcome = 'pending'
        """,
        account_id,
        list(booking_ids),
    )
    assert row is not None
    return row[0], row[1]


async def erase_traces(
    db: Db,
    account_id: int,
    at: datetime,
    fields: Mapping[str, Sequence[str]],
    ids: Mapping[str, Sequence[int]],
    addresses: Sequence[str],
) -> None:
    """In the transaction that has erased the records: erase what is left of them in the journal, messages and logins.

    `fields`: what the journal's images lose, by kind. `ids`: of the records, by the kinds customer, booking and item.
    `addresses`: e-mail addresses in lower case and phone numbers in E.164.
    """
    await db.execute(
        "select erase_traces_v1($1, $2, $3, $4, $5, $6, $7)",
        account_id,
        at,
        fields,
        ids["customer"],
        ids["booking"],
        ids["item"],
        addresses,
    )

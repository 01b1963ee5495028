"""Customers as lists, one by one, and by what tells two of them apart. They are written with `claims.place`."""

from typing import Any

from kalends.engine.listing import CustomerQuery
from kalends.engine.people import Customer
from kalends.store.db import Db, build, columns

_CUSTOMER = columns(Customer)

# Whoever is looked for by a number is found by its one form and by what was written down.
_ASKED = """
    account_id = $1
    and ($2::bigint[] is null or id = any ($2))
    and ($3::text is null or strpos(
        lower(concat_ws(' ', first_name, last_name, company, email, phone, phone_e164)), lower($3)) > 0)
    and ($4::text is null or strpos(lower(concat_ws(' ', first_name, last_name)), lower($4)) > 0)
    and ($5::text is null or lower(email) = lower($5))
    and ($6::text is null or phone_e164 = $7 or phone = $6)
    and ($8::text is null or external_id = $8)
    and ($9::text is null or national_id = $9)
    and ($10::date is null or date_of_birth = $10)
    and ($11::timestamptz is null or updated_at > $11)
    and (deleted_at is null or $12)
    """


async def find_customer(db: Db, account_id: int, customer_id: int) -> Customer | None:
    """One customer, deleted or not, or None."""
    row = await db.fetchrow(
        f"select {_CUSTOMER} from customer where account_id = $1 and id = $2", account_id, customer_id
    )
    return None if row is None else build(Customer, row)


async def list_customers(
    db: Db, account_id: int, query: CustomerQuery, number: str | None
) -> tuple[list[Customer], int]:
    """One page of what the query asks for in the order of ids, and the count of all; `number` is its phone in E.164."""
    values = (account_id, *_values(query, number))
    rows = await db.fetch(
        f"select {_CUSTOMER} from customer where {_ASKED} order by id limit $13 offset $14",
        *values,
        query.limit,
        query.offset,
    )
    total = await db.fetchval(f"select count(*) from customer where {_ASKED}", *values)
    return [build(Customer, row) for row in rows], total


async def match_customer(
    db: Db, account_id: int, national_id: str | None, number: str | None, email: str | None
) -> Customer | None:
    """The customer with this national id, else with this phone (E.164), else with this email in any case; the oldest
    of several."""
    row = await db.fetchrow(
        f"""
        select {_CUSTOMER} from customer
        where account_id = $1 and deleted_at is null
            and (national_id = $2 or phone_e164 = $3 or lower(email) = lower($4))
        order by national_id is not distinct from $2 and $2 is not null desc,
            phone_e164 is not distinct from $3 and $3 is not null desc, id
        limit 1
        """,
        account_id,
        national_id,
        number,
        email,
    )
    return None if row is None else build(Customer, row)


def _values(query: CustomerQuery, number: str | None) -> tuple[Any, ...]:
    return (
        query.ids,
        query.search,
        query.name,
        query.email,
        query.phone,
        number,
        query.external_id,
        query.national_id,
        query.date_of_birth,
        query.updated_after,
        query.with_deleted,
    )

"""Customers as lists, one by one, and by what tells two of them apart. They are written with `commit.commit`."""

from collections.abc import Sequence
from typing import Any

from kalends.engine.customers.customer import Customer, CustomerQuery, Identity
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_CUSTOMER = columns(Customer)
# Whoever is looked for by a number is found by its one form and by what was written down.
_MATCHES = """
    account_id = $1
    and ($2::bigint[] is null or id = any ($2))
    and ($3::text is null or strpos(
        lower(concat_ws(' ', first_name, last_name, company, email, phone, phone_e164, national_id)), lower($3)) > 0
        or strpos(phone_e164, $14) > 0)
    and ($4::text is null or strpos(lower(concat_ws(' ', first_name, last_name)), lower($4)) > 0)
    and ($5::text is null or lower(email) = lower($5))
    and ($6::text is null or phone_e164 = $7 or phone = $6)
    and ($8::text is null or external_id = $8)
    and ($9::text is null or national_id = $9)
    and ($10::date is null or date_of_birth = $10)
    and ($11::timestamptz is null or updated_at > $11)
    and (deleted_at is null or $12)
    and ($13::bigint[] is null or parent_id = any ($13))
    """


async def find_customer(db: Db, account_id: int, customer_id: int) -> Customer | None:
    """One customer, deleted or not, or None."""
    statement = f"select {_CUSTOMER} from customer where account_id = $1 and id = $2"
    return await fetch_one(db, Customer, statement, account_id, customer_id)


async def list_customers(
    db: Db, account_id: int, query: CustomerQuery, number: str | None, digits: str | None = None
) -> tuple[list[Customer], int]:
    """One page of what the query asks for in the order of ids, and the count of all.

    `number` is its phone in E.164, `digits` what its search has in common with numbers in E.164.
    """
    values = (account_id, *_values(query, number), digits)
    statement = f"select {_CUSTOMER} from customer where {_MATCHES} order by id limit $15 offset $16"
    rows = await fetch(db, Customer, statement, *values, query.limit, query.offset)
    total = await db.fetchval(f"select count(*) from customer where {_MATCHES}", *values)
    return rows, total


async def lock_customers(db: Db, account_id: int, customer_ids: Sequence[int]) -> dict[int, Customer]:
    """In a transaction: these customers, by id; nobody else changes or names them until the end.

    The guard's own locks, where they are needed too, come before these.
    """
    statement = f"select {_CUSTOMER} from customer where account_id = $1 and id = any ($2) order by id for update"
    return {customer.id: customer for customer in await fetch(db, Customer, statement, account_id, customer_ids)}


async def is_descendant(db: Db, account_id: int, customer_id: int, of_id: int) -> bool:
    """Whether a customer is another one, or stands below it however deep."""
    found: bool = await db.fetchval(
        """
        with recursive line as (
            select id, parent_id from customer where account_id = $1 and id = $2
            union
            select c.id, c.parent_id from line join customer c on c.account_id = $1 and c.id = line.parent_id
        ) select exists (select from line where id = $3)
        """,
        account_id,
        customer_id,
        of_id,
    )
    return found


async def match_customer(db: Db, account_id: int, identity: Identity) -> Customer | None:
    """The customer with this national id, else with this phone, else with this email in any case; the oldest of
    several."""
    return await fetch_one(
        db,
        Customer,
        f"""
        select {_CUSTOMER} from customer
        where account_id = $1 and deleted_at is null
            and (national_id = $2 or phone_e164 = $3 or lower(email) = lower($4))
        order by national_id is not distinct from $2 and $2 is not null desc,
            phone_e164 is not distinct from $3 and $3 is not null desc, id
        limit 1
        """,
        account_id,
        identity.national_id,
        identity.phone_e164,
        identity.email,
    )


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
        query.parent_ids,
    )

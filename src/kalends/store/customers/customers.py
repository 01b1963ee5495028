"""Read, list, lock and match customers. They are written with `commit.commit`."""

from collections.abc import Sequence
from typing import Any

from kalends.engine.customers.customer import Customer, CustomerQuery, Identity
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(Customer)
# Whether a customer has all words of the search in this parameter; $1 is the account.
IS_LIKE_WORDS = "search_text like all ((select sought_patterns({0}))::text[])"
HAS_WORDS = f"(search_terms(account_id, search_text) @> (select sought_terms($1, {{0}})) and {IS_LIKE_WORDS})"
# A phone number matches in E.164 ($7) and as it was entered ($6).
_CONDITION = f"""
    account_id = $1
    and ($2::bigint[] is null or id = any ($2))
    and ($3::text is null or {HAS_WORDS.format("$3")})
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
    """Return one customer, deleted or not, or None."""
    statement = f"select {_COLUMNS} from customer where account_id = $1 and id = $2"
    return await fetch_one(db, Customer, statement, account_id, customer_id)


async def list_customers(
    db: Db, account_id: int, query: CustomerQuery, number: str | None
) -> tuple[list[Customer], int]:
    """Return one page of customers, ordered by id, and how many match in all.

    `number` is the query's phone in E.164.
    """
    values = (account_id, *_values(query, number))
    statement = f"select {_COLUMNS} from customer where {_CONDITION} order by id limit $14 offset $15"
    rows = await fetch(db, Customer, statement, *values, query.limit, query.offset)
    total = await db.fetchval(f"select count(*) from customer where {_CONDITION}", *values)
    return rows, total


async def lock_customers(db: Db, account_id: int, customer_ids: Sequence[int]) -> dict[int, Customer]:
    """Lock and return customers by id; until the transaction ends nobody else changes or refers to them.

    If `commit.lock` is needed too, it must come first.
    """
    statement = f"select {_COLUMNS} from customer where account_id = $1 and id = any ($2) order by id for update"
    return {customer.id: customer for customer in await fetch(db, Customer, statement, account_id, customer_ids)}


async def is_descendant(db: Db, account_id: int, customer_id: int, of_id: int) -> bool:
    """Return whether `customer_id` is `of_id` or one of its descendants."""
    is_below: bool = await db.fetchval(
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
    return is_below


async def match_customers(db: Db, account_id: int, identity: Identity) -> list[Customer]:
    """Find customers by national id, phone or email (ignoring case), in that order; at most 100.

    Who shares no contact comes before who does, and then who has been a customer for longer. Deleted customers don't
    match.
    """
    return await fetch(
        db,
        Customer,
        f"""
        select {_COLUMNS} from customer
        where account_id = $1 and deleted_at is null
            and (national_id = $2 or phone_key = $3 or lower(email) = lower($4))
        order by national_id is not distinct from $2 and $2 is not null desc,
            phone_key is not distinct from $3 and $3 is not null desc, sole desc, id
        limit 100
        """,
        account_id,
        identity.national_id,
        identity.phone_key,
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

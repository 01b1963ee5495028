"""Customers by any of their fields, in any order."""

from datetime import date, datetime

from kalends.engine.customers.customer import Customer
from kalends.engine.query import Query
from kalends.store.db import Db
from kalends.store.query import Column, compile_query
from kalends.store.rows import columns, reader

CUSTOMER_FIELDS = {
    "id": Column("id", int),
    "first_name": Column("first_name", str),
    "last_name": Column("last_name", str),
    "company": Column("company", str),
    "email": Column("email", str),
    "phone": Column("phone", str),
    "external_id": Column("external_id", str),
    "date_of_birth": Column("date_of_birth", date),
    "city": Column("city", str),
    "postcode": Column("postcode", str),
    "country": Column("country", str),
    "notes": Column("notes", str, frozenset({"contains", "is_null", "not_null"})),
    "parent_id": Column("parent_id", int),
    "is_blocked": Column("(blocked_at is not null)", bool),
    "deleted_at": Column("deleted_at", datetime),
    "created_at": Column("created_at", datetime),
    "updated_at": Column("updated_at", datetime),
}


async def query_customers(db: Db, account_id: int, query: Query) -> tuple[list[Customer], int]:
    """One page of the customers asked for, deleted ones too unless a filter leaves them out, and the count of all.

    Raises Invalid (see store.query).
    """
    asked = compile_query(CUSTOMER_FIELDS, query, (account_id,))
    rows = await db.fetch(
        f"""
        select {columns(Customer)} from customer
        where account_id = $1 and {asked.where} and {asked.after} order by {asked.order} {asked.page}
        """,
        *asked.values,
    )
    total = await db.fetchval(
        f"select count(*) from customer where account_id = $1 and {asked.where}", *asked.values[: asked.counted]
    )
    return list(map(reader(Customer), rows)), total

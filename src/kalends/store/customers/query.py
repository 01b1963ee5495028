"""Customers filtered and sorted by any of their fields."""

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
    "preferred_first_name": Column("nullif(preferred_first_name, '')", str),
    "company": Column("company", str),
    "email": Column("email", str),
    "email_key": Column("lower(email)", str),
    "phone": Column("phone", str),
    "phone_e164": Column("phone_e164", str),
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
    """Return one page of customers, and how many match in all. Deleted ones match unless a filter excludes them.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    sql = compile_query(CUSTOMER_FIELDS, query, (account_id,))
    rows = await db.fetch(
        f"""
        select {columns(Customer)} from customer
        where account_id = $1 and {sql.where} and {sql.after} order by {sql.order} {sql.page}
        """,
        *sql.values,
    )
    total = await db.fetchval(
        f"select count(*) from customer where account_id = $1 and {sql.where}", *sql.values[: sql.counted]
    )
    return list(map(reader(Customer), rows)), total

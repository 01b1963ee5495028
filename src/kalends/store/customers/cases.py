"""Cases of customers: filtered and sorted, locked, and moved to another customer."""

from datetime import date, datetime

from kalends.engine.customers.case import CustomerCase
from kalends.engine.query import Query
from kalends.store.db import Db
from kalends.store.query import Column, compile_query
from kalends.store.rows import columns, fetch, fetch_one, reader

_COLUMNS = columns(CustomerCase)
CASE_FIELDS = {
    "id": Column("id", int),
    "customer_id": Column("customer_id", int),
    "name": Column("name", str),
    "closed": Column("closed", bool),
    "expires_on": Column("expires_on", date),
    "open_until": Column("coalesce(expires_on, 'infinity')", date),
    "archived_at": Column("archived_at", datetime),
    "created_at": Column("created_at", datetime),
    "updated_at": Column("updated_at", datetime),
}
"""`open_until` is `expires_on`, later than any date for a case that does not expire."""


async def query_cases(db: Db, account_id: int, query: Query) -> tuple[list[CustomerCase], int]:
    """Return one page of cases, and how many match in all. Archived ones match unless a filter excludes them.

    Raises Invalid(field: unsupported, invalid; cursor: invalid).
    """
    sql = compile_query(CASE_FIELDS, query, (account_id,))
    rows = await db.fetch(
        f"""
        select {_COLUMNS} from customer_case
        where account_id = $1 and {sql.where} and {sql.after} order by {sql.order} {sql.page}
        """,
        *sql.values,
    )
    total = await db.fetchval(
        f"select count(*) from customer_case where account_id = $1 and {sql.where}", *sql.values[: sql.counted]
    )
    return list(map(reader(CustomerCase), rows)), total


async def lock_case(db: Db, account_id: int, case_id: int) -> CustomerCase | None:
    """Lock and return a case, or None; until the transaction ends nobody else changes it."""
    statement = f"select {_COLUMNS} from customer_case where account_id = $1 and id = $2 for no key update"
    return await fetch_one(db, CustomerCase, statement, account_id, case_id)


async def lock_cases_of(db: Db, account_id: int, customer_id: int) -> list[CustomerCase]:
    """Lock and return the cases of a customer, oldest first."""
    statement = f"""
        select {_COLUMNS} from customer_case where account_id = $1 and customer_id = $2 order by id for no key update"""
    return await fetch(db, CustomerCase, statement, account_id, customer_id)

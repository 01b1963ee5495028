"""Cases of customers: filtered and sorted, locked, and moved to another customer."""

from datetime import date, datetime

from kalends.engine.customers.case import CustomerCase
from kalends.engine.query import Query
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(CustomerCase)
CASE_FIELDS = {
    "id": Column("t.id", int),
    "customer_id": Column("t.customer_id", int),
    "name": Column("t.name", str),
    "closed": Column("t.closed", bool),
    "expires_on": Column("t.expires_on", date),
    "open_until": Column("coalesce(t.expires_on, 'infinity')", date),
    "archived_at": Column("t.archived_at", datetime),
    "created_at": Column("t.created_at", datetime),
    "updated_at": Column("t.updated_at", datetime),
}
"""`open_until` is `expires_on`, later than any date for a case that does not expire."""


async def query_cases(db: Db, account_id: int, query: Query) -> tuple[list[CustomerCase], int]:
    """One page of the cases that match, archived ones too, and their number. Raises as `fetch_page`."""
    source = "from customer_case t where t.account_id = $1"
    return await fetch_page(db, CustomerCase, CASE_FIELDS, query, source, account_id)


async def lock_case(db: Db, account_id: int, case_id: int) -> CustomerCase | None:
    """Lock and return a case, or None; until the transaction ends nobody else changes it."""
    statement = f"select {_COLUMNS} from customer_case where account_id = $1 and id = $2 for no key update"
    return await fetch_one(db, CustomerCase, statement, account_id, case_id)


async def lock_cases_of(db: Db, account_id: int, customer_id: int) -> list[CustomerCase]:
    """Lock and return the cases of a customer, oldest first."""
    statement = f"""
        select {_COLUMNS} from customer_case where account_id = $1 and customer_id = $2 order by id for no key update"""
    return await fetch(db, CustomerCase, statement, account_id, customer_id)

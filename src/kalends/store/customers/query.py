"""Customers filtered and sorted by any of their fields."""

from datetime import date, datetime

from kalends.engine.customers.customer import Customer
from kalends.engine.query import OffsetPage, Query
from kalends.store.customers.customers import HAS_WORDS, IS_LIKE_WORDS
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column

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


async def query_customers(
    db: Db, account_id: int, query: Query, search: str | None = None
) -> tuple[list[Customer], int]:
    """Return one page of customers, and how many match in all. Deleted ones match unless a filter excludes them.

    `search`: only those who have all of its words, as CustomerQuery has it.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    for among in (_AMONG_FIRST, _AMONG_SOME) if search and _is_of_first(query) else ():
        rows, total = await fetch_page(db, Customer, CUSTOMER_FIELDS, query, among, account_id, search)
        if len(rows) == query.page.limit:
            return rows, total
    source = f"from customer t where t.account_id = $1 and {HAS_WORDS.format('$2') if search else 'true'}"
    fixed = (account_id, search) if search else (account_id,)
    return await fetch_page(db, Customer, CUSTOMER_FIELDS, query, source, *fixed)


# What very many have, such as one letter, is soon found among the first ones; what only later ones have, among those
# that the index gives first, nearly in the order of their ids. To sort all that it gives would take longer.
_AMONG_FIRST = f"""
    from (select * from customer where account_id = $1 order by id limit 2000) t
    where {IS_LIKE_WORDS.format("$2")}
    """
_AMONG_SOME = f"""
    from (select * from customer where account_id = $1 and {HAS_WORDS.format("$2")} limit 400) t
    where true
    """


def _is_of_first(query: Query) -> bool:
    """Whether those with the lowest ids are asked for alone, uncounted."""
    return query.count == 0 and not query.order and isinstance(query.page, OffsetPage) and query.page.offset == 0

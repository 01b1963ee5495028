"""Find customers, one or many."""

import re

import msgspec

from kalends.actions.access import allow, check_own_customer
from kalends.actions.context import Context
from kalends.engine.contacts import e164
from kalends.engine.customers.customer import Customer, CustomerPatch, CustomerQuery
from kalends.engine.query import Filter, Page, Query
from kalends.engine.refusals import Invalid, NotFound
from kalends.store.customers import customers
from kalends.store.customers import query as customer_query

_FEWEST_SEARCH_DIGITS = 4
_MOST_CHILDREN = 10_000
_MOST_DOUBLES = 5


@allow("read", "practitioner")
async def list_customers(ctx: Context, query: CustomerQuery) -> Page[Customer]:
    """Return one page of customers, ordered by id. Phone numbers match in any spelling."""
    query = msgspec.structs.replace(query, search=_search_words(query.search))
    rows, total = await customers.list_customers(ctx.db, ctx.account.id, query, _e164_or_none(ctx, query.phone))
    return Page(rows, total)


@allow("read", "customer", "practitioner")
async def query_customers(ctx: Context, query: Query, search: str | None = None) -> Page[Customer]:
    """Return one page of customers, filtered and sorted by the fields of `store.customers.query`; deleted ones too.

    `search` is as in CustomerQuery; phone numbers match in any spelling. Customers see themselves alone.

    Raises Invalid(field: unsupported, invalid; cursor: invalid).
    """
    if ctx.principal.kind == "customer":
        own = Filter("id", "equal", ctx.principal.customer_id)
        query = msgspec.structs.replace(query, filters=(*query.filters, own))
    rows, total = await customer_query.query_customers(ctx.db, ctx.account.id, query, _search_words(search))
    return Page(rows, total)


@allow("read", "practitioner")
async def find_doubles(ctx: Context, patch: CustomerPatch) -> list[Customer]:
    """Customers who may be the one whom a patch describes: of the same phone number, e-mail address, or whole name."""
    given = {"phone": patch.phone, "email": patch.email, "search": patch.name}
    found: dict[int, Customer] = {}
    for field, value in given.items():
        if isinstance(value, str) and value.strip():
            query = msgspec.structs.replace(CustomerQuery(), **{field: value.strip()})
            rows = (await list_customers(ctx, query)).rows
            same = [row for row in rows if field != "search" or row.name.casefold() == value.strip().casefold()]
            found |= {customer.id: customer for customer in same}
    return list(found.values())[:_MOST_DOUBLES]


@allow("read", "customer", "practitioner")
async def get_customer(ctx: Context, customer_id: int) -> Customer:
    """Return one customer, deleted or not. Raises NotFound(customer)."""
    check_own_customer(ctx, customer_id)
    customer = await customers.find_customer(ctx.db, ctx.account.id, customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    return customer


@allow("read", "practitioner")
async def list_children(ctx: Context, customer_id: int, with_deleted: bool = False) -> list[Customer]:
    """List the customers whose parent this one is. Raises NotFound(customer)."""
    await get_customer(ctx, customer_id)
    query = CustomerQuery(parent_ids=(customer_id,), with_deleted=with_deleted, limit=_MOST_CHILDREN)
    return (await list_customers(ctx, query)).rows


def _search_words(search: str | None) -> str | None:
    """The words to search for, None if there are none. What looks like (part of) a phone number is one word: its digits
    without leading zeros, as in E.164."""
    if search is None or "\0" in search or not search.split():
        return None
    digits = re.sub(r"\D", "", search).lstrip("0")
    is_phone = re.fullmatch(r"[+\d\s()/.-]+", search) and len(digits) >= _FEWEST_SEARCH_DIGITS
    return digits if is_phone else search


def _e164_or_none(ctx: Context, phone: str | None) -> str | None:
    try:
        return e164(phone, ctx.account.country)
    except Invalid:
        return None

"""Customers: one by one, and listed."""

import re

from kalends.actions.access import allow, check_own_customer
from kalends.actions.context import Context
from kalends.engine.contacts import e164
from kalends.engine.customers.customer import Customer, CustomerQuery
from kalends.engine.query import Page
from kalends.engine.refusals import Invalid, NotFound
from kalends.store.customers import customers

_FEWEST_DIGITS = 4
_MOST_CHILDREN = 10_000


@allow("read")
async def list_customers(ctx: Context, query: CustomerQuery) -> Page[Customer]:
    """One page of customers in the order of their ids; a phone is found however it is written."""
    number, digits = _number(ctx, query.phone), _digits(query.search)
    rows, total = await customers.list_customers(ctx.db, ctx.account.id, query, number, digits)
    return Page(rows, total)


@allow("read", "customer")
async def get_customer(ctx: Context, customer_id: int) -> Customer:
    """One customer, deleted or not. Raises NotFound(customer)."""
    check_own_customer(ctx, customer_id)
    customer = await customers.find_customer(ctx.db, ctx.account.id, customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    return customer


@allow("read")
async def list_children(ctx: Context, customer_id: int, with_deleted: bool = False) -> list[Customer]:
    """The customers whose parent this one is. Raises NotFound(customer)."""
    await get_customer(ctx, customer_id)
    query = CustomerQuery(parent_ids=(customer_id,), with_deleted=with_deleted, limit=_MOST_CHILDREN)
    return (await list_customers(ctx, query)).rows


def _digits(search: str | None) -> str | None:
    """The digits of what looks like a number or the end of one, as E.164 would have them."""
    if search is None or not re.fullmatch(r"[+\d\s()/.-]+", search):
        return None
    digits = re.sub(r"\D", "", search).lstrip("0")
    return digits if len(digits) >= _FEWEST_DIGITS else None


def _number(ctx: Context, phone: str | None) -> str | None:
    try:
        return e164(phone, ctx.account.country)
    except Invalid:
        return None

"""Customers who book: found again, or new."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from kalends.actions.access import allow, internal
from kalends.actions.context import Context
from kalends.engine.bookings.change_set import change_set
from kalends.engine.customers import customer
from kalends.engine.customers.customer import Customer, CustomerPatch, identity
from kalends.engine.refusals import Duplicate, Stale
from kalends.store.commit import commit
from kalends.store.customers import customers
from kalends.store.ids import next_ids

T = TypeVar("T")


async def retry_on_conflict(act: Callable[[], Awaitable[T]]) -> T:
    """What the action comes to; begun anew when what it was decided on changed meanwhile.

    Somebody made the same customer, who is then matched, or moved the session, whose new time then counts.
    """
    try:
        return await act()
    except (Duplicate, Stale):
        return await act()


@allow("book")
async def add_customer(ctx: Context, patch: CustomerPatch) -> Customer:
    """A new customer. Raises Duplicate(email, phone or national_id), NotFound(customer: the parent, or customer_group),
    Invalid as `new_customer` does."""
    customer = await new_customer(ctx, patch)
    await commit(ctx.db, ctx.account.id, change_set(ctx.author, "add", customers=(customer,)))
    return customer


@internal
async def find_or_make_customer(ctx: Context, patch: CustomerPatch) -> tuple[Customer, bool]:
    """The customer whom a patch means, as it is, or a new one that is yet to be written; and whether it is new.

    Matched on national id, else phone, else email. Raises Invalid as `new_customer` does. Source:
    MakePlans reference, person_attributes.
    """
    known = identity(patch, ctx.account.country)
    customer = await customers.match_customer(ctx.db, ctx.account.id, known) if known else None
    return (customer, False) if customer else (await new_customer(ctx, patch), True)


@internal
async def new_customer(ctx: Context, patch: CustomerPatch) -> Customer:
    """A new customer with an id of its own, yet to be written. Raises Invalid as `new_customer` does."""
    (customer_id,) = await next_ids(ctx.db, "customer")
    return customer.new_customer(patch, ctx.account, customer_id, ctx.now, ctx.actor)

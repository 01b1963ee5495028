"""Add customers, or find the existing customer whom a patch describes."""

from kalends.actions.access import allow, internal
from kalends.actions.context import Context
from kalends.engine.bookings.change_set import change_set
from kalends.engine.customers import customer as customer_rules
from kalends.engine.customers.customer import Customer, CustomerPatch, identity
from kalends.store.commit import commit
from kalends.store.customers import customers
from kalends.store.ids import next_ids


@allow("book")
async def add_customer(ctx: Context, patch: CustomerPatch) -> Customer:
    """Add a customer.

    Raises Invalid(first_name: blank, when the patch names nobody; email, phone: invalid), Duplicate(email, phone,
    national_id), NotFound(customer: the parent; customer_group).
    """
    customer = await new_customer(ctx, patch)
    await commit(ctx.db, ctx.account.id, change_set(ctx.author, "add", customers=(customer,)))
    return customer


@internal
async def match_or_new_customer(ctx: Context, patch: CustomerPatch) -> tuple[Customer, bool]:
    """Return the existing customer whom a patch describes, or a new one not yet saved; and whether it is new.

    Matched on national id, else phone, else email; an existing customer is returned unchanged. Raises
    Invalid(first_name: blank, when the patch names nobody; email, phone: invalid). Source: MakePlans reference,
    person_attributes.
    """
    patch_identity = identity(patch, ctx.account.country)
    match = await customers.match_customer(ctx.db, ctx.account.id, patch_identity) if patch_identity else None
    return (match, False) if match else (await new_customer(ctx, patch), True)


@internal
async def new_customer(ctx: Context, patch: CustomerPatch) -> Customer:
    """Build a customer with a new id, not yet saved.

    Raises Invalid(first_name: blank, when the patch names nobody; email, phone: invalid).
    """
    (customer_id,) = await next_ids(ctx.db, "customer")
    return customer_rules.new_customer(patch, ctx.account, customer_id, ctx.now, ctx.actor)

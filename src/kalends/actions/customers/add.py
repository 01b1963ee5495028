"""Add customers, or find the existing customer whom a patch describes."""

from collections.abc import Sequence

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.context import Context
from kalends.engine.bookings.change_set import change_set
from kalends.engine.customers import customer as customer_rules
from kalends.engine.customers.customer import Customer, CustomerPatch, filled_customer, identity, matches_patch
from kalends.engine.patch import next_revision
from kalends.store.commit import commit
from kalends.store.customers import customers
from kalends.store.ids import next_ids


@allow("book", "practitioner")
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
    """Return the existing customer whom a patch describes, or a new one; and whether it is yet to be saved.

    Matched on national id, else phone, else email. What is blank of an existing customer is filled in from the patch,
    and nothing is overwritten. Visitors of a page, who may type what they like, don't give an existing customer the
    contact at which they are reached: they become a new one.

    Raises Invalid(first_name: blank, when the patch names nobody; email, phone: invalid).
    Source: MakePlans reference, person_attributes.
    """
    matches = await _matches(ctx, patch)
    known = [match for match in matches if not _is_lent(ctx, match, patch)]
    if known:
        return _filled(ctx, known[0], patch, matches)
    own = msgspec.structs.replace(patch, sole=False) if matches else patch
    return await new_customer(ctx, own), True


@internal
async def fill_customer(ctx: Context, customer: Customer, patch: CustomerPatch) -> tuple[Customer, bool]:
    """Return a customer with what is blank filled in from a patch, and whether it is yet to be saved.

    Raises Invalid(email, phone: invalid).
    """
    return _filled(ctx, customer, patch, await _matches(ctx, patch))


@internal
async def find_described(ctx: Context, present: Customer | None, patch: CustomerPatch) -> tuple[Customer, bool]:
    """Return whom a patch of a booking's customer describes, and whether it is yet to be saved.

    That is the present customer, filled in, unless the patch has a national id, phone or email of somebody else.
    Raises Invalid(first_name: blank, when the patch names nobody; email, phone: invalid).
    """
    country = ctx.account.country
    alive = present is not None and present.deleted_at is None
    if present and alive and (identity(patch, country) is None or matches_patch(present, patch, country)):
        return await fill_customer(ctx, present, patch)
    return await match_or_new_customer(ctx, patch)


@internal
async def new_customer(ctx: Context, patch: CustomerPatch) -> Customer:
    """Build a customer with a new id, not yet saved.

    Raises Invalid(first_name: blank, when the patch names nobody; email, phone: invalid).
    """
    (customer_id,) = await next_ids(ctx.db, "customer")
    return customer_rules.new_customer(patch, ctx.account, customer_id, ctx.now, ctx.actor)


def _is_lent(ctx: Context, customer: Customer, patch: CustomerPatch) -> bool:
    """Whether a visitor would be told of a customer by a contact that the customer does not have yet."""
    if ctx.principal.kind != "guest" or ctx.principal.booking_id is None:
        return False
    by_phone = ctx.account.policy.verification == "sms" and bool(patch.phone) and not customer.phone
    return by_phone or (bool(patch.email) and not customer.email)


async def _matches(ctx: Context, patch: CustomerPatch) -> list[Customer]:
    patch_identity = identity(patch, ctx.account.country)
    return await customers.match_customers(ctx.db, ctx.account.id, patch_identity) if patch_identity else []


def _filled(
    ctx: Context, customer: Customer, patch: CustomerPatch, matches: Sequence[Customer]
) -> tuple[Customer, bool]:
    others = [match for match in matches if match.id != customer.id]
    filled = next_revision(customer, filled_customer(customer, patch, ctx.account.country, others), ctx.now, ctx.actor)
    return filled, filled is not customer

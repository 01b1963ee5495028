"""Change, remove, restore, block and unblock customers."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UnsetType

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_expected
from kalends.engine.bookings.change_set import change_set
from kalends.engine.customers.customer import Customer, CustomerPatch, changed_customer
from kalends.engine.patch import next_revision
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.commit import commit
from kalends.store.customers import customers


@allow("book", "practitioner")
async def change_customer(ctx: Context, customer_id: int, patch: CustomerPatch) -> Customer:
    """Change a customer; `custom` is replaced as a whole.

    Raises NotFound(customer: it or its parent, also when it is deleted; customer_group), Duplicate(email, phone,
    national_id), Invalid(first_name: blank, when nothing would name the customer; email, phone: invalid; parent_id:
    invalid, for the customer or one of its descendants).
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id, live=True)
        await check_parent(tx, customer_id, patch.parent_id)
        return await _save(tx, present, changed_customer(present, patch, ctx.account.country))


@allow("book")
async def append_details(
    ctx: Context, customer_id: int, door: str, name: str, values: Sequence[Any], *, most: int
) -> Customer:
    """Append values to the list `name` that a door keeps in a customer's details.

    Raises NotFound(customer), Invalid(the list's name: too_many) if the list would be longer than `most`.
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id, live=True)
        appended = [*present.details.get(door, {}).get(name, ()), *values]
        if len(appended) > most:
            raise Invalid(Fault(name, "too_many"))
        patch = CustomerPatch(details={door: {name: appended}})
        return await _save(tx, present, changed_customer(present, patch, ctx.account.country))


@allow("book")
async def remove_customer(ctx: Context, customer_id: int) -> Customer:
    """Mark a customer as deleted; its bookings stay. No change if it is deleted already. Raises NotFound(customer)."""
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        removed = msgspec.structs.replace(present, deleted_at=present.deleted_at or ctx.now)
        return await _save(tx, present, removed, "remove")


@allow("book")
async def undelete_customer(ctx: Context, customer_id: int) -> Customer:
    """Restore a deleted customer. One that was merged comes back without its bookings.

    Raises NotFound(customer, also when it was erased), Duplicate(email, phone, national_id) if another customer has it
    by now.
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        if present.erased_at is not None:
            raise NotFound("customer", customer_id)
        restored = msgspec.structs.replace(present, deleted_at=None, merged_into_id=None)
        return await _save(tx, present, restored, "undelete")


@allow("book")
async def block_customer(ctx: Context, customer_id: int) -> Customer:
    """Bar a customer from public booking. No change if it is blocked already. Raises NotFound(customer)."""
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        blocked = msgspec.structs.replace(present, blocked_at=present.blocked_at or ctx.now)
        return await _save(tx, present, blocked, "block")


@allow("book")
async def unblock_customer(ctx: Context, customer_id: int) -> Customer:
    """Allow a blocked customer to book again. Raises NotFound(customer)."""
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        return await _save(tx, present, msgspec.structs.replace(present, blocked_at=None), "unblock")


@internal
async def check_parent(ctx: Context, customer_id: int, parent_id: int | UnsetType | None) -> None:
    """Whether this can be the new parent. Raises NotFound(customer: the parent), Invalid(parent_id: invalid, for the
    customer itself or one of its descendants)."""
    if not isinstance(parent_id, int):
        return
    if await customers.find_customer(ctx.db, ctx.account.id, parent_id) is None:
        raise NotFound("customer", parent_id)
    if await customers.is_descendant(ctx.db, ctx.account.id, parent_id, customer_id):
        raise Invalid(Fault("parent_id", "invalid"))


async def _lock(ctx: Context, customer_id: int, *, live: bool = False) -> Customer:
    """Lock and return the customer; with `live`, a deleted one is not found. Raises NotFound(customer), Outdated."""
    customer = (await customers.lock_customers(ctx.db, ctx.account.id, [customer_id])).get(customer_id)
    if customer is None or (live and customer.deleted_at):
        raise NotFound("customer", customer_id)
    check_expected(ctx, customer)
    return customer


async def _save(ctx: Context, present: Customer, changed: Customer, verb: str = "change") -> Customer:
    image = next_revision(present, changed, ctx.now, ctx.actor)
    if image is not present:
        await commit(ctx.db, ctx.account.id, change_set(ctx.author, verb, customers=(image,)))
    return image

"""What becomes of customers: changed, removed, blocked."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UnsetType

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.engine.bookings.change_set import change_set
from kalends.engine.customers.customer import Customer, CustomerPatch, changed_customer
from kalends.engine.patch import next_image
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.commit import commit
from kalends.store.customers import customers


@allow("book")
async def change_customer(ctx: Context, customer_id: int, patch: CustomerPatch) -> Customer:
    """Change a customer; `custom` is replaced whole.

    Raises NotFound(customer, its parent or customer_group), also for one that is deleted, Duplicate(email, phone or
    national_id), Invalid as `changed_customer` does or (parent_id: invalid) for one that stands below it.
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id, live=True)
        await check_parent(tx, customer_id, patch.parent_id)
        return await _save(tx, present, changed_customer(present, patch, ctx.account.country))


@allow("book")
async def append_details(
    ctx: Context, customer_id: int, door: str, name: str, values: Sequence[Any], *, most: int
) -> Customer:
    """Add to a list that a door keeps of a customer in its details, under a name.

    Raises NotFound(customer), Invalid(the list's name: too_many) beyond `most`.
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id, live=True)
        longer = [*present.details.get(door, {}).get(name, ()), *values]
        if len(longer) > most:
            raise Invalid(Fault(name, "too_many"))
        patch = CustomerPatch(details={door: {name: longer}})
        return await _save(tx, present, changed_customer(present, patch, ctx.account.country))


@allow("book")
async def remove_customer(ctx: Context, customer_id: int) -> Customer:
    """Delete a customer; its bookings stay, and again it changes nothing. Raises NotFound(customer)."""
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        wanted = msgspec.structs.replace(present, deleted_at=present.deleted_at or ctx.now)
        return await _save(tx, present, wanted, "remove")


@allow("book")
async def undelete_customer(ctx: Context, customer_id: int) -> Customer:
    """Have a customer back, even one that was merged, without its bookings then.

    Raises NotFound(customer), and Duplicate when somebody else has its email, phone or national id by now.
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        wanted = msgspec.structs.replace(present, deleted_at=None, merged_into_id=None)
        return await _save(tx, present, wanted, "undelete")


@allow("book")
async def block_customer(ctx: Context, customer_id: int) -> Customer:
    """Bar a customer from booking publicly; again it changes nothing. Raises NotFound(customer)."""
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        wanted = msgspec.structs.replace(present, blocked_at=present.blocked_at or ctx.now)
        return await _save(tx, present, wanted, "block")


@allow("book")
async def unblock_customer(ctx: Context, customer_id: int) -> Customer:
    """Let a customer book again. Raises NotFound(customer)."""
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        return await _save(tx, present, msgspec.structs.replace(present, blocked_at=None), "unblock")


@internal
async def check_parent(ctx: Context, customer_id: int, parent_id: int | UnsetType | None) -> None:
    """Raises Invalid(parent_id: invalid) for a parent that stands below the customer."""
    if isinstance(parent_id, int) and await customers.is_descendant(ctx.db, ctx.account.id, parent_id, customer_id):
        raise Invalid(Fault("parent_id", "invalid"))


async def _lock(ctx: Context, customer_id: int, *, live: bool = False) -> Customer:
    """The customer, whom nobody else changes until the end; `live` finds none that is deleted."""
    found = (await customers.lock_customers(ctx.db, ctx.account.id, [customer_id])).get(customer_id)
    if found is None or (live and found.deleted_at):
        raise NotFound("customer", customer_id)
    return found


async def _save(ctx: Context, present: Customer, wanted: Customer, verb: str = "change") -> Customer:
    image = next_image(present, wanted, ctx.now, ctx.actor)
    if image is not present:
        await commit(ctx.db, ctx.account.id, change_set(ctx.author, verb, customers=(image,)))
    return image

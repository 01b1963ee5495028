"""Merge two customers into one."""

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.customers.cases import move_cases
from kalends.actions.customers.change import check_parent
from kalends.actions.customers.find import get_customer, list_children
from kalends.actions.expected import check_expected
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import change_set
from kalends.engine.bookings.item_changes import revised, revised_booking
from kalends.engine.bookings.stored_series import for_customer
from kalends.engine.customers.customer import Customer, CustomerPatch, changed_customer
from kalends.engine.patch import stamped
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.bookings import of_customer
from kalends.store.commit import commit


@allow("book")
async def merge_customers(ctx: Context, keep_id: int, merged_id: int, patch: CustomerPatch) -> Customer:
    """Move bookings (for it or booked by it), cases and children of `merged_id` to `keep_id`, and delete `merged_id`.

    The patch is applied to the customer that is kept; its other fields stay.

    Raises NotFound(customer: either of them or the new parent, also when deleted; customer_group), Duplicate(email,
    phone, national_id), Invalid(merged_id: invalid, when both are the same; first_name: blank, when nothing would name
    the customer; email, phone: invalid; parent_id: invalid, for the customer or one of its descendants), Stale (ten
    times in a row something else changed meanwhile), Outdated. Source: MakePlans reference, Merge
    person with another person.
    """
    if keep_id == merged_id:
        raise Invalid(Fault("merged_id", "invalid"))

    async def merge_once(attempt: Context) -> Customer:
        async with transaction(attempt) as tx:
            await check_parent(tx, keep_id, patch.parent_id)
            keep, merged = await _get_live(tx, keep_id), await _get_live(tx, merged_id)
            check_expected(tx, keep)
            kept = await _merge(tx, keep, merged, patch)
            await move_cases(tx, merged_id, keep_id)
            return kept

    return await retry_on_conflict(ctx, merge_once, Locks())


async def _get_live(ctx: Context, customer_id: int) -> Customer:
    customer = await get_customer(ctx, customer_id)
    if customer.deleted_at is not None:
        raise NotFound("customer", customer_id)
    return customer


async def _merge(ctx: Context, keep: Customer, merged: Customer, patch: CustomerPatch) -> Customer:
    children = [child for child in await list_children(ctx, merged.id, with_deleted=True) if child.id != keep.id]
    if keep.parent_id == merged.id and patch.parent_id is UNSET:
        patch = msgspec.structs.replace(patch, parent_id=merged.parent_id)
    deleted = _new_revision(ctx, merged, msgspec.structs.replace(merged, deleted_at=ctx.now, merged_into_id=keep.id))
    kept = _new_revision(ctx, keep, changed_customer(keep, patch, ctx.account.country))
    moved = [_new_revision(ctx, child, msgspec.structs.replace(child, parent_id=keep.id)) for child in children]
    items = await of_customer.items_naming(ctx.db, ctx.account.id, merged.id)
    bookings = await of_customer.bookings_naming(ctx.db, ctx.account.id, merged.id)
    change = change_set(
        ctx.author,
        "merge",
        # The deleted customer is written first, so that the kept one may take over its email.
        customers=(deleted, kept, *moved),
        bookings=tuple(revised_booking(for_customer(booking, keep.id), ctx.author) for booking in bookings),
        items=tuple(_for_customer(ctx, item, merged.id, keep.id) for item in items),
    )
    await commit(ctx.db, ctx.account.id, change)
    return kept


def _new_revision(ctx: Context, present: Customer, changed: Customer) -> Customer:
    """Stamp a new revision, even if no field differs: the customer's bookings and children have changed."""
    return stamped(present, changed, ctx.now, ctx.actor)


def _for_customer(ctx: Context, item: Item, merged_id: int, keep_id: int) -> Item:
    names = [name for name in ("customer_id", "booked_by_customer_id") if getattr(item, name) == merged_id]
    return revised(item, ctx.author, {**dict.fromkeys(names, keep_id), "case_id": item.case_id})

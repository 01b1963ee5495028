"""Two customers who turn out to be one."""

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.actions.customers.change import check_parent
from kalends.actions.customers.find import get_customer, list_children
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
    """Have all that is one customer's be another's: bookings for it or by it, and children. The first is deleted.

    The patch is applied to the one that is kept; else nothing of it changes. Raises NotFound(customer) unless both are
    there and not deleted, Duplicate(email, phone or national_id), and Invalid(merged_id: invalid) for one and the same,
    else as `change_customer` does. Source: MakePlans reference, Merge person with another person.
    """
    if keep_id == merged_id:
        raise Invalid(Fault("merged_id", "invalid"))

    async def merge_once(tried: Context) -> Customer:
        await check_parent(tried, keep_id, patch.parent_id)
        return await _merge(tried, await _live(tried, keep_id), await _live(tried, merged_id), patch)

    return await retry_on_conflict(ctx, merge_once, Locks())


async def _live(ctx: Context, customer_id: int) -> Customer:
    found = await get_customer(ctx, customer_id)
    if found.deleted_at is not None:
        raise NotFound("customer", customer_id)
    return found


async def _merge(ctx: Context, keep: Customer, merged: Customer, patch: CustomerPatch) -> Customer:
    children = [child for child in await list_children(ctx, merged.id, with_deleted=True) if child.id != keep.id]
    if keep.parent_id == merged.id and patch.parent_id is UNSET:
        patch = msgspec.structs.replace(patch, parent_id=merged.parent_id)
    # The merged one goes first, so that the one that is kept may take over its email.
    gone = _image(ctx, merged, msgspec.structs.replace(merged, deleted_at=ctx.now, merged_into_id=keep.id))
    kept = _image(ctx, keep, changed_customer(keep, patch, ctx.account.country))
    moved = [_image(ctx, child, msgspec.structs.replace(child, parent_id=keep.id)) for child in children]
    items = await of_customer.items_naming(ctx.db, ctx.account.id, merged.id)
    bookings = await of_customer.bookings_naming(ctx.db, ctx.account.id, merged.id)
    change = change_set(
        ctx.author,
        "merge",
        customers=(gone, kept, *moved),
        bookings=tuple(revised_booking(for_customer(booking, keep.id), ctx.author) for booking in bookings),
        items=tuple(_for_customer(ctx, item, merged.id, keep.id) for item in items),
    )
    await commit(ctx.db, ctx.account.id, change)
    return kept


def _image(ctx: Context, present: Customer, wanted: Customer) -> Customer:
    """A new revision even of one that stays as it is: what is its own has changed."""
    return stamped(present, wanted, ctx.now, ctx.actor)


def _for_customer(ctx: Context, item: Item, merged_id: int, keep_id: int) -> Item:
    names = [name for name in ("customer_id", "booked_by_customer_id") if getattr(item, name) == merged_id]
    return revised(item, ctx.author, dict.fromkeys(names, keep_id))

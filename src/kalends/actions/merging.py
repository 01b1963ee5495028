"""Two customers who turn out to be one."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.actions.customers import changeable, check_parent, get_customer, list_children, rewritten
from kalends.actions.retry import retry_on_conflict
from kalends.engine.booking import Item
from kalends.engine.bookings.change_set import change_set
from kalends.engine.bookings.item_changes import revised, revised_booking
from kalends.engine.bookings.stored_series import for_customer
from kalends.engine.people import Customer
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import customers
from kalends.store.commit import commit


@allow("book")
async def merge(ctx: Context, keep_id: int, merged_id: int, fields: Mapping[str, Any]) -> Customer:
    """Have all that is one customer's be another's: bookings for it or by it, and children. The first is deleted.

    `fields` of engine.people.Customer are changed in the one that is kept; else nothing of it changes. Raises
    NotFound(customer) unless both are there and not deleted, Invalid (also for merged_id: invalid), Duplicate.
    Source: MakePlans reference, Merge person with another person.
    """
    if keep_id == merged_id:
        raise Invalid(Fault("merged_id", "invalid"))

    async def merge_once(tried: Context) -> Customer:
        await check_parent(tried, keep_id, fields.get("parent_id"))
        return await _merge(tried, await _live(tried, keep_id), await _live(tried, merged_id), fields)

    return await retry_on_conflict(ctx, merge_once)


async def _live(ctx: Context, customer_id: int) -> Customer:
    found = await get_customer(ctx, customer_id)
    if found.deleted_at is not None:
        raise NotFound("customer", customer_id)
    return found


async def _merge(ctx: Context, keep: Customer, merged: Customer, fields: Mapping[str, Any]) -> Customer:
    children = [child for child in await list_children(ctx, merged.id, with_deleted=True) if child.id != keep.id]
    orphaned = {"parent_id": merged.parent_id} if keep.parent_id == merged.id else {}
    given = {**orphaned, **changeable(fields)}
    # The merged one goes first, so that the one that is kept may take over its email.
    gone = rewritten(ctx, merged, {"deleted_at": ctx.now, "merged_into_id": keep.id})
    kept = rewritten(ctx, keep, given)
    moved = [rewritten(ctx, child, {"parent_id": keep.id}) for child in children]
    items = await customers.items_naming(ctx.db, ctx.account.id, merged.id)
    bookings = await customers.bookings_naming(ctx.db, ctx.account.id, merged.id)
    change = change_set(
        ctx.author,
        "merge",
        customers=(gone, kept, *moved),
        bookings=tuple(revised_booking(for_customer(booking, keep.id), ctx.author) for booking in bookings),
        items=tuple(_for_customer(ctx, item, merged.id, keep.id) for item in items),
    )
    await commit(ctx.db, ctx.account.id, change)
    return kept


def _for_customer(ctx: Context, item: Item, merged_id: int, keep_id: int) -> Item:
    names = [name for name in ("customer_id", "booked_by_customer_id") if getattr(item, name) == merged_id]
    return revised(item, ctx.author, dict.fromkeys(names, keep_id))

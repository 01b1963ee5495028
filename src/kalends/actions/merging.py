"""Two customers who turn out to be one."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.actions.customers import changeable, check_parent, get_customer, list_children, rewritten
from kalends.actions.holding import with_items_held
from kalends.actions.revising import revised, revised_booking
from kalends.engine.booking import Booking, Item
from kalends.engine.change import ChangeSet
from kalends.engine.pattern import for_customer
from kalends.engine.people import Customer
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import commit, customers
from kalends.store.orders import hold_series


async def merge(ctx: Context, keep_id: int, merged_id: int, fields: Mapping[str, Any]) -> Customer:
    """Have all that is one customer's be another's: bookings for it or by it, and children. The first is deleted.

    `fields` of engine.people.Customer are changed in the one that is kept; else nothing of it changes. Raises
    NotFound(customer) unless both are there and not deleted, Invalid (also for merged_id: invalid), Duplicate.
    Source: MakePlans reference, Merge person with another person.
    """
    if keep_id == merged_id:
        raise Invalid(Fault("merged_id", "invalid"))

    async def find(tx: Context) -> Collection[int]:
        # A series that is being made holds its order first, then what it occupies.
        for booking_id in sorted(one.id for one in await customers.bookings_naming(tx.db, ctx.account.id, merged_id)):
            await hold_series(tx.db, ctx.account.id, booking_id)
        return {item.id for item in await customers.items_naming(tx.db, ctx.account.id, merged_id)}

    async def hold(tx: Context, items: Collection[int]) -> None:
        await commit.lock(tx.db, ctx.account.id, ctx.now, sorted(items))
        await customers.lock_customers(tx.db, ctx.account.id, [keep_id, merged_id])

    async def act(tx: Context) -> Customer:
        await check_parent(tx, keep_id, fields.get("parent_id"))
        return await _merge(tx, await _live(tx, keep_id), await _live(tx, merged_id), fields)

    return await with_items_held(ctx, find, hold, act)


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
    change = ChangeSet(
        at=ctx.now,
        actor=ctx.who,
        verb="merge",
        customers=(gone, kept, *moved),
        bookings=tuple(_booking_of(ctx, booking, keep.id) for booking in bookings),
        items=tuple(_item_of(ctx, item, merged.id, keep.id) for item in items),
    )
    await commit.commit(ctx.db, ctx.account.id, change)
    return kept


def _item_of(ctx: Context, item: Item, merged_id: int, keep_id: int) -> Item:
    names = [name for name in ("customer_id", "booked_by_customer_id") if getattr(item, name) == merged_id]
    return revised(ctx, item, dict.fromkeys(names, keep_id))


def _booking_of(ctx: Context, booking: Booking, keep_id: int) -> Booking:
    renamed = for_customer(msgspec.structs.replace(booking, customer_id=keep_id), keep_id)
    return revised_booking(ctx, renamed)

"""Cases together with the items that are part of them."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from kalends.actions.access import allow, sees_item
from kalends.actions.bookings.change_item import change_item
from kalends.actions.context import Context, transaction
from kalends.actions.customers import cases
from kalends.engine.all_refusals import AllRefusals, check_found
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.customers.case import CasePatch, CustomerCase
from kalends.engine.query import Filter, OffsetPage, Query
from kalends.store import rows
from kalends.store.bookings.items import find_views
from kalends.store.bookings.of_case import items_of_cases


@allow("read")
async def list_case_items(ctx: Context, case_ids: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    """The ids of the items of cases, by case, at the caller's sites; without those that were removed."""
    return await items_of_cases(ctx.db, ctx.account.id, case_ids, ctx.site_ids)


@allow("read", "practitioner")
async def list_cases_of(ctx: Context, customer_id: int, most: int) -> list[CustomerCase]:
    """Up to `most` cases of a customer that are not archived; for practitioners those of which something is part that
    takes place with them."""
    filters = (Filter("customer_id", "equal", customer_id), Filter("archived_at", "is_null"))
    listed = (await cases.query_cases(ctx, Query(OffsetPage(most), filters))).rows
    if not ctx.principal.is_practitioner:
        return listed
    items = await list_case_items(ctx, [case.id for case in listed])
    views = await find_views(ctx.db, ctx.account.id, [item_id for ids in items.values() for item_id in ids])
    own = {view.item.case_id for view in views if sees_item(ctx, view)}
    return [case for case in listed if case.id in own]


@allow("book")
async def add_case_of_items(ctx: Context, patch: CasePatch, item_ids: Collection[int] = ()) -> CustomerCase:
    """Add a case, of which these items become part.

    Raises what `cases.add_case` raises, and NotFound(item, also if it is another customer's).
    """
    async with transaction(ctx) as tx:
        refusals = AllRefusals()
        with refusals:
            case = await cases.add_case(tx, patch)
        with refusals:
            await _check_items(tx, item_ids, None if refusals else case.customer_id)
        refusals.raise_any()
        await _set_items(tx, case, item_ids)
    return case


@allow("book")
async def change_case_of_items(
    ctx: Context, case_id: int, patch: CasePatch, item_ids: Collection[int] | None = None
) -> CustomerCase:
    """Change a case. `item_ids` are all items that are part of it from now on; None leaves them.

    Raises what `cases.change_case` raises, and NotFound(item, also if it is another customer's).
    """
    async with transaction(ctx) as tx:
        refusals = AllRefusals()
        with refusals:
            case = await cases.change_case(tx, case_id, patch)
        with refusals:
            await _check_items(tx, item_ids or (), None if refusals else case.customer_id)
        refusals.raise_any()
        return case if item_ids is None else await _set_items(tx, case, item_ids)


async def _check_items(ctx: Context, item_ids: Collection[int], customer_id: int | None) -> None:
    """Whether the items are there and are the customer's; None is any. Raises NotFound(item)."""
    views = await find_views(ctx.db, ctx.account.id, list(item_ids)) if item_ids else []
    own = [view.item.id for view in views if sees_item(ctx, view) and customer_id in (None, view.item.customer_id)]
    check_found(("item", item_ids, own))


async def _set_items(ctx: Context, case: CustomerCase, item_ids: Collection[int]) -> CustomerCase:
    """The case as it is then: of another version, if it has other items."""
    present = set((await list_case_items(ctx, [case.id])).get(case.id, ()))
    differing = sorted(present ^ set(item_ids))
    for item_id in differing:
        await change_item(ctx, item_id, ItemPatch(case_id=None if item_id in present else case.id))
    changed = msgspec.structs.replace(case, updated_at=ctx.now) if differing else case
    await rows.update(ctx.db, changed)
    return changed

"""Cases together with the items that are part of them."""

from collections.abc import Collection, Mapping, Sequence

from kalends.actions.access import allow
from kalends.actions.bookings.change_item import change_item
from kalends.actions.context import Context, transaction
from kalends.actions.customers import cases
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.customers.case import CasePatch, CustomerCase
from kalends.engine.refusals import NotFound
from kalends.store.bookings.of_case import items_of_cases


@allow("read")
async def list_case_items(ctx: Context, case_ids: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    """The ids of the items of cases, by case, at the caller's sites; without those that were removed."""
    return await items_of_cases(ctx.db, ctx.account.id, case_ids, ctx.site_ids)


@allow("book")
async def add_case_of_items(ctx: Context, patch: CasePatch, item_ids: Collection[int] = ()) -> CustomerCase:
    """Add a case, of which these items become part.

    Raises what `cases.add_case` raises, and NotFound(item, also if it is another customer's).
    """
    async with transaction(ctx) as tx:
        case = await cases.add_case(tx, patch)
        await _set_items(tx, case.id, item_ids)
    return case


@allow("book")
async def change_case_of_items(
    ctx: Context, case_id: int, patch: CasePatch, item_ids: Collection[int] | None = None
) -> CustomerCase:
    """Change a case. `item_ids` are all items that are part of it from now on; None leaves them.

    Raises what `cases.change_case` raises, and NotFound(item, also if it is another customer's).
    """
    async with transaction(ctx) as tx:
        case = await cases.change_case(tx, case_id, patch)
        if item_ids is not None:
            await _set_items(tx, case_id, item_ids)
    return case


async def _set_items(ctx: Context, case_id: int, item_ids: Collection[int]) -> None:
    present = set((await list_case_items(ctx, [case_id])).get(case_id, ()))
    for item_id in sorted(present ^ set(item_ids)):
        try:
            await change_item(ctx, item_id, ItemPatch(case_id=None if item_id in present else case_id))
        except NotFound as missing:  # it is another customer's
            raise NotFound("item", item_id) from missing

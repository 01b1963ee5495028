"""Takes items away."""

from collections.abc import Collection

from kalends.actions.access import allow
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_item
from kalends.actions.context import Context
from kalends.actions.expected import check_expected
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import NotFound


@allow("book", "practitioner")
async def remove_item(
    ctx: Context, item_id: int, kinds: Collection[str], messages: MessageOverrides = BY_POLICY
) -> ItemView:
    """Remove an item of one of these kinds, and release its time. Removing it again changes nothing.

    Raises NotFound(item), Stale, Outdated.
    """
    view = await get_item(ctx, item_id)
    if view.item.kind not in kinds:
        raise NotFound("item", item_id)
    if view.item.state == "deleted":
        check_expected(ctx, view.item)
        return view
    return await change_item_state(ctx, item_id, "remove", messages=messages)

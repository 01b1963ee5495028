"""Taking back what was just done to an item."""

from kalends.actions.bookings.undo import undo_change
from kalends.actions.context import Context
from kalends.api.expansions import OF_ITEMS
from kalends.api.handlers import items
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.items import Item, ItemPath
from kalends.api.tables.refusals import MOVED
from kalends.api.translate.items import shown_item


async def undo(ctx: Context, request: Received[ItemPath, None]) -> Answered:
    view = await undo_change(ctx, request.params.item_id)
    return answered(view.item, shown_item(view, ctx))


OPERATIONS = (
    Operation(
        method="POST",
        path="/items/{item_id}/undo",
        handler=undo,
        id="undo_item",
        summary="Take back the last change of an item",
        description="That of the key itself, a moment ago: its time, resource and state are as before, and so are "
        "those of other items that were changed with it. Customers who were not told of the change are told nothing. "
        "If the key has just made it, its whole booking is removed, with the customer who was added for it and has "
        "nothing else. What can't be taken back any more is answered with 412.",
        tag="Items",
        scope="book",
        params=ItemPath,
        answers={200: Item},
        refusals=MOVED,
        tracked=Tracked("item", "item_id", items.show),
        expansions=OF_ITEMS,
    ),
)

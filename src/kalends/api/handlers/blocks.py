"""Blocks: list, add, show, change and remove them."""

from typing import Any

from kalends.actions.bookings.blocks import add_block, find_block
from kalends.actions.bookings.remove import remove_item
from kalends.actions.bookings.resource_blocks import add_resource_blocks, change_block
from kalends.actions.bookings.search import search_items
from kalends.actions.context import Context
from kalends.api.lists import List, answered_list, answered_rows, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.blocks import Block, BlockInput, BlockPatch, BlockPath, ListBlocks
from kalends.api.translate.blocks import block_filters, block_patch, block_request, shown_block
from kalends.engine.bookings.block import BlockRequest
from kalends.engine.query import Sort
from kalends.engine.refusals import IllegalTransition, Retired, Stale, TooManyOccurrences


async def listing(ctx: Context, request: Received[ListBlocks, None]) -> Answered:
    query = page_of(request, filters=block_filters(request.params, ctx), order=(Sort("starts_at"),))
    page = await search_items(ctx, query)
    return answered_list(request, query, page, lambda view: shown_block(view, ctx), record_of=lambda view: view.item)


async def create(ctx: Context, request: Received[None, BlockInput]) -> Answered:
    requested = await block_request(ctx, request.body)
    if isinstance(requested, BlockRequest):
        blocked = await add_block(ctx, requested)
        return answered_rows(request, [shown_block(blocked.view, ctx, blocked.items_under)])
    added = await add_resource_blocks(ctx, requested)
    return answered_rows(request, [shown_block(view, ctx) for view in added.items])


async def show(ctx: Context, request: Received[BlockPath, Any]) -> Answered:
    view = await find_block(ctx, request.params.block_id)
    return answered(view.item, shown_block(view, ctx))


async def change(ctx: Context, request: Received[BlockPath, BlockPatch]) -> Answered:
    patch = await block_patch(ctx, request.params.block_id, request.body)
    view = await change_block(ctx, request.params.block_id, patch)
    return answered(view.item, shown_block(view, ctx))


async def remove(ctx: Context, request: Received[BlockPath, None]) -> Answered:
    await remove_item(ctx, request.params.block_id, ("block",))
    return Answered()


_BLOCK = "/blocks/{block_id}"
_TRACKED = Tracked("item", "block_id", show)

OPERATIONS = (
    Operation(
        method="GET",
        path="/blocks",
        handler=listing,
        id="list_blocks",
        summary="List blocks",
        tag="Blocks",
        scope="read",
        params=ListBlocks,
        answers={200: List[Block]},
    ),
    Operation(
        method="POST",
        path="/blocks",
        handler=create,
        id="create_blocks",
        summary="Block a resource or a site",
        description="What is booked then stays. A block that repeats is answered as several.",
        tag="Blocks",
        scope="book",
        body=BlockInput,
        answers={201: List[Block]},
        refusals=(Retired, Stale, TooManyOccurrences),
        sample={
            "resource": "res_1042",
            "from": "2027-03-01T12:00:00+01:00",
            "to": "2027-03-01T13:00:00+01:00",
            "notes": "Lunch",
        },
    ),
    Operation(
        method="GET",
        path=_BLOCK,
        handler=show,
        id="get_block",
        summary="Show a block",
        tag="Blocks",
        scope="read",
        params=BlockPath,
        answers={200: Block},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_BLOCK,
        handler=change,
        id="change_block",
        summary="Change a block",
        tag="Blocks",
        scope="book",
        params=BlockPath,
        body=BlockPatch,
        answers={200: Block},
        refusals=(IllegalTransition, Retired, Stale),
        tracked=_TRACKED,
        sample={"notes": "Lunch"},
    ),
    Operation(
        method="DELETE",
        path=_BLOCK,
        handler=remove,
        id="remove_block",
        summary="Remove a block",
        tag="Blocks",
        scope="book",
        params=BlockPath,
        answers={204: None},
        refusals=(Stale,),
        tracked=_TRACKED,
    ),
)

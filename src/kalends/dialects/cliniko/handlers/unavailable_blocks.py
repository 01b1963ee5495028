"""Unavailable blocks: listed, shown, made with their repeats, changed, archived."""

from kalends.actions.bookings.query import query_items
from kalends.actions.bookings.remove import remove_item
from kalends.actions.bookings.resource_blocks import add_resource_blocks, change_block
from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.unavailable_blocks import UNAVAILABLE_BLOCK, UNAVAILABLE_BLOCKS, unavailable_block
from kalends.dialects.cliniko.handlers.conflicts import conflicts_of
from kalends.dialects.cliniko.handlers.looked_up import of_blocks
from kalends.dialects.cliniko.handlers.records import Records
from kalends.dialects.cliniko.parse.bookings import parse_block, parse_block_change
from kalends.engine.bookings.block import ResourceBlockRequest
from kalends.engine.bookings.views import ItemView
from kalends.engine.query import Page, Query

KINDS = ("block",)


async def _find(ctx: Context, query: Query) -> Page[ItemView]:
    return await query_items(ctx, query, KINDS)


async def _add(ctx: Context, request: ResourceBlockRequest) -> ItemView:
    """The first of the blocks."""
    return (await add_resource_blocks(ctx, request)).items[0]


RECORDS = Records("block", UNAVAILABLE_BLOCKS, _find, unavailable_block, of_blocks, refers=UNAVAILABLE_BLOCK)

listing = RECORDS.list_pages()
show = RECORDS.show()
create = RECORDS.create(parse_block, _add)
update = RECORDS.update_present(parse_block_change, change_block)
archive = RECORDS.end(lambda ctx, block_id: remove_item(ctx, block_id, KINDS))
conflicts = conflicts_of(RECORDS)

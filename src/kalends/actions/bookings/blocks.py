"""Blocks of whole sites. They take what stands there, now and later; what is booked already stays."""

from uuid import uuid4

import msgspec
from msgspec.structs import replace

from kalends.actions.access import allow, internal, sees_item
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_booking, get_item, list_items
from kalends.actions.bookings.sync import check_external_id, follower_of
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import get_site, site_id_or_first
from kalends.actions.context import Context, transaction
from kalends.engine.bookings.block import BlockRequest, check_block, plan_block
from kalends.engine.bookings.new_items import new_booking
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.references import References
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import zone
from kalends.engine.time.repeat_rule import RepeatRule, repeated
from kalends.engine.time.span import Span
from kalends.store.bookings.sync import set_external_id
from kalends.store.catalog.sites import lock_sites
from kalends.store.commit import commit
from kalends.store.ids import next_ids

MOST_NAMED = 100
"""Items under a block that are named at most."""


class Blocked(msgspec.Struct, frozen=True):
    """A block, and the items that stay under it."""

    view: ItemView
    items_under: tuple[ItemView, ...]


@allow("book")
async def add_block(ctx: Context, request: BlockRequest, external_id: str | None = None) -> Blocked:
    """Block a site, with an `external_id` of the system that asks.

    Raises NotFound(site), Duplicate(external_id), Invalid(ends_at: before_start, out_of_range; notes: invalid,
    too_long).
    """
    check_block(request)
    async with transaction(ctx) as tx:
        await site_id_or_first(tx, request.site_id)
        await lock_sites(tx.db, tx.account.id, [request.site_id])
        if external_id is not None:
            await check_external_id(tx, external_id, is_block=True)
        resources = await list_resources(tx)
        roots = [root for root in resources if root.site_id == request.site_id and root.parent_id is None]
        (booking_id,), (item_id,) = await next_ids(tx.db, "booking"), await next_ids(tx.db, "item")
        references = References(booking_id=booking_id, uid=str(uuid4()))
        booking = new_booking(tx.account, references, BookingRequest(lines=()), None, tx.author)
        planned = plan_block(booking, item_id, request, roots, tx.author)
        await commit(tx.db, tx.account.id, planned)
        if external_id is not None:
            await set_external_id(tx.db, tx.account.id, follower_of(tx).token_id, item_id, external_id)
        return Blocked(ItemView(planned.items[0], booking.uid, 1), tuple(await items_under(tx, request)))


@allow("book")
async def add_repeated_blocks(ctx: Context, request: BlockRequest, rule: RepeatRule) -> list[Blocked]:
    """Block a site at a time and at its repeats, at the same hours of its wall clock, each time by a block of its own.

    Raises NotFound(site), TooManyOccurrences, Invalid(ends_at: before_start, out_of_range; starts_at, rrule:
    out_of_range; notes: invalid, too_long).
    """
    check_block(request)
    site = await get_site(ctx, request.site_id)
    times = repeated(rule, Span(request.starts_at, request.ends_at), zone(site.time_zone))
    async with transaction(ctx) as tx:
        return [await add_block(tx, replace(request, starts_at=time.start, ends_at=time.end)) for time in times]


@allow("book", "practitioner")
async def remove_blocks_from(ctx: Context, block_id: int) -> list[ItemView]:
    """Take a block away, and those that repeat it later and that the caller may see. Raises NotFound(block), Forbidden,
    Stale."""
    first = await get_block(ctx, block_id)
    async with transaction(ctx) as tx:
        booking = await get_booking(tx, first.item.booking_id)
        own = [view.item for view in booking.items if sees_item(tx, view)]
        later = [item for item in own if item.starts_at >= first.item.starts_at]
        return [await change_item_state(tx, item.id, "remove") for item in later if item.kind == "block"]


@allow("book")
async def move_block(ctx: Context, block_id: int, patch: ItemPatch) -> Blocked:
    """Give a block another time, whatever is booked then.

    Raises NotFound(block), IllegalTransition for one that is removed, Stale, Invalid(ends_at: before_start,
    out_of_range).
    """
    present = await get_site_block(ctx, block_id)
    view = await change_item(ctx, present.item.id, replace(patch, overlap_allowed=True))
    item = view.item
    request = BlockRequest(item.site_id or 0, item.starts_at, item.ends_at)
    return Blocked(view, tuple(await items_under(ctx, request)))


@allow("book")
async def remove_block(ctx: Context, block_id: int) -> ItemView:
    """Take a block away. Raises NotFound(block), IllegalTransition for one that is removed, Stale."""
    return await change_item_state(ctx, (await get_site_block(ctx, block_id)).item.id, "remove")


@allow("read", "practitioner")
async def find_block(ctx: Context, block_id: int) -> ItemView:
    """One block, of a whole site or a resource, also one that is removed. Raises NotFound(block)."""
    return await get_block(ctx, block_id)


@internal
async def get_site_block(ctx: Context, block_id: int) -> ItemView:
    """One block of a whole site. Raises NotFound(block)."""
    view = await get_block(ctx, block_id)
    if view.item.resource_id is not None:
        raise NotFound("block", block_id)
    return view


@internal
async def get_block(ctx: Context, block_id: int) -> ItemView:
    """One block, of a whole site or a resource. Raises NotFound(block)."""
    try:
        view = await get_item(ctx, block_id)
    except NotFound:
        raise NotFound("block", block_id) from None
    if view.item.kind != "block":
        raise NotFound("block", block_id)
    return view


@internal
async def items_under(ctx: Context, request: BlockRequest) -> list[ItemView]:
    """The active items, at most 100 of them, that lie within a block of their site."""
    query = ItemQuery(
        kinds=("appointment", "seat"),
        site_id=request.site_id,
        starts_before=request.ends_at,
        ends_after=request.starts_at,
        limit=MOST_NAMED,
    )
    return (await list_items(ctx, query)).rows

"""Bookings for systems that keep their own copy of them: what they have yet to be told, and what they confirm to have.

Each system is known by its key. An item needs to be told to it while somebody else changed it, or its customer, after
the revision that the system has confirmed; a confirmation is of the revision that it was last shown.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from kalends.actions.access import allow, internal
from kalends.actions.bookings.book import book_into
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.unknown_ids import checked
from kalends.actions.context import Context, transaction
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.followed import FollowedItem, ItemPlace, shown
from kalends.engine.bookings.number import item_id_of, number_of
from kalends.engine.bookings.queries import Follower, FollowQuery
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import ItemView
from kalends.engine.query import Page
from kalends.engine.refusals import Duplicate, NotFound
from kalends.store.bookings import items, sync
from kalends.store.installation import load_opaque_id_secret


@allow("read")
async def list_to_follow(ctx: Context, follow: FollowQuery) -> Page[FollowedItem]:
    """One page of items for the system that asks, and note what it was shown.

    With `since` only those that were committed as changed since then, by whomever: none is left out though its
    transaction began before. The first page of a list leaves a mark of how far it went.
    """
    query, follower = follow.query, follower_of(ctx)
    if follow.only_unsynced:
        query = replace(query, unsynced_by=follower)
    if follow.number is not None:
        item_id = item_id_of(await load_opaque_id_secret(ctx.db), ctx.account.id, follow.number)
        query = replace(query, ids=(item_id or 0,))
    if not query.offset or follow.since is not None:
        changed = await sync.read_changed(ctx.db, ctx.account.id, follower, follow, ctx.now)
        if follow.since is not None:
            ids = set(changed) if query.ids is None else set(changed) & set(query.ids)
            query = replace(query, ids=tuple(ids))
    rows, total = await items.list_items(ctx.db, ctx.account.id, query, ctx.now, ctx.site_ids)
    return Page(await followed(ctx, rows), total)


@allow("read")
async def locate_item(ctx: Context, item_id: int) -> ItemPlace:
    """Where an item is, and what the system that asks calls it. Raises NotFound(item)."""
    place = await sync.find_place(ctx.db, ctx.account.id, follower_of(ctx).token_id, item_id)
    if place is None or not ctx.sees(place.site_id):
        raise NotFound("item", item_id)
    return place


@allow("read")
async def find_own_id(ctx: Context, external_id: str, *, is_block: bool) -> int | None:
    """The id of the item that the system that asks knows by this id of its own; None if there is none."""
    return await sync.find_item_of(ctx.db, ctx.account.id, follower_of(ctx).token_id, external_id, is_block)


@allow("book")
async def book_as(ctx: Context, request: BookingRequest, external_id: str) -> ItemView:
    """Book a line that the system that asks knows by its own id. Returns its item.

    Raises Duplicate(external_id) when the system has an item of that id already, and what `book` raises.
    """
    request = await checked(ctx, request)

    async def book_once(tried: Context) -> ItemView:
        async with transaction(tried) as tx:
            await check_external_id(tx, external_id, is_block=False)
            view = (await book_into(tx, request)).items[0]
            await sync.set_external_id(tx.db, tx.account.id, follower_of(tx).token_id, view.item.id, external_id)
            return view

    return await retry_on_conflict(ctx, book_once, Locks())


@allow("read")
async def confirm_sync(ctx: Context, item_id: int, external_id: str | None) -> FollowedItem:
    """The system that asks has what it was last shown of an item, and knows it by this id, None for the one before.

    Raises NotFound(item), Duplicate(external_id).
    """
    async with transaction(ctx) as tx:
        view = await get_item(tx, item_id)
        token_id = follower_of(tx).token_id
        await sync.set_external_id(tx.db, tx.account.id, token_id, item_id, external_id)
        await sync.confirm(tx.db, tx.account.id, token_id, item_id)
        return (await followed(tx, [view], note=False))[0]


@allow("read")
async def follow_items(ctx: Context, views: Sequence[ItemView]) -> list[FollowedItem]:
    """Items as the system that asks knows them. It is not noted that it was shown them."""
    return await followed(ctx, views, note=False) if views else []


@internal
async def followed(ctx: Context, views: Sequence[ItemView], *, note: bool = True) -> list[FollowedItem]:
    """The items as the system that asks knows them; `note` that it was shown those that it needs to be told."""
    follower = follower_of(ctx)
    secret, states = await sync.load_states(ctx.db, ctx.account.id, follower, [view.item.id for view in views])
    new = [
        shown(view) for view in views if states[view.item.id].needs_sync and states[view.item.id].shown != shown(view)
    ]
    if note and new:
        await sync.save_shown(ctx.db, ctx.account.id, follower.token_id, new)
    return [
        FollowedItem(
            view,
            number_of(secret, ctx.account.id, view.item.id),
            states[view.item.id].external_id,
            states[view.item.id].needs_sync,
        )
        for view in views
    ]


@internal
async def check_external_id(ctx: Context, external_id: str, *, is_block: bool) -> None:
    """Raises Duplicate(external_id) when the system that asks has an item of that kind and id already."""
    follower = follower_of(ctx)
    if await sync.find_item_of(ctx.db, ctx.account.id, follower.token_id, external_id, is_block) is not None:
        raise Duplicate("external_id")


@internal
def follower_of(ctx: Context) -> Follower:
    """The system that asks. A request without a key is followed by nobody."""
    return Follower(ctx.principal.token_id or 0, ctx.actor)

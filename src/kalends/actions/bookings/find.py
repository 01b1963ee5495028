"""Reads items and bookings: one by one, and as lists."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from kalends.actions.access import allow, changes_item, internal, own_items, sees_item
from kalends.actions.context import Context
from kalends.actions.expected import check_expected
from kalends.engine.all_refusals import check_found
from kalends.engine.bookings.queries import BookingQuery, ItemQuery
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.query import Page
from kalends.engine.refusals import Forbidden, NotFound, Stale
from kalends.store.bookings import find
from kalends.store.bookings import items as occupied
from kalends.store.bookings.find import Scope

MOST_ITEMS = 10_000
"""Items on one page of bookings: what can be read and written within a second."""


@allow("read", "customer", "guest", "practitioner")
async def get_item(ctx: Context, item_id: int) -> ItemView:
    """An item in any state, deleted ones included. Raises NotFound(item)."""
    return _visible(ctx, await occupied.find_item(ctx.db, ctx.account.id, item_id), item_id)


@allow("read")
async def find_by_external_id(ctx: Context, external_id: str) -> ItemView:
    """The newest item with this external id. Raises NotFound(item)."""
    view = await occupied.find_by_external_id(ctx.db, ctx.account.id, external_id, ctx.site_ids)
    return _visible(ctx, view, external_id)


@allow("read", "customer", "practitioner")
async def list_items(ctx: Context, query: ItemQuery) -> Page[ItemView]:
    """A page of the items that match a query and that the caller may see; customers see their own."""
    return Page(*await occupied.list_items(ctx.db, ctx.account.id, own_items(ctx, query), ctx.now, ctx.site_ids))


@allow("read")
async def get_booking(ctx: Context, booking_id: int) -> BookingWithItems:
    """A booking with its items that are not deleted. Raises NotFound(booking)."""
    return (await get_each_booking(ctx, [booking_id]))[0]


@allow("read", "guest", "practitioner")
async def get_whole_booking(ctx: Context, booking_id: int) -> BookingWithItems:
    """A booking with its items that are not deleted, also those in sessions without a resource.

    Raises NotFound(booking), also if it has no item that the caller may see.
    """
    whole = await whole_bookings(ctx, [booking_id])
    if booking_id not in whole:
        raise NotFound("booking", booking_id)
    return whole[booking_id]


@allow("read")
async def list_bookings(ctx: Context, query: BookingQuery) -> Page[BookingWithItems]:
    """A page of bookings in order of their ids, each with those of its items that match the query.

    Raises Invalid(limit: too_many) if the page has more than MOST_ITEMS items.
    """
    return Page(*await find.list_bookings(ctx.db, _scope(ctx), query, MOST_ITEMS))


@internal
async def whole_bookings(ctx: Context, booking_ids: Collection[int]) -> Mapping[int, BookingWithItems]:
    """Those of these bookings that have an item that the caller may see, by id, as `get_whole_booking` returns one."""
    scope = Scope(ctx.account.id, ctx.now, booking_ids=booking_ids, placeless_seats=True)
    whole = {}
    for booking_id, booking in (await bookings_in(ctx, scope)).items():
        if items := tuple(view for view in booking.items if view.item.kind != "block" and sees_item(ctx, view)):
            whole[booking_id] = msgspec.structs.replace(booking, items=items)
    return whole


@internal
async def get_to_change(ctx: Context, item_id: int) -> ItemView:
    """An item that is about to be changed.

    Raises NotFound(item), Forbidden if they may only see it, Outdated if the caller expects another version of it, and
    Stale if it is a hold past its end that is not yet stored as expired: the retry locks it and thereby expires it.
    """
    view = await get_item(ctx, item_id)
    if not changes_item(ctx, view):
        raise Forbidden()
    check_lapsed(ctx, [view])
    check_expected(ctx, view.item)
    return view


def check_lapsed(ctx: Context, views: Iterable[ItemView]) -> None:
    """Raises Stale if one of these items is a hold past its end that is not yet stored as expired."""
    if any(state_at(view.item, ctx.now) != view.item.state for view in views):
        raise Stale()


@internal
async def get_each_booking(ctx: Context, booking_ids: Sequence[int]) -> list[BookingWithItems]:
    """These bookings in this order, with their items that are not deleted.

    Raises NotFound(booking) for each that is missing.
    """
    bookings = await get_bookings(ctx, booking_ids)
    check_found(("booking", booking_ids, bookings))
    return [bookings[booking_id] for booking_id in booking_ids]


@internal
async def get_bookings(ctx: Context, booking_ids: Collection[int]) -> Mapping[int, BookingWithItems]:
    """Those of these bookings that exist, by id, with their items that are not deleted."""
    return await bookings_in(ctx, _scope(ctx, booking_ids))


@internal
async def bookings_in(ctx: Context, scope: Scope) -> Mapping[int, BookingWithItems]:
    """The bookings in a scope, by id."""
    bookings, _ = await find.list_bookings(ctx.db, scope, BookingQuery())
    return {booking.booking.id: booking for booking in bookings}


def _scope(ctx: Context, booking_ids: Collection[int] | None = None) -> Scope:
    return Scope(ctx.account.id, ctx.now, ctx.site_ids, booking_ids)


def _visible(ctx: Context, view: ItemView | None, which: object) -> ItemView:
    if view is None or not sees_item(ctx, view):
        raise NotFound("item", which)
    return view

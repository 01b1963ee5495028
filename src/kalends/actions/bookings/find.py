"""Items and bookings: one by one, and listed."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from kalends.actions.access import allow, internal, own_items, sees_item
from kalends.actions.context import Context
from kalends.engine.bookings.queries import BookingQuery, ItemQuery
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.query import Page
from kalends.engine.refusals import NotFound, Stale
from kalends.store.bookings import find, items
from kalends.store.bookings.find import Scope


@allow("read", "customer", "guest")
async def get_item(ctx: Context, item_id: int) -> ItemView:
    """One item in any state. Raises NotFound(item)."""
    return _visible(ctx, await items.find_item(ctx.db, ctx.account.id, item_id), item_id)


@allow("read")
async def find_by_external_id(ctx: Context, external_id: str) -> ItemView:
    """The newest item that carries the caller's own id. Raises NotFound(item)."""
    found = await items.find_by_external_id(ctx.db, ctx.account.id, external_id, ctx.site_ids)
    return _visible(ctx, found, external_id)


@allow("read", "customer")
async def list_items(ctx: Context, query: ItemQuery) -> Page[ItemView]:
    """One page of the items that a query asks for and that may be seen."""
    return Page(*await items.list_items(ctx.db, ctx.account.id, own_items(ctx, query), ctx.now, ctx.site_ids))


@allow("read")
async def get_booking(ctx: Context, booking_id: int) -> BookingWithItems:
    """One booking with its items that are not deleted. Raises NotFound(booking)."""
    return (await get_each_booking(ctx, [booking_id]))[0]


@allow("read")
async def list_bookings(ctx: Context, query: BookingQuery) -> Page[BookingWithItems]:
    """One page of bookings in the order of their ids, each with those of its items that the query asks for."""
    return Page(*await find.list_bookings(ctx.db, _scope(ctx), query))


@internal
async def get_to_change(ctx: Context, item_id: int) -> ItemView:
    """One item, to plan a change on. Raises NotFound(item), and Stale for a hold that is over and has not lapsed yet: a
    second try lapses it under its lock."""
    view = await get_item(ctx, item_id)
    check_lapsed(ctx, [view])
    return view


def check_lapsed(ctx: Context, views: Iterable[ItemView]) -> None:
    """Raises Stale when a hold among these items is over and has not lapsed yet."""
    if any(state_at(view.item, ctx.now) != view.item.state for view in views):
        raise Stale()


@internal
async def get_each_booking(ctx: Context, booking_ids: Sequence[int]) -> list[BookingWithItems]:
    """These bookings, as `get_booking` has each. Raises NotFound(booking) with the first that is not there."""
    found = await get_bookings(ctx, booking_ids)
    if missing := [one for one in booking_ids if one not in found]:
        raise NotFound("booking", missing[0])
    return [found[one] for one in booking_ids]


@internal
async def get_bookings(ctx: Context, booking_ids: Collection[int]) -> Mapping[int, BookingWithItems]:
    """Those of these bookings that there are, by id, each with its items that are not deleted."""
    return await bookings_in(ctx, _scope(ctx, booking_ids))


@internal
async def bookings_in(ctx: Context, scope: Scope) -> Mapping[int, BookingWithItems]:
    """The bookings in a scope, by id."""
    found, _ = await find.list_bookings(ctx.db, scope, BookingQuery())
    return {one.booking.id: one for one in found}


def _scope(ctx: Context, booking_ids: Collection[int] | None = None) -> Scope:
    return Scope(ctx.account.id, ctx.now, ctx.account.time_zone, ctx.site_ids, booking_ids)


def _visible(ctx: Context, view: ItemView | None, which: object) -> ItemView:
    if view is None or not sees_item(ctx, view):
        raise NotFound("item", which)
    return view

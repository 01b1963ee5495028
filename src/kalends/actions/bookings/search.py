"""Lists of items and bookings of any kind and state, filtered and sorted by their fields, behind a cursor."""

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.find import whole_bookings
from kalends.actions.context import Context
from kalends.engine.bookings.queries import BookingSearch
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.query import Filter, Page, Query
from kalends.store.bookings import search as occupancy
from kalends.store.bookings.items import find_views


@allow("read", "practitioner")
async def search_items(ctx: Context, query: Query) -> Page[ItemView]:
    """A page of items of all kinds and states; for the fields see store/bookings/search.py. A page behind a cursor is
    found as fast as the first one.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    if (own := ctx.principal.resource_ids) is not None:
        with_them = Filter("with_resource_id", "in", list(own))
        query = msgspec.structs.replace(query, filters=(*query.filters, with_them))
    ids, total = await occupancy.search_items(ctx.db, ctx.account.id, query, now=ctx.now, site_ids=ctx.site_ids)
    views = {view.item.id: view for view in await find_views(ctx.db, ctx.account.id, ids)} if ids else {}
    return Page([views[item_id] for item_id in ids if item_id in views], total)


@allow("read")
async def search_bookings(ctx: Context, search: BookingSearch) -> Page[BookingWithItems]:
    """A page of bookings with all their items, of which one matches; as for `search_items`.

    Raises Invalid(field, cursor) as that does.
    """
    ids, total = await occupancy.search_bookings(ctx.db, ctx.account.id, search, now=ctx.now, site_ids=ctx.site_ids)
    bookings = await whole_bookings(ctx, ids) if ids else {}
    return Page([bookings[booking_id] for booking_id in ids if booking_id in bookings], total)

"""From an order to what is written: look up what it names, check it, and lay out its items."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.actions.context import Context
from kalends.actions.customers import match_or_make
from kalends.engine.booking import Booking, Item
from kalends.engine.change import ChangeSet
from kalends.engine.listing import ItemView
from kalends.engine.order import BookingWithItems, Order, Place
from kalends.engine.ordering import MADE, Spot, check_goes_with, check_words, laid_out
from kalends.engine.people import Customer
from kalends.engine.placing import Ids, claims_of, new_booking, new_item, span_of
from kalends.engine.refusals import Fault, Invalid, NotFound, Retired
from kalends.engine.wish import Wish
from kalends.store import orders
from kalends.store.orders import Ground


class Draft(msgspec.Struct, frozen=True):
    """What would be written, and the booking that it would become."""

    change: ChangeSet
    ordered: BookingWithItems


async def draft(ctx: Context, order: Order) -> Draft:
    """The change that places an order. Raises what `place_order` raises, except Full."""
    check_words(order.state, order.status)
    spots = laid_out(order.places, order.spans)
    ground = await look_up(ctx, order.places, order.customer_id, items=len(spots))
    check_bookable(order.places, ground)
    customer, is_new = ground.customer, False
    if customer is None and order.customer is not None:
        customer, is_new = await match_or_make(ctx, order.customer)
    booking = _booking(ctx, order, ground, customer)
    pairs = zip(ground.item_ids, spots, strict=True)
    words = (order.state, order.status)
    items = [made(ctx, booking, spot, (item_id, whole(ground, spot)), words) for item_id, spot in pairs]
    change = ChangeSet(
        at=ctx.now,
        actor=ctx.who,
        verb="create",
        customers=(customer,) if customer and is_new else (),
        bookings=(booking,),
        items=tuple(items),
        claims=tuple(claim for item in items for claim in claims_of(item, None, None)),
    )
    return Draft(change, BookingWithItems(booking, customer, _entries(items, booking, customer, ground)))


async def look_up(
    ctx: Context,
    places: Sequence[Place],
    customer_id: int | None = None,
    *,
    items: int = 0,
    services: Sequence[int] = (),
) -> Ground:
    """All that an order names, and these services, with ids for new items.

    Raises NotFound(resource, service or customer), Retired(resource), Invalid(extras: not_served).
    """
    extras = [extra for place in places for extra in place.extras]
    inventories = {extra.resource_id for extra in extras if extra.resource_id is not None}
    added = {extra.service_id for extra in extras if extra.service_id is not None}
    resources = {place.resource_id for place in places} | inventories
    named = resources, added | set(services), customer_id
    ground = await orders.load_ground(ctx.db, ctx.account.id, named, ctx.site_ids, items)
    _check_found("resource", resources, ground.resources)
    _check_found("service", added, ground.services)
    if customer_id is not None and ground.customer is None:
        raise NotFound("customer", customer_id)
    for place in places:
        resource = ground.resources[place.resource_id]
        if not resource.active:
            raise Retired("resource")
        check_goes_with(place, resource, ground.resources, ground.goes_with, ground.offers)
    return ground


def check_bookable(places: Sequence[Place], ground: Ground) -> None:
    """Raises Invalid(resource_id: not_bookable) for inventory, which goes with a place."""
    if any(ground.resources[place.resource_id].kind == "inventory" for place in places):
        raise Invalid(Fault("resource_id", "not_bookable"))


def whole(ground: Ground, spot: Spot) -> int:
    """The units that the resource of a spot has in all."""
    return max(1, ground.resources[spot.place.resource_id].capacity)


def made(ctx: Context, booking: Booking, spot: Spot, of: tuple[int, int], words: tuple[str, str | None]) -> Item:
    """A new item of a booking, of an id and so many units, in this state and status.

    Raises Invalid(ends_at: before_start or out_of_range).
    """
    (item_id, units), (state, status) = of, words
    wish = Wish(
        starts_at=spot.span.start,
        ends_at=spot.span.end,
        resource_id=spot.place.resource_id,
        customer_id=booking.customer_id,
        units=units,
        status=status,
        title=booking.title,
        extras=spot.place.extras,
    )
    span = span_of(wish, None, None, None)
    item = new_item(ctx.account, Ids(item_id, booking.id, booking.uid), wish, span, ctx.now, ctx.who)
    return msgspec.structs.replace(item, state=state, cancelled_at=ctx.now if state == "cancelled" else None)


def _check_found(what: str, named: set[int], found: Mapping[int, object]) -> None:
    if missing := sorted(named - found.keys()):
        raise NotFound(what, missing[0])


def _booking(ctx: Context, order: Order, ground: Ground, customer: Customer | None) -> Booking:
    ids = Ids(ground.item_ids[0], ground.booking_id, ground.uid)
    booking = new_booking(ctx.account, ids, Wish(title=order.title), customer, ctx.now, ctx.who)
    return msgspec.structs.replace(
        booking,
        comments=order.comments,
        recurrence=dict(MADE) if order.recurs else None,
        details=dict(order.details),
    )


def _entries(
    items: Sequence[Item], booking: Booking, customer: Customer | None, ground: Ground
) -> tuple[ItemView, ...]:
    return tuple(
        ItemView(
            item,
            booking.uid,
            len(items),
            customer,
            ground.resources[item.resource_id or 0],
            recurs=booking.recurrence is not None,
        )
        for item in items
    )

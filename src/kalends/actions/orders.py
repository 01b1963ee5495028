"""Whole bookings: many places at many times, all of them or none."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kalends.actions.context import Context
from kalends.actions.customers import retry_on_conflict
from kalends.actions.holding import with_items_held
from kalends.actions.ordering import draft
from kalends.actions.reordering import drafted_change
from kalends.engine.listing import Page
from kalends.engine.order import BookingQuery, BookingWithItems, Order
from kalends.engine.refusals import Forbidden, NotFound
from kalends.store import commit, orders, series
from kalends.store.orders import Scope


async def place_order(ctx: Context, order: Order) -> BookingWithItems:
    """Book every place at every time, or say why not; nothing is written unless all of it is.

    A draft or a cancelled order takes no time, one that awaits its confirmation holds it without end. Raises
    NotFound(customer, resource or service), Retired(resource), TooManyOccurrences (731 times, 5,000 items), Full, and
    Invalid (resource_id, starts_at: blank; resource_id: not_bookable; ends_at: before_start or out_of_range; state,
    status: unknown; extras: not_positive, out_of_range, invalid or not_served; and the customer's fields).
    Source: seed 004_751937256ff132e1, booking_save and booking_add.
    """

    async def place() -> BookingWithItems:
        drafted = await draft(ctx, order)
        await commit.commit(ctx.db, ctx.account.id, drafted.change)
        return drafted.ordered

    return await retry_on_conflict(place)


async def get_order(ctx: Context, booking_id: int) -> BookingWithItems:
    """One booking with its items that are not deleted. Raises NotFound(booking)."""
    return (await get_every_order(ctx, [booking_id]))[0]


async def get_every_order(ctx: Context, booking_ids: Sequence[int]) -> list[BookingWithItems]:
    """These bookings, as `get_order` has each. Raises NotFound(booking) with the first that is not there."""
    return _each(await get_orders(ctx, booking_ids), booking_ids)


async def get_orders(ctx: Context, booking_ids: Collection[int]) -> dict[int, BookingWithItems]:
    """Those of these bookings that there are, by id, each with its items that are not deleted."""
    return await _found(ctx, _scope(ctx, booking_ids))


async def list_orders(ctx: Context, query: BookingQuery) -> Page[BookingWithItems]:
    """One page of bookings in the order of their ids, each with those of its items that the query asks for."""
    return Page(*await orders.list_orders(ctx.db, _scope(ctx), query))


async def change_order(ctx: Context, booking_id: int, fields: Mapping[str, Any]) -> BookingWithItems:
    """Change some fields of a booking, named as in engine.order.Order; what is not named stays.

    Instead of `spans` a function `retimed` may make them of those that the booking has when nobody else changes it.
    Items that are over stay as they are while others are not. Of new places or times each takes an item that is there,
    in the order of time; what is left over is removed, what is missing is added. Items in a session keep its time and
    place. Raises NotFound(booking), Forbidden when some of it is at another site, IllegalTransition, Stale, NotServed,
    Retired(session), and what `place_order` raises.
    """
    resources = [place.resource_id for place in fields.get("places") or ()]
    extras = [extra.resource_id for place in fields.get("places") or () for extra in place.extras if extra.resource_id]

    async def find(tx: Context) -> Collection[int]:
        await orders.hold_series(tx.db, ctx.account.id, booking_id)
        return await orders.find_items(tx.db, ctx.account.id, booking_id)

    async def hold(tx: Context, items: Collection[int]) -> None:
        present = await orders.find_places(tx.db, ctx.account.id, items)
        await commit.lock(tx.db, ctx.account.id, ctx.now, sorted(items), [*resources, *extras, *present])

    async def act(tx: Context) -> BookingWithItems:
        everywhere = Scope(ctx.account.id, ctx.now, ctx.account.time_zone, booking_ids=[booking_id])
        (present,) = _each(await _found(tx, everywhere), [booking_id])
        _check_sites(ctx, present)
        if fields.get("state") == "cancelled":
            await series.withdraw_pending(tx.db, ctx.account.id, booking_id)
        change = await drafted_change(tx, present, fields)
        if change is None:
            return present
        await commit.commit(tx.db, ctx.account.id, change)
        return await get_order(tx, booking_id)

    return await retry_on_conflict(lambda: with_items_held(ctx, find, hold, act))


def _scope(ctx: Context, booking_ids: Collection[int] | None = None) -> Scope:
    return Scope(ctx.account.id, ctx.now, ctx.account.time_zone, ctx.site_ids, booking_ids)


async def _found(ctx: Context, scope: Scope) -> dict[int, BookingWithItems]:
    found, _ = await orders.list_orders(ctx.db, scope, BookingQuery())
    return {ordered.booking.id: ordered for ordered in found}


def _each(found: Mapping[int, BookingWithItems], booking_ids: Sequence[int]) -> list[BookingWithItems]:
    if missing := [one for one in booking_ids if one not in found]:
        raise NotFound("booking", missing[0])
    return [found[one] for one in booking_ids]


def _check_sites(ctx: Context, present: BookingWithItems) -> None:
    if ctx.site_ids is None:
        return
    sites = {entry.resource.site_id for entry in present.entries if entry.resource}
    if not sites & ctx.site_ids:
        raise NotFound("booking", present.booking.id)
    if sites - ctx.site_ids:
        raise Forbidden()

"""Holds times for somebody who is about to book them; holds are extended, changed, confirmed and released."""

from datetime import datetime

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_booking import change_booking
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_booking_state
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.lock import lock_whole_booking
from kalends.actions.context import Context, transaction
from kalends.engine.bookings.hold import HoldPatch, check_end, check_held, is_held, item_patches
from kalends.engine.bookings.patch import BookingPatch
from kalends.engine.bookings.request import BY_POLICY, SILENT, Booked, BookingRequest, MessageOverrides
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.refusals import NotFound


@allow("book")
async def add_hold(ctx: Context, request: BookingRequest, until: datetime) -> Booked:
    """Hold all lines of a request until a time. Nobody is told.

    Raises what `book` raises, and Invalid(expires_at: past, out_of_range).
    """
    check_end(until, ctx.now)
    return await book(ctx, msgspec.structs.replace(request, hold_until=until, messages=SILENT))


@allow("read")
async def get_hold(ctx: Context, booking_id: int) -> BookingWithItems:
    """A hold, also one that has lapsed. Raises NotFound(hold), also once it is confirmed or released."""
    try:
        booking = await get_whole_booking(ctx, booking_id)
    except NotFound:
        raise NotFound("hold", booking_id) from None
    if not all(is_held(view.item) for view in booking.items):
        raise NotFound("hold", booking_id)
    return booking


@allow("book")
async def change_hold(ctx: Context, booking_id: int, patch: HoldPatch) -> BookingWithItems:
    """Change the end of a hold, and times and resources of its items; all or nothing.

    Raises NotFound(hold, item), IllegalTransition if it has lapsed, Invalid(expires_at: past, out_of_range), and what
    `change_item` raises.
    """
    if patch.until is not UNSET:
        check_end(patch.until, ctx.now)
    async with transaction(ctx) as tx:
        hold = await _lock_hold(tx, booking_id, "change")
        for item_id, own in item_patches(hold.items, patch).items():
            await change_item(tx, item_id, own, messages=SILENT)
        return await get_hold(tx, booking_id)


@allow("book")
async def confirm_hold(
    ctx: Context, booking_id: int, patch: BookingPatch, messages: MessageOverrides = BY_POLICY
) -> BookingWithItems:
    """Turn a hold into a booking: its items are confirmed, with the customer, title and other fields of the patch.

    Raises NotFound(hold, customer), IllegalTransition if it has lapsed, Stale, Forbidden if some items are at sites
    that the caller may not see, Duplicate (a field of the customer), Invalid(the customer's fields).
    """
    async with transaction(ctx) as tx:
        await _lock_hold(tx, booking_id, "confirm")
        confirmed = msgspec.structs.replace(patch, state="confirmed")
        return await change_booking(tx, booking_id, confirmed, messages=messages)


@allow("book")
async def release_hold(ctx: Context, booking_id: int) -> None:
    """Give the times of a hold free again; one that has lapsed is removed. Nobody is told.

    Raises NotFound(hold), Stale.
    """
    hold = await get_hold(ctx, booking_id)
    await change_booking_state(ctx, hold.booking.uid, "remove", SILENT)


async def _lock_hold(ctx: Context, booking_id: int, verb: str) -> BookingWithItems:
    """The hold, locked with its items. Raises NotFound(hold), Outdated, IllegalTransition if it has lapsed."""
    await lock_whole_booking(ctx, booking_id)
    hold = await get_hold(ctx, booking_id)
    check_held(hold.items, verb, ctx.now)
    return hold

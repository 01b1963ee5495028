"""Locks a booking as a whole, with all its items, and compares it with what the caller expects."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kalends.actions.access import internal
from kalends.actions.bookings.find import whole_bookings
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_version
from kalends.store.bookings.find import find_items
from kalends.store.bookings.series import lock_booking
from kalends.store.commit import lock


@internal
async def lock_whole_booking(ctx: Context, booking_id: int) -> None:
    """In a transaction: lock a booking, its items, and the trees of what they take. Raises Outdated if the caller
    expects another version of it."""
    await lock_booking(ctx.db, ctx.account.id, booking_id)
    await lock(ctx.db, ctx.account.id, ctx.now, await find_items(ctx.db, ctx.account.id, booking_id))
    if ctx.expected is not None and (whole := (await whole_bookings(ctx, [booking_id])).get(booking_id)):
        check_version(ctx, "booking", booking_id, whole.version)


@internal
@asynccontextmanager
async def expected_booking(ctx: Context, booking_id: int) -> AsyncIterator[Context]:
    """If the caller expects a version of something: a transaction in which the whole booking is locked. Else no lock is
    needed to change it. Raises Outdated if the caller expects another version of it."""
    if ctx.expected is None:
        yield ctx
        return
    async with transaction(ctx) as tx:
        await lock_whole_booking(tx, booking_id)
        yield tx

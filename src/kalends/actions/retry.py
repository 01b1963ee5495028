"""Changes are planned on what was read without locks and committed only if it still holds; here they are tried anew."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context, transaction
from kalends.engine.refusals import Duplicate, Stale
from kalends.store.bookings.find import find_items
from kalends.store.bookings.series import lock_booking
from kalends.store.commit import lock
from kalends.store.turns import turns

T = TypeVar("T")

TRIES = 10


class Locks(msgspec.Struct, frozen=True):
    """What a second try locks before it reads, so that it can't be overtaken again."""

    bookings: Sequence[int] = ()
    sessions: Sequence[int] = ()
    items: Sequence[int] = ()


@internal
async def retry_on_conflict(ctx: Context, act: Callable[[Context], Awaitable[T]], locks: Locks) -> T:
    """Run `act`; when what it was planned on has changed meanwhile, again, under locks.

    Somebody made the same customer, who is then matched; or moved the session, whose new time then counts. Raises Stale
    when that happens ten times in a row, and Duplicate when it does twice.
    """
    try:
        return await act(ctx)
    except (Duplicate, Stale):
        pass
    for _ in range(TRIES - 2):
        try:
            return await _locked(ctx, act, locks)
        except Stale:
            continue
    return await _locked(ctx, act, locks)


async def _locked(ctx: Context, act: Callable[[Context], Awaitable[T]], locks: Locks) -> T:
    wanted = {"booking": locks.bookings, "item": locks.items, "session": locks.sessions}
    rows = [(kind, row_id) for kind, ids in wanted.items() for row_id in ids]
    async with turns(ctx.db, ctx.account.id, rows), transaction(ctx) as tx:
        items = list(locks.items)
        for booking_id in sorted(locks.bookings):
            await lock_booking(tx.db, ctx.account.id, booking_id)
            items += await find_items(tx.db, ctx.account.id, booking_id)
        await lock(tx.db, ctx.account.id, ctx.now, items, (), locks.sessions)
        return await act(tx)

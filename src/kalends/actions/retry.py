"""Retries changes. They are planned on rows read without locks, and refused on commit if those have changed."""

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

ATTEMPTS = 10


class Locks(msgspec.Struct, frozen=True):
    """The rows that a retry locks before it reads, so that they can't change again."""

    bookings: Sequence[int] = ()
    sessions: Sequence[int] = ()
    items: Sequence[int] = ()


@internal
async def retry_on_conflict(ctx: Context, act: Callable[[Context], Awaitable[T]], locks: Locks) -> T:
    """Run `act`; if the rows it read have changed meanwhile (Duplicate or Stale), run it again under locks.

    Duplicate: the same customer was added meanwhile, and the retry finds it. Raises Stale after ten attempts, and
    Duplicate after two.
    """
    try:
        return await act(ctx)
    except (Duplicate, Stale):
        pass
    for _ in range(ATTEMPTS - 2):
        try:
            return await _locked(ctx, act, locks)
        except Stale:
            continue
    return await _locked(ctx, act, locks)


async def _locked(ctx: Context, act: Callable[[Context], Awaitable[T]], locks: Locks) -> T:
    ids_by_kind = {"booking": locks.bookings, "item": locks.items, "session": locks.sessions}
    rows = [(kind, row_id) for kind, ids in ids_by_kind.items() for row_id in ids]
    async with turns(ctx.db, ctx.account.id, rows), transaction(ctx) as tx:
        item_ids = list(locks.items)
        for booking_id in sorted(locks.bookings):
            await lock_booking(tx.db, ctx.account.id, booking_id)
            item_ids += await find_items(tx.db, ctx.account.id, booking_id)
        await lock(tx.db, ctx.account.id, ctx.now, item_ids, (), locks.sessions)
        return await act(tx)

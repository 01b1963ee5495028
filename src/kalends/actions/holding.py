"""Many items changed at once, whichever they are by then."""

from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from kalends.actions.context import Context, transaction
from kalends.engine.refusals import Stale

T = TypeVar("T")
_TRIES = 10


async def with_items_held(
    ctx: Context,
    find: Callable[[Context], Awaitable[Collection[int]]],
    hold: Callable[[Context, Collection[int]], Awaitable[None]],
    act: Callable[[Context], Awaitable[T]],
) -> T:
    """Act in one transaction, all items that `find` finds held, and none of them new.

    `hold` locks the items found, and sees to it that no other can be added. The guard locks items before all else, so
    one that came in between can't be locked any more, and everything begins anew. Raises Stale when that never ends.
    """
    for _ in range(_TRIES):
        async with transaction(ctx) as tx:
            found = await find(tx)
            await hold(tx, found)
            if set(await find(tx)) <= set(found):
                return await act(tx)
    raise Stale()

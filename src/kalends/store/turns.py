"""Limits how many tasks of this process lock the same rows at a time; the others wait without a connection.

Whoever waits for a lock in the database holds a connection. Without turns, all connections of the pool could wait for
one busy tree, and nobody else would be served.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from kalends.store.db import Db

MOST_AT_ONCE = 3  # enough to keep the database busy with one tree, but few of the pool's connections


class _RowTurns:
    """The turns at one row, and how many tasks have one or wait for one."""

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(MOST_AT_ONCE)
        self.users = 0


_turns_by_row: dict[tuple[int, str, int], _RowTurns] = {}


@asynccontextmanager
async def turns(db: Db, account_id: int, rows: Iterable[tuple[str, int]]) -> AsyncIterator[None]:
    """Wait for a turn at each of these rows, given as (kind, id). Rows are taken in order, so there is no deadlock.

    A caller that already has a connection does not wait: waiting with a connection is what turns avoid.
    """
    if not isinstance(db, asyncpg.Pool):
        yield
        return
    async with AsyncExitStack() as stack:
        for kind, row_id in sorted(set(rows)):
            await stack.enter_async_context(_turn((account_id, kind, row_id)))
        yield


@asynccontextmanager
async def _turn(row: tuple[int, str, int]) -> AsyncIterator[None]:
    turns_at_row = _turns_by_row.setdefault(row, _RowTurns())
    turns_at_row.users += 1
    try:
        async with turns_at_row.free:
            yield
    finally:
        turns_at_row.users -= 1
        if not turns_at_row.users:
            del _turns_by_row[row]

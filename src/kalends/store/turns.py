"""Turns at what is locked: of all who want the same rows, a few ask the database, and the others wait outside.

Whoever waits for a lock holds a connection meanwhile. Without turns, as many as there are connections could wait for
one busy tree, and nobody else would be served.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from kalends.store.db import Db

MOST = 3  # enough to keep the database busy with one tree, and few of the connections of a pool


class _Turns:
    """The places at one row, and how many want one or have one."""

    def __init__(self) -> None:
        self.places = asyncio.Semaphore(MOST)
        self.users = 0


_turns: dict[tuple[int, str, int], _Turns] = {}


@asynccontextmanager
async def turns(db: Db, account_id: int, rows: Iterable[tuple[str, int]]) -> AsyncIterator[None]:
    """A turn at each of these rows of an account (their kind and id), in this process; nobody waits in a circle.

    Whoever has a connection already goes on at once: to wait with it is what is to be avoided.
    """
    if not isinstance(db, asyncpg.Pool):
        yield
        return
    async with AsyncExitStack() as held:
        for kind, row_id in sorted(set(rows)):
            await held.enter_async_context(_turn((account_id, kind, row_id)))
        yield


@asynccontextmanager
async def _turn(row: tuple[int, str, int]) -> AsyncIterator[None]:
    turn = _turns.setdefault(row, _Turns())
    turn.users += 1
    try:
        async with turn.places:
            yield
    finally:
        turn.users -= 1
        if not turn.users:
            del _turns[row]

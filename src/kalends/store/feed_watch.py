"""Waits for the change feeds of accounts to move on.

While anybody of this process waits, one task asks once a second how far the feeds of their accounts have come, for all
of them in one statement. To be told by the database would take a lock of the whole server with each commit.
"""

import asyncio

import structlog

from kalends.store.changes import list_heads
from kalends.store.db import UNAVAILABLE, Db

log = structlog.get_logger()

SECONDS = 1.0
"""How often it is asked how far the feeds have come."""


class _Watch:
    """Those who wait on one database: by account, each with the head that they know, and what wakes them."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.waiting: dict[int, dict[asyncio.Future[str], str | None]] = {}
        self.task = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        while True:
            try:
                heads = await list_heads(self.db, list(self.waiting))
            except UNAVAILABLE as error:  # whoever waits is woken to read, and told so by that
                log.warning("database.lost", error=type(error).__qualname__)
                heads = {}
            for account_id, waiting in self.waiting.items():
                head = heads.get(account_id, "")
                for future, known in waiting.items():
                    if head != known and not future.done():
                        future.set_result(head)
            await asyncio.sleep(SECONDS)


_watches: dict[Db, _Watch] = {}


async def next_head(db: Db, account_id: int, known: str | None, seconds: float) -> str | None:
    """Return the position of the account's last settled change as soon as it is another than `known`; None is any.

    `db` is the pool: a connection can't be used by two at a time. Returns `known` when `seconds` are over.
    """
    watch = _watches.get(db) or _watches.setdefault(db, _Watch(db))
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    watch.waiting.setdefault(account_id, {})[future] = known
    try:
        async with asyncio.timeout(seconds):
            return await future
    except TimeoutError:
        return known
    finally:
        del watch.waiting[account_id][future]
        if not watch.waiting[account_id]:
            del watch.waiting[account_id]
        if not watch.waiting:
            watch.task.cancel()
            del _watches[db]

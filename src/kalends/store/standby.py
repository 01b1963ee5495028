"""A hot standby for reads: a server that follows the primary by physical replication.

It has everything of the transactions that had ended when its snapshot was taken: those with an id below the snapshot's
xmin. The journal has the id of each transaction that changed something. So an account is read here only if its journal
on the primary has nothing from that id on: then the standby has all that the account ever committed, however far behind
it is with others, and whoever has just written reads what they wrote.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog

from kalends.store.db import STANDBY, UNAVAILABLE, Db, Pool, open_pool

log = structlog.get_logger()

PROBE_SECONDS = 0.3
"""Between looks at how far it is."""
PATIENCE = 5.0
"""Seconds that a look may take."""
MOST_BEHIND = 10.0
"""Seconds. Not everything is in the journal (messages, deliveries, devices): of that it is at most so far behind."""
FAULTS: tuple[type[Exception], ...] = (asyncpg.PostgresError, *UNAVAILABLE)
FAILED: tuple[type[Exception], ...] = (asyncpg.SerializationError, *UNAVAILABLE)
"""Errors after which the primary is asked: the standby is lost, read-only, or had to give up a statement to go on with
what it gets from the primary."""


class Standby:
    """The standby of a URL.

    `settled`: it has all of the transactions with ids below; None while it can't be used. `writing`: requests (the
    templates of their paths) that were found to write something down, so that they need not be tried here again.
    """

    def __init__(self, url: str, least: int, most: int) -> None:
        self.url, self.least, self.most = url, least, most
        self.pool: Pool | None = None
        self.settled: str | None = None
        self.writing: set[str] = set()
        self._mark = ""  # where the primary's log ended at `_marked_at`
        self._marked_at = self._as_of = float("-inf")

    async def follow(self, primary: Callable[[], Pool | None]) -> None:
        """Look how far it is, again and again, until cancelled. `primary` is the pool of the primary, if it is open."""
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    settled = await self._find_settled(primary())
            except FAULTS as error:
                self.give_up(error)
            else:
                if settled and not self.settled:
                    log.info("standby.used")
                self.settled = settled
            await asyncio.sleep(PROBE_SECONDS)

    def give_up(self, error: Exception) -> None:
        """Read nothing there until it has been found well again."""
        if self.settled:
            log.warning("standby.lost", error=type(error).__qualname__)
        self.settled = None

    async def close(self) -> None:
        """Drop its connections."""
        pool, self.pool, self.settled = self.pool, None, None
        if pool is not None:
            pool.terminate()

    async def _find_settled(self, primary: Pool | None) -> str | None:
        if primary is None:
            return None
        if self.pool is None:
            self.pool = await open_pool(self.url, self.least, self.most, STANDBY)
        now = time.monotonic()
        here, end = await _fetch(primary, _PRIMARY)
        if not self._mark:
            self._mark, self._marked_at = end, now
        there, settled, has_reached = await _fetch(self.pool, _STANDBY, self._mark)
        if here != there or settled is None:
            await self.pool.expire_connections()  # it has been promoted, or follows another primary
            return None
        if has_reached:
            self._mark, self._as_of = "", self._marked_at
        return settled if now - self._as_of <= MOST_BEHIND else None


async def _fetch(db: Db, statement: str, *arguments: object) -> tuple[Any, ...]:
    """The one row of a statement."""
    row = await db.fetchrow(statement, *arguments)
    assert row is not None
    return tuple(row)


async def is_settled(db: Db, account_id: int, settled: str) -> bool:
    """Return whether no transaction from this id on has changed anything of the account, as the primary knows."""
    has_none: bool = await db.fetchval(
        "select not exists (select from journal where account_id = $1 and xid >= $2::text::xid8)", account_id, settled
    )
    return has_none


_PRIMARY = "select system_identifier, pg_current_wal_lsn()::text from pg_control_system()"
_STANDBY = """
    select system_identifier,
        case when pg_is_in_recovery() then pg_snapshot_xmin(pg_current_snapshot())::text end,
        coalesce(pg_last_wal_replay_lsn() >= $1::text::pg_lsn, false)
    from pg_control_system()
"""

"""Connections as this project uses them, directly or through a pooler, and what their loss looks like."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection = asyncpg.Connection | PoolConnectionProxy
R = TypeVar("R")

# Poolers hand on these alone; the others are set in each transaction there.
HANDED_ON = {"timezone": "UTC", "application_name": "kalends"}
SETTINGS = {"lock_timeout": "10s", "jit": "off"}
_SET_LOCAL = "".join(f"set local {name} = '{value}';" for name, value in SETTINGS.items())


class ReadOnly(ConnectionError):
    """The server is a standby, or read-only."""

    def __str__(self) -> str:
        return "it can't be written to: it is a standby, or read-only"


class CommitLost(ConnectionError):
    """The database was lost while it committed: the transaction is kept as a whole, or not at all."""


READ_ONLY = asyncpg.ReadOnlySQLTransactionError
UNAVAILABLE: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InvalidAuthorizationSpecificationError,  # a password that has been changed
    asyncpg.InvalidCatalogNameError,  # no such database, or not yet again
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,  # connections, disk, or room for the locks of a change of thousands of items
    READ_ONLY,  # another server has become the primary
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection ended in the midst of an answer
    OSError,  # refused, no such socket, no such host
)
# A statement waited too long for a lock, or was cancelled; or two waited for each other, which the order of locks
# should rule out. Nothing was kept.
LATE: tuple[type[Exception], ...] = (
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.QueryCanceledError,
    TimeoutError,
)
# What leaves it open whether a commit was made. An InterfaceError means that it was not even asked for; a full disk and
# a read-only server are told by the database itself.
LOST: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


class PlainConnection(asyncpg.Connection):
    """Nothing here leaves state behind on a connection, so handing one back costs no round trip."""

    def get_reset_query(self) -> str:
        return ""


class PooledConnection(PlainConnection):
    """A connection to a pooler, which lends a server for a transaction: each statement is in one, with its settings.

    Of the next transaction the server may be another, so that no statement can be prepared beyond its own.
    """

    async def execute(self, query: str, *args: Any, **kwargs: Any) -> str:
        if query.startswith("BEGIN"):
            return await super().execute(f"{query} {_SET_LOCAL}", **kwargs)  # in one go with it
        status: str = await self._within(super().execute, query, *args, **kwargs)
        return status

    async def fetch(self, *args: Any, **kwargs: Any) -> Any:
        return await self._within(super().fetch, *args, **kwargs)

    async def fetchrow(self, *args: Any, **kwargs: Any) -> Any:
        return await self._within(super().fetchrow, *args, **kwargs)

    async def fetchval(self, *args: Any, **kwargs: Any) -> Any:
        return await self._within(super().fetchval, *args, **kwargs)

    async def executemany(self, *args: Any, **kwargs: Any) -> None:
        await self._within(super().executemany, *args, **kwargs)

    async def _within(self, ask: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        if self.is_in_transaction():
            return await ask(*args, **kwargs)
        async with Transaction(self):
            return await ask(*args, **kwargs)


class Transaction:
    """A transaction of a connection, or a savepoint in one that runs. Its commit is not interrupted."""

    def __init__(self, connection: Connection) -> None:
        self.within = connection.is_in_transaction()
        self.begun = connection.transaction()

    async def __aenter__(self) -> None:
        await self.begun.start()

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Raises CommitLost."""
        if kind is not None:
            await self.begun.rollback()
            return
        try:
            await uninterrupted(self.begun.commit())
        except LOST as lost:
            if self.within:
                raise
            raise CommitLost(str(lost)) from lost


async def uninterrupted(work: Coroutine[Any, Any, R]) -> R:
    """Await a commit to its end, even when its request is given up: whoever asked is told that it was kept.

    A cancellation is forgotten, as after the commit there is nothing left to call off.
    """
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            continue
    return task.result()

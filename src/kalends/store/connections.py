"""Connections, directly or through a pooler, and the errors of a database that is lost or late."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection = asyncpg.Connection | PoolConnectionProxy
R = TypeVar("R")

# Poolers pass only these on to the server; SETTINGS are then set in each transaction.
HANDED_ON = {"timezone": "UTC", "application_name": "kalends"}
SETTINGS = {"lock_timeout": "10s", "jit": "off"}
# After 3 s without a packet the other machine is asked each second, five times; what is sent is given 8 s. Where the
# system can't be told, it decides.
SILENCE = tuple(
    (getattr(socket, name), value)
    for name, value in (("TCP_KEEPIDLE", 3), ("TCP_KEEPINTVL", 1), ("TCP_KEEPCNT", 5), ("TCP_USER_TIMEOUT", 8000))
    if hasattr(socket, name)
)
_SET_LOCAL = "".join(f"set local {name} = '{value}';" for name, value in SETTINGS.items())


class ReadOnly(ConnectionError):
    """The server is a standby, or read-only."""

    def __str__(self) -> str:
        return "it can't be written to: it is a standby, or read-only"


class NoStandby(ConnectionError):
    """The server is no standby."""

    def __str__(self) -> str:
        return "it is no standby"


class CommitLost(ConnectionError):
    """The database was lost during a commit: the transaction has been committed as a whole, or not at all."""


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
# A statement waited too long for a lock, was cancelled, or was in a deadlock, which the order of locks should rule out.
# Nothing was written.
LATE: tuple[type[Exception], ...] = (
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.QueryCanceledError,
    TimeoutError,
)
# Errors that leave open whether a commit has happened. Not an InterfaceError, before which nothing was sent, nor a full
# disk or a read-only server, which the database itself reports.
LOST: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


def first_line(error: Exception) -> str:
    """What an error says, without the details and hints that follow; "" if it says nothing."""
    return str(error).partition("\n")[0]


class PlainConnection(asyncpg.Connection):
    """A connection that needs no reset, which saves a round trip: Kalends leaves no state behind on connections."""

    def get_reset_query(self) -> str:
        return ""

    @property
    def transport(self) -> asyncio.BaseTransport:
        transport: asyncio.BaseTransport = self._transport  # type: ignore[attr-defined]  # there is no public way
        return transport

    def limit_silence(self) -> None:
        """End the connection when the other machine has not answered for some seconds, be it while it is asked or
        while it works: a machine that is gone does not say so."""
        connected: socket.socket | None = self.transport.get_extra_info("socket")
        if connected is not None and connected.family != socket.AF_UNIX:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in SILENCE:
                connected.setsockopt(socket.IPPROTO_TCP, option, value)


class PooledConnection(PlainConnection):
    """A connection to a pooler, which assigns a server per transaction.

    Every statement runs in a transaction that begins with SETTINGS. Prepared statements do not outlive it, as the next
    transaction may be on another server.
    """

    async def execute(self, query: str, *args: Any, **kwargs: Any) -> str:
        if query.startswith("BEGIN"):
            return await super().execute(f"{query} {_SET_LOCAL}", **kwargs)  # in the same round trip
        status: str = await self._in_transaction(super().execute, query, *args, **kwargs)
        return status

    async def fetch(self, *args: Any, **kwargs: Any) -> Any:
        return await self._in_transaction(super().fetch, *args, **kwargs)

    async def fetchrow(self, *args: Any, **kwargs: Any) -> Any:
        return await self._in_transaction(super().fetchrow, *args, **kwargs)

    async def fetchval(self, *args: Any, **kwargs: Any) -> Any:
        return await self._in_transaction(super().fetchval, *args, **kwargs)

    async def executemany(self, *args: Any, **kwargs: Any) -> None:
        await self._in_transaction(super().executemany, *args, **kwargs)

    async def _in_transaction(self, run: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        if self.is_in_transaction():
            return await run(*args, **kwargs)
        async with Transaction(self):
            return await run(*args, **kwargs)


class Transaction:
    """A transaction, or a savepoint if one is running. A cancellation does not interrupt its commit."""

    def __init__(self, connection: Connection) -> None:
        self._is_savepoint = connection.is_in_transaction()
        self._transaction = connection.transaction()

    async def __aenter__(self) -> None:
        await self._transaction.start()

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Raises CommitLost."""
        if kind is not None:
            await self._transaction.rollback()
            return
        try:
            await uninterrupted(self._transaction.commit())
        except LOST as lost:
            if self._is_savepoint:
                raise
            raise CommitLost(str(lost)) from lost


async def uninterrupted(work: Coroutine[Any, Any, R]) -> R:
    """Await a commit to its end, even if the task is cancelled, so that the caller gets its result.

    The cancellation is dropped: after the commit there is nothing left to cancel.
    """
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            continue
    return task.result()

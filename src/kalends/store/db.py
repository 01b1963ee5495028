"""The pool of connections, and rows turned into the engine's values.

A `Db` is the pool, where each statement is a transaction of its own, or the one connection of a running transaction.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

Connection = asyncpg.Connection | PoolConnectionProxy
Pool = asyncpg.Pool
Db = Pool | Connection
T = TypeVar("T", bound=msgspec.Struct)

UNAVAILABLE: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.OutOfMemoryError,  # no room for the locks of a change of thousands of items
    asyncpg.InterfaceError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby, or a server that was made one
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


class _PlainConnection(asyncpg.Connection):
    """Nothing here leaves state behind on a connection, so handing one back costs no round trip."""

    def get_reset_query(self) -> str:
        return ""


async def _prepare(connection: Any) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=_to_json, decoder=msgspec.json.decode, format="text"
        )
    # The engine knows a uuid as its text.
    await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str, format="text")


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def open_pool(url: str, least: int = 2, most: int = 10) -> asyncpg.Pool:
    """A pool on a PostgreSQL URL whose sessions speak UTC and give up on locks after 10 s."""
    return await asyncpg.create_pool(
        url,
        min_size=least,
        max_size=most,
        init=_prepare,
        connection_class=_PlainConnection,
        command_timeout=30,
        server_settings={"timezone": "UTC", "lock_timeout": "10000", "application_name": "kalends", "jit": "off"},
    )


@asynccontextmanager
async def connection(db: Db) -> AsyncIterator[Db]:
    """One connection for a while, where each statement is still a transaction of its own."""
    if isinstance(db, asyncpg.Pool):
        async with db.acquire() as connected:
            yield connected
    else:
        yield db


@asynccontextmanager
async def transaction(db: Db) -> AsyncIterator[Db]:
    """One transaction: all statements on what it yields are kept together or not at all."""
    if isinstance(db, asyncpg.Pool):
        async with db.acquire() as connection, connection.transaction():
            yield connection
    else:
        async with db.transaction():
            yield db


def columns(kind: type[msgspec.Struct], table: str = "") -> str:
    """The columns of a struct for a select list, in the struct's order, after the table's alias."""
    prefix = f"{table}." if table else ""
    return ", ".join(prefix + name for name in kind.__struct_fields__)


def build(kind: type[T], row: Sequence[Any] | asyncpg.Record, start: int = 0) -> T:
    """A struct from the values of a row that stand in its order, beginning at `start`; arrays become tuples."""
    values = row[start : start + len(kind.__struct_fields__)]
    return kind(*(tuple(value) if isinstance(value, list) else value for value in values))

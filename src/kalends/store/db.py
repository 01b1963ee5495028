"""The pool of connections, single connections and transactions.

A `Db` is the pool, where each statement is a transaction of its own, or the connection of a running transaction.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, TypeVar

import asyncpg
import msgspec

from kalends.store.connections import (
    HANDED_ON,
    LATE,
    LOST,
    READ_ONLY,
    SETTINGS,
    UNAVAILABLE,
    CommitLost,
    Connection,
    NoStandby,
    PlainConnection,
    PooledConnection,
    ReadOnly,
    Transaction,
    first_line,
    uninterrupted,
)
from kalends.store.hosts import PRIMARY, STANDBY, Hosts, Kind

__all__ = [
    "LATE",
    "PRIMARY",
    "READ_ONLY",
    "STANDBY",
    "UNAVAILABLE",
    "CommitLost",
    "Connection",
    "Kind",
    "NoStandby",
    "ReadOnly",
    "first_line",
    "uninterrupted",
]

Pool = asyncpg.Pool
Db = Pool | Connection
T = TypeVar("T", bound=msgspec.Struct)
_POSTGRESQL_EPOCH = date(2000, 1, 1).toordinal()
_FIRST_DATE, _LAST_DATE = date.min.toordinal(), date.max.toordinal()


async def _prepare(connection: Any) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=_to_json, decoder=msgspec.json.decode, format="text"
        )
    # The driver takes the first and the last of all dates for infinities, which those who read JSON know nothing of.
    await connection.set_type_codec("date", schema="pg_catalog", encoder=_to_days, decoder=_from_days, format="tuple")
    # In the engine a UUID is a str.
    await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str, format="text")


def _to_days(day: date) -> tuple[int]:
    return (day.toordinal() - _POSTGRESQL_EPOCH,)


def _from_days(days: tuple[int]) -> date:
    ordinal = days[0] + _POSTGRESQL_EPOCH
    return date.fromordinal(min(max(ordinal, _FIRST_DATE), _LAST_DATE))  # of a date that another program has written


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def open_pool(url: str, least: int = 2, most: int = 10, kind: Kind = PRIMARY) -> asyncpg.Pool:
    """A pool for a PostgreSQL URL, with sessions in UTC and a lock timeout of 10 s.

    Of several hosts it takes one of the kind, which is one that can be written to, unless the URL has
    `target_session_attrs`. Raises ReadOnly or NoStandby if there is none, and any of UNAVAILABLE.
    """
    pooled = await is_pooled(url, kind)
    return await asyncpg.create_pool(
        url,
        min_size=least,
        max_size=most,
        init=_prepare,
        connect=Hosts(url, kind).connect,
        connection_class=PooledConnection if pooled else PlainConnection,
        statement_cache_size=0 if pooled else 100,
        command_timeout=30,
        server_settings=HANDED_ON if pooled else HANDED_ON | SETTINGS,
    )


async def connect(url: str, name: str, kind: Kind = PRIMARY) -> asyncpg.Connection:
    """A single connection for one-off work, with or without a pooler; `name` is its application_name.

    Raises ReadOnly or NoStandby, and any of UNAVAILABLE.
    """
    return await Hosts(url, kind).connect(
        connection_class=PooledConnection, statement_cache_size=0, server_settings={"application_name": name}
    )


async def is_pooled(url: str, kind: Kind = PRIMARY) -> bool:
    """Whether there is a pooler, such as PgBouncer: the process id that it reports is not that of the server."""
    connection = await connect(url, "kalends", kind)
    try:
        process_id: int = await connection.fetchval("select pg_backend_pid()")
        return process_id != connection.get_server_pid()
    finally:
        await connection.close()


@asynccontextmanager
async def connection(db: Db) -> AsyncIterator[Db]:
    """One connection for several statements, each of which is still a transaction of its own."""
    if isinstance(db, asyncpg.Pool):
        async with db.acquire() as connected:
            yield connected
    else:
        yield db


@asynccontextmanager
async def transaction(db: Db) -> AsyncIterator[Db]:
    """A transaction, or a savepoint in the one that runs: all statements on the yielded `Db` take effect, or none."""
    if isinstance(db, asyncpg.Pool):
        async with db.acquire() as connection, Transaction(connection):
            yield connection
    else:
        async with Transaction(db):
            yield db


def is_in_transaction(db: Db) -> bool:
    """Whether statements on it are part of a transaction that may still be rolled back."""
    return not isinstance(db, asyncpg.Pool) and bool(db.is_in_transaction())


async def committed(db: Db, statement: str, *arguments: object) -> Any:
    """Run a writing statement and return the value of its first column.

    Outside a transaction the statement commits itself, so a cancellation of the task does not interrupt it: it may have
    committed already. The lock timeout bounds how long it runs. Raises CommitLost if the database is lost meanwhile.
    """
    if is_in_transaction(db):
        return await db.fetchval(statement, *arguments)
    try:
        return await uninterrupted(db.fetchval(statement, *arguments))
    except LOST as lost:
        raise CommitLost(str(lost)) from lost

"""The pool of connections, and rows turned into the engine's values.

A `Db` is the pool, where each statement is a transaction of its own, or the one connection of a running transaction.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg
import msgspec
from asyncpg.connect_utils import SessionAttribute

from kalends.store.connections import (
    HANDED_ON,
    LATE,
    LOST,
    READ_ONLY,
    SETTINGS,
    UNAVAILABLE,
    CommitLost,
    Connection,
    PlainConnection,
    PooledConnection,
    ReadOnly,
    Transaction,
    uninterrupted,
)

__all__ = ["LATE", "READ_ONLY", "UNAVAILABLE", "CommitLost", "Connection", "ReadOnly", "uninterrupted"]

Pool = asyncpg.Pool
Db = Pool | Connection
T = TypeVar("T", bound=msgspec.Struct)


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
    """A pool on a PostgreSQL URL whose sessions speak UTC and give up on locks after 10 s.

    Of several hosts it takes one that can be written to, unless the URL says otherwise. Raises ReadOnly when there is
    none, and what is in UNAVAILABLE.
    """
    pooled = await is_pooled(url)
    try:
        return await asyncpg.create_pool(
            url,
            min_size=least,
            max_size=most,
            init=_prepare,
            connection_class=PooledConnection if pooled else PlainConnection,
            statement_cache_size=0 if pooled else 100,
            command_timeout=30,
            server_settings=HANDED_ON if pooled else HANDED_ON | SETTINGS,
            target_session_attrs=_wanted(url),
        )
    except asyncpg.TargetServerAttributeNotMatched as error:
        raise ReadOnly from error


async def connect(url: str, name: str) -> asyncpg.Connection:
    """One connection for work that is done once, under a name that operators see, through a pooler or not.

    Raises ReadOnly, and whatever the driver says of a server that is not there or does not let us in.
    """
    try:
        return await asyncpg.connect(
            url,
            timeout=10,
            connection_class=PooledConnection,
            statement_cache_size=0,
            server_settings={"application_name": name},
            target_session_attrs=_wanted(url),
        )
    except asyncpg.TargetServerAttributeNotMatched as error:
        raise ReadOnly from error


async def is_pooled(url: str) -> bool:
    """Is there a pooler, such as PgBouncer, in front? It shows a number that is no process of the server."""
    connection = await connect(url, "kalends")
    try:
        process: int = await connection.fetchval("select pg_backend_pid()")
        return process != connection.get_server_pid()
    finally:
        await connection.close()


def _wanted(url: str) -> SessionAttribute | None:
    """What the server must be like; None leaves it to the URL."""
    return None if "target_session_attrs" in urlsplit(url).query else SessionAttribute.read_write


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
        async with db.acquire() as connection, Transaction(connection):
            yield connection
    else:
        async with Transaction(db):
            yield db


async def committed(db: Db, statement: str, *arguments: object) -> Any:
    """The one value that a writing statement answers.

    Outside a transaction it is one of its own: then it is not interrupted, as it may have committed already. It ends by
    itself when it waits for a lock for too long. Raises CommitLost when the database is lost meanwhile.
    """
    if not isinstance(db, asyncpg.Pool) and db.is_in_transaction():
        return await db.fetchval(statement, *arguments)
    try:
        return await uninterrupted(db.fetchval(statement, *arguments))
    except LOST as lost:
        raise CommitLost(str(lost)) from lost

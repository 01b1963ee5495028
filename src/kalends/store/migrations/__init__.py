"""Create the database schema, or upgrade an older one with migrations: numbered SQL files, forward only.

An empty database gets `store/schema/*.sql`. An existing one gets the files beside this module that it lacks
(`NNNN_title.sql`, from 0002 on), each in its own transaction, under an advisory lock so that only one process migrates.
A statement that waits for another lock gives up after LOCK_TIMEOUT, so that a migration never blocks a running service.
All locks and settings end with their transaction, because a pooler in front of the server may pool transactions.
"""

from pathlib import Path

import asyncpg

from kalends.store.db import Connection, first_line
from kalends.store.db import connect as open_connection
from kalends.store.distribution import distribute, is_distributed

LOCK = 0x6B616C656E6473  # "kalends"
LOCK_TIMEOUT = "5s"
SCHEMA = Path(__file__).parent.parent / "schema"
FOLDER = Path(__file__).parent
BASELINE = 1  # the schema version before the first migration


class Failed(Exception):
    """A migration was not applied, not even in part; the message says why in one line."""


def schema() -> str:
    """Return the whole schema as one SQL script."""
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(SCHEMA.glob("*.sql")))


def numbered() -> dict[int, Path]:
    """Return the migration files by the version that they upgrade to, in order."""
    return {int(file.name[:4]): file for file in sorted(FOLDER.glob("[0-9][0-9][0-9][0-9]_*.sql"))}


def newest() -> int:
    """Return the schema version that this version of Kalends needs."""
    return max(numbered(), default=BASELINE)


async def migrate(url: str) -> list[int]:
    """Upgrade the database to the newest version; returns the versions it went through, [] if none. Raises Failed."""
    connection = await connect(url)
    try:
        return await migrate_on(connection)
    except asyncpg.LockNotAvailableError as error:
        raise Failed("A table is in use; nothing was changed. Try again, or stop Kalends first.") from error
    finally:
        await connection.close()


async def migrate_on(db: asyncpg.Connection) -> list[int]:
    """Upgrade the database of a connection; returns the versions it went through. Raises Failed.

    On the coordinator of a Citus cluster the tables that are new are distributed then.
    """
    versions: list[int] = []
    while (version := await _apply_next(db)) is not None:
        versions.append(version)
    if await is_distributed(db):
        async with db.transaction():
            await _lock(db)
            await distribute(db)
    return versions


async def is_newest(url: str) -> bool:
    """Return whether the schema is up to date. Raises Failed if the database can't be reached or has a newer schema."""
    connection = await connect(url)
    try:
        return await find_version(connection) == newest()
    finally:
        await connection.close()


async def connect(url: str) -> asyncpg.Connection:
    try:
        return await open_connection(url, "kalends migrate")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Failed(f"The database can't be reached: {first_line(error) or 'no answer'}.") from error


async def find_version(db: Connection) -> int | None:
    """Return the schema version, None for an empty database. Raises Failed if this version of Kalends is too old."""
    if await db.fetchval("select to_regclass('alembic_version')") is not None:
        raise Failed(
            "The database was made by a development version before the first release; start with an empty one."
        )
    if await db.fetchval("select to_regclass('schema_version')") is None:
        return None
    version: int = await db.fetchval("select version from schema_version")
    if version > newest():
        raise Failed(f"The database is at version {version}, and this version of Kalends only knows {newest()}.")
    return version


async def _apply_next(db: asyncpg.Connection) -> int | None:
    """Apply the schema or the next migration; returns the version reached, None if there is nothing to apply."""
    async with db.transaction():
        await _lock(db)
        present = await find_version(db)
        if present is None:
            await db.execute(schema())
            await db.execute("create table schema_version (version integer not null)")
            await db.execute("insert into schema_version (version) values ($1)", newest())
            return newest()
        next_migration = next(((version, file) for version, file in numbered().items() if version > present), None)
        if next_migration is None:
            return None
        version, file = next_migration
        await db.execute(file.read_text(encoding="utf-8"))
        await db.execute("update schema_version set version = $1", version)
        return version


async def _lock(db: asyncpg.Connection) -> None:
    """Wait until no other process migrates; from then on the transaction gives up on other locks after LOCK_TIMEOUT."""
    await db.execute("select pg_advisory_xact_lock($1)", LOCK)
    await db.execute("select set_config('lock_timeout', $1, true)", LOCK_TIMEOUT)

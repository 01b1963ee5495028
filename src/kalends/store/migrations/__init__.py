"""The schema, and the migrations that bring an older database to it: numbered SQL files, forward only.

An empty database gets `store/schema/*.sql` as it is. One that is there gets what it lacks of the files beside this
module, `NNNN_what.sql` from 0002 on, each in a transaction of its own, under a lock that makes a second start wait. A
statement that must wait for others' locks gives up after LOCK_TIMEOUT, so that a migration never stops the service.
Every lock and setting ends with its transaction: what lies between here and the server may pool transactions.
"""

from pathlib import Path

import asyncpg

from kalends.store.db import connect as open_connection

LOCK = 0x6B616C656E6473  # "kalends"
LOCK_TIMEOUT = "5s"
SCHEMA = Path(__file__).parent.parent / "schema"
FOLDER = Path(__file__).parent
BASELINE = 1  # the version of the schema before the first migration


class Failed(Exception):
    """The migration was not applied, nothing of it; the message is one line that says why."""


def schema() -> str:
    """The whole schema, as a script."""
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(SCHEMA.glob("*.sql")))


def numbered() -> dict[int, Path]:
    """The migrations by the version that they lead to, in order."""
    return {int(file.name[:4]): file for file in sorted(FOLDER.glob("[0-9][0-9][0-9][0-9]_*.sql"))}


def newest() -> int:
    """The version of the schema that this version of Kalends needs."""
    return max(numbered(), default=BASELINE)


async def migrate(url: str) -> list[int]:
    """Bring the database to the newest version; answers the versions that it was brought to. Raises Failed."""
    connection = await connect(url)
    try:
        return await migrate_on(connection)
    except asyncpg.LockNotAvailableError as error:
        raise Failed("A table is in use; nothing was changed. Try again, or stop Kalends first.") from error
    finally:
        await connection.close()


async def migrate_on(db: asyncpg.Connection) -> list[int]:
    """The same on a connection."""
    reached: list[int] = []
    while (version := await _advance(db)) is not None:
        reached.append(version)
    return reached


async def is_newest(url: str) -> bool:
    """Is there nothing to apply? Raises Failed when the database can't be reached, or is ahead."""
    connection = await connect(url)
    try:
        return await find_version(connection) == newest()
    finally:
        await connection.close()


async def connect(url: str) -> asyncpg.Connection:
    try:
        return await open_connection(url, "kalends migrate")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Failed(f"The database can't be reached: {str(error) or 'no answer'}.") from error


async def find_version(db: asyncpg.Connection) -> int | None:
    """The version of the database's schema; None when it is empty. Raises Failed when this Kalends does not know it."""
    if await db.fetchval("select to_regclass('alembic_version')") is not None:
        raise Failed(
            "The database was made by a development version before the first release; start with an empty one."
        )
    if await db.fetchval("select to_regclass('schema_version')") is None:
        return None
    found: int = await db.fetchval("select version from schema_version")
    if found > newest():
        raise Failed(f"The database is at version {found}, and this version of Kalends only knows {newest()}.")
    return found


async def _advance(db: asyncpg.Connection) -> int | None:
    """Take one step, if there is one left to take; answers the version reached, or None."""
    async with db.transaction():
        await _lock(db)
        found = await find_version(db)
        if found is None:
            await db.execute(schema())
            await db.execute("create table schema_version (version integer not null)")
            await db.execute("insert into schema_version (version) values ($1)", newest())
            return newest()
        following = next(((version, file) for version, file in numbered().items() if version > found), None)
        if following is None:
            return None
        version, file = following
        await db.execute(file.read_text(encoding="utf-8"))
        await db.execute("update schema_version set version = $1", version)
        return version


async def _lock(db: asyncpg.Connection) -> None:
    """In a transaction: wait until no other start migrates; from then on wait for no other lock for long."""
    await db.execute("select pg_advisory_xact_lock($1)", LOCK)
    await db.execute("select set_config('lock_timeout', $1, true)", LOCK_TIMEOUT)

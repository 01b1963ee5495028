"""Migrations: plain SQL files, numbered, forward only. Alembic keeps count of them.

All that is pending is applied in one transaction, under a lock, so that of two starts one waits and finds nothing to
do. A statement that must wait for others' locks gives up after LOCK_TIMEOUT, so that a migration never stops the house.
"""

import asyncio
import sys
from pathlib import Path

import asyncpg

from kalends.store import jobs

LOCK = 0x6B616C656E6473  # "kalends"
LOCK_TIMEOUT = "5s"


class Failed(Exception):
    """The migration was not applied, nothing of it; the message is one line that says why."""


def numbered() -> list[Path]:
    """The SQL files in their order; the first four characters of the name are the revision."""
    return sorted(Path(__file__).parent.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def newest() -> str:
    """The revision that this version of Kalends needs."""
    return numbered()[-1].name[:4]


async def migrate(url: str) -> list[str]:
    """Bring the database to the newest revision; answers the revisions applied. Raises Failed."""
    connection = await connect(url)
    try:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        await connection.execute("select set_config('lock_timeout', $1, false)", LOCK_TIMEOUT)
        found = await revision(connection)
        if found != newest():
            script = await render(found)
            async with connection.transaction():
                await connection.execute(script)
        await jobs.install(connection)
    except asyncpg.LockNotAvailableError as error:
        raise Failed("A table is in use; nothing was changed. Try again, or stop Kalends first.") from error
    finally:
        await connection.close()
    return [file.name[:4] for file in numbered() if file.name[:4] > (found or "")]


async def is_newest(url: str) -> bool:
    """Is there nothing to apply? Raises Failed when the database can't be reached, or is ahead."""
    connection = await connect(url)
    try:
        return await revision(connection) == newest()
    finally:
        await connection.close()


async def connect(url: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(url, timeout=10, server_settings={"application_name": "kalends migrate"})
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Failed(f"The database can't be reached: {str(error) or 'no answer'}.") from error


async def revision(db: asyncpg.Connection) -> str | None:
    """Where the database is; None when it is empty. Raises Failed when it is ahead."""
    if await db.fetchval("select to_regclass('alembic_version')") is None:
        return None
    found: str | None = await db.fetchval("select version_num from alembic_version")
    if found is not None and found > newest():
        raise Failed(f"The database is at revision {found}, and this version of Kalends only knows {newest()}.")
    return found


async def render(start: str | None) -> str:
    """The script from a revision to the newest, by Alembic: in a process of its own, as it is slow to load."""
    command = (sys.executable, "-m", __name__, start or "base")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    script, _ = await process.communicate()
    if process.returncode != 0:
        raise Failed("Alembic could not make the script; what it says is above.")
    return script.decode()

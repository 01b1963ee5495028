"""The database that a command works on, from the settings: started, up to date, and opened."""

import asyncio
import shlex
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from kalends.cli.errors import CommandError, reporting_errors
from kalends.settings import Settings, load
from kalends.store import embedded, migrations
from kalends.store.db import PRIMARY, STANDBY, Kind, Pool, open_pool
from kalends.web import logs

T = TypeVar("T")


@contextmanager
def database(settings: Settings | None = None, *, creating: bool = False) -> Iterator[tuple[Settings, bool]]:
    """The settings with the URL of a database, whatever is in it, and whether it is the embedded one.

    The embedded server is started unless it runs, and its folder is made when it is missing and `creating` is set.
    Expected errors are printed in one line, and the command ends with 1.
    """
    with reporting_errors():
        settings = settings or load()
        logs.configure(settings.log_level)
        if settings.database_url:
            yield settings, False
        else:
            with embedded.running(settings.data, creating) as server:
                yield msgspec.structs.replace(settings, database_url=server.url()), True


@contextmanager
def migrated_database(
    settings: Settings | None = None, *, migrating: bool = False, creating: bool = False
) -> Iterator[Settings]:
    """The settings with the URL of a database at the newest schema version, for the length of the block.

    The embedded database is always migrated, one of a URL only when `migrating` is set: otherwise an old schema is a
    CommandError.
    """
    with database(settings, creating=creating) as (ready, is_embedded):
        url = direct_url(ready)
        asyncio.run(migrations.migrate(url) if migrating or is_embedded else _check_newest(url))
        yield ready


def direct_url(settings: Settings) -> str:
    """The URL for what needs a session of its own: it leads around a pooler, if there is one."""
    return settings.database_direct_url or settings.database_url or ""


def run(act: Callable[[Pool], Awaitable[T]], *, creating: bool = False, reading: bool = False) -> T:
    """What `act` returns when it is called with a pool on the database, whether or not Kalends is running; on the
    standby, if it only reads and there is one."""
    with migrated_database(creating=creating) as settings:
        if reading and settings.database_read_url:
            return asyncio.run(on_pool(settings.database_read_url, act, STANDBY))
        return asyncio.run(on_pool(settings.database_url or "", act))


async def on_pool(url: str, act: Callable[[Pool], Awaitable[T]], kind: Kind = PRIMARY) -> T:
    """What `act` returns when it is called with a small pool on the database of the URL."""
    pool = await open_pool(url, 1, 4, kind)
    try:
        return await act(pool)
    finally:
        await pool.close()


def command_line(settings: Settings) -> str:
    """What to type for `kalends` to reach the same database from the current folder."""
    elsewhere = not settings.database_url and settings.data != Settings().data
    data = f"KALENDS_DATA={shlex.quote(str(settings.data))} " if elsewhere else ""
    program = Path(sys.argv[0])
    if shutil.which(program.name) == str(program):
        return data + program.name
    here = program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program
    return data + shlex.quote(str(here))


async def _check_newest(url: str) -> None:
    if not await migrations.is_newest(url):
        raise CommandError("The database is not up to date: run `kalends migrate` first.")

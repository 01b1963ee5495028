"""What commands stand on: the settings, and a database that is there and up to date."""

import asyncio
import shlex
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
import typer

from kalends.engine.accounts.account import Account
from kalends.settings import Refused, Settings, load
from kalends.store import embedded, migrations
from kalends.store.accounts.accounts import find_account
from kalends.store.copies import CopyFailed
from kalends.store.db import LATE, UNAVAILABLE, CommitLost, Db, Pool, open_pool
from kalends.web import logs

T = TypeVar("T")


class Wrong(Exception):
    """A command that can't be carried out; the message is one line for whoever typed it."""


@contextmanager
def database(settings: Settings | None = None, *, creating: bool = False) -> Iterator[tuple[Settings, bool]]:
    """Settings with the URL of a database, whatever is in it, and whether it is the embedded one.

    That one is started if nobody else has, and made if it is not there and the command is about `creating`. What goes
    wrong in a foreseen way is said in one line, and ends the command with 1.
    """
    with plainly():
        settings = settings or load()
        logs.configure(settings.log_level)
        if settings.database_url:
            yield settings, False
        else:
            with embedded.running(settings.data, creating) as server:
                yield msgspec.structs.replace(settings, database_url=server.url()), True


@contextmanager
def house(settings: Settings | None = None, *, migrating: bool = False, creating: bool = False) -> Iterator[Settings]:
    """Settings whose database answers and is at the newest version, for as long as the block lasts.

    The embedded one is always migrated, one of a URL only when `migrating`; else as `database`.
    """
    with database(settings, creating=creating) as (ready, own):
        url = ready.database_url or ""
        asyncio.run(migrations.migrate(url) if migrating or own else required(url))
        yield ready


def run(act: Callable[[Pool], Awaitable[T]], *, creating: bool = False) -> T:
    """One act on the database of the settings, beside a running server or without one."""
    with house(creating=creating) as settings:
        return asyncio.run(on_pool(settings.database_url or "", act))


async def on_pool(url: str, act: Callable[[Pool], Awaitable[T]]) -> T:
    pool = await open_pool(url, 1, 4)
    try:
        return await act(pool)
    finally:
        await pool.close()


async def account_named(db: Db, slug: str) -> Account:
    """The account of that slug. Raises Wrong."""
    account = await find_account(db, slug)
    if account is None:
        raise Wrong(f"There is no account {slug!r}.")
    return account


def typed(settings: Settings) -> str:
    """What to type for another command on the same database, in the folder in which this one was started."""
    elsewhere = not settings.database_url and settings.data != Settings().data
    data = f"KALENDS_DATA={shlex.quote(str(settings.data))} " if elsewhere else ""
    program = Path(sys.argv[0])
    if shutil.which(program.name) == str(program):
        return data + program.name
    here = program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program
    return data + shlex.quote(str(here))


async def required(url: str) -> None:
    if not await migrations.is_newest(url):
        raise Wrong("The database is not up to date: run `kalends migrate` first.")


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what was foreseen into one line on the standard error, and exit code 1."""
    try:
        yield
    except (Wrong, Refused, embedded.Unusable, migrations.Failed, CopyFailed) as error:
        print(f"kalends: {error}", file=sys.stderr)
        raise typer.Exit(1) from error
    except LATE as error:  # a TimeoutError is an OSError too, but the database is there
        print("kalends: Others were in the way for too long; nothing was changed. Try again.", file=sys.stderr)
        raise typer.Exit(1) from error
    except CommitLost as error:
        print("kalends: The database was lost meanwhile: look whether the change was made.", file=sys.stderr)
        raise typer.Exit(1) from error
    except UNAVAILABLE as error:
        print(f"kalends: The database can't be used: {str(error) or 'no answer'}", file=sys.stderr)
        raise typer.Exit(1) from error

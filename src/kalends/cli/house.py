"""What commands stand on: the settings, and a database that is there and up to date."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import msgspec
import typer

from kalends.engine.policy import Account
from kalends.settings import Refused, Settings, load
from kalends.store import embedded, migrations
from kalends.store.accounts import find_account
from kalends.store.db import LATE, UNAVAILABLE, Db, Pool, open_pool
from kalends.web import logs

T = TypeVar("T")


class Wrong(Exception):
    """A command that can't be carried out; the message is one line for whoever typed it."""


@contextmanager
def house(settings: Settings | None = None, migrating: bool = False) -> Iterator[Settings]:
    """Settings whose database answers and is at the newest revision, for as long as the block lasts.

    Where no URL is set that is the embedded one, started if nobody else has. A database of one's own is migrated only
    when `migrating`. What goes wrong in a foreseen way is said in one line, and ends the command with 1.
    """
    with plainly():
        settings = settings or load()
        logs.configure(settings.log_level)
        if settings.database_url:
            asyncio.run(migrations.migrate(settings.database_url) if migrating else required(settings.database_url))
            yield settings
        else:
            with embedded.running(settings.data) as server:
                asyncio.run(migrations.migrate(server.url()))
                yield msgspec.structs.replace(settings, database_url=server.url())


def run(act: Callable[[Pool], Awaitable[T]]) -> T:
    """One act on the database of the settings, beside a running server or without one."""
    with house() as settings:
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


async def required(url: str) -> None:
    if not await migrations.is_newest(url):
        raise Wrong("The database is not up to date: run `kalends migrate` first.")


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what was foreseen into one line on the standard error, and exit code 1."""
    try:
        yield
    except (Wrong, Refused, embedded.Unusable, migrations.Failed) as error:
        print(f"kalends: {error}", file=sys.stderr)
        raise typer.Exit(1) from error
    except LATE as error:  # a TimeoutError is an OSError too, but the database is there
        print("kalends: Others were in the way for too long; nothing was changed. Try again.", file=sys.stderr)
        raise typer.Exit(1) from error
    except UNAVAILABLE as error:
        print(f"kalends: The database is gone: {error}", file=sys.stderr)
        raise typer.Exit(1) from error

"""`kalends account export`, `import` and `delete`: an account as a file, to move it, keep it or hand it out."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from kalends.actions.check import tell
from kalends.cli.database import run
from kalends.cli.errors import CommandError, reporting_errors
from kalends.engine.accounts.account import Account
from kalends.settings import load
from kalends.store.account_file.delete import delete_account
from kalends.store.account_file.read import read_account
from kalends.store.account_file.write import Manifest, read_manifest, write_account
from kalends.store.accounts.accounts import find_any_account
from kalends.store.db import Connection, Pool
from kalends.store.laws import find_breaches_in

T = TypeVar("T")
Slug = Annotated[str, typer.Argument(help="The account's slug, as `kalends account list` prints it.")]


def export(account: Slug, file: Annotated[Path, typer.Argument(help="A new file, a zip of tables.")]) -> None:
    """Write an account to a file, as it is at one moment. To move it, close it first."""

    async def act(connection: Connection) -> int:
        found = await _find(connection, account)
        await _wait_for_the_last(found)
        return await write_account(connection, found.id, account, file)

    count = _run(act)
    print(f"{file} is written: {count:,} rows, {file.stat().st_size:,} bytes.", file=sys.stderr)


def import_(
    file: Annotated[Path, typer.Argument(help="A file that `kalends account export` has written.")],
    slug: Annotated[str, typer.Option(help="Another slug for the account.")] = "",
    change_ids: Annotated[
        bool, typer.Option("--change-ids", help="Take it although ids that are written as text will change.")
    ] = False,
) -> None:
    """Read an account from a file, check it, and open it: all of it, or nothing."""

    async def act(connection: Connection) -> Manifest:
        manifest = read_manifest(file)
        async with connection.transaction():
            await read_account(connection, file, manifest, slug or manifest.slug, other_secret=change_ids)
            await _check(connection, manifest.account_id)
        return manifest

    manifest = _run(act, creating=True)
    rows = sum(manifest.rows.values())
    print(f"{slug or manifest.slug} is here: {rows:,} rows; no problems found.", file=sys.stderr)


def delete(
    account: Slug, yes: Annotated[bool, typer.Option("--yes", help="Don't ask whether you are sure.")] = False
) -> None:
    """Delete a closed account with all that it has, invoices and journal too. Only an export brings it back."""
    if not yes:
        typer.confirm(f"Delete {account} with everything that it has?", abort=True, err=True)

    async def act(connection: Connection) -> int:
        found = await _find(connection, account)
        if found.closed_at is None:
            raise CommandError(f"{account} is open: close it first, with `kalends account close {account}`.")
        await _wait_for_the_last(found)
        async with connection.transaction():
            return await delete_account(connection, found.id)

    print(f"{account} is deleted: {_run(act):,} rows.", file=sys.stderr)


def _run(act: Callable[[Connection], Awaitable[T]], *, creating: bool = False) -> T:
    """What `act` returns when it is called with a connection to the database."""

    async def on_connection(pool: Pool) -> T:
        async with pool.acquire() as connection:
            return await act(connection)

    with reporting_errors():
        return run(on_connection, creating=creating)


async def _find(connection: Connection, slug: str) -> Account:
    account = await find_any_account(connection, slug)
    if account is None:
        raise CommandError(f"There is no account {slug!r}.")
    return account


async def _wait_for_the_last(account: Account) -> None:
    """Wait until what was under way when the account was closed has ended: no request takes longer."""
    if account.closed_at is not None:
        end = account.closed_at + timedelta(seconds=load().request_timeout)
        seconds = (end - datetime.now(UTC)).total_seconds()
        if seconds > 0:
            print(f"Waiting {seconds:.0f} s for requests that had begun.", file=sys.stderr)
            await asyncio.sleep(seconds)


async def _check(connection: Connection, account_id: int) -> None:
    problems = [tell(finding) async for finding in find_breaches_in(connection, datetime.now(UTC), account_id)]
    if problems:
        raise CommandError("\n".join([*problems, "The account has the problems above; nothing was changed."]))

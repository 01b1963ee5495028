"""`kalends backup` and `kalends restore`: the whole database as a file, and back into an empty one."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from kalends.cli.check import report
from kalends.cli.database import database, direct_url, on_pool
from kalends.cli.errors import CommandError, reporting_errors
from kalends.store import migrations
from kalends.store.backup import check_empty, dump, forget_transactions
from kalends.store.backup import restore as restore_dump

File = Annotated[Path, typer.Argument(help="The file; pg_restore can read it too.")]


def backup(file: File) -> None:
    """Write the whole database to a new file, whether or not Kalends is running."""
    with database() as (settings, _):
        asyncio.run(dump(direct_url(settings), file))
    print(f"{file} is written, {file.stat().st_size:,} bytes.", file=sys.stderr)


def restore(file: File) -> None:
    """Restore a backup into an empty data folder or database, upgrade it to this version, and check it."""
    with reporting_errors():
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        with database(creating=True) as (settings, _):
            url = direct_url(settings)
            asyncio.run(check_empty(url))
            asyncio.run(restore_dump(url, file))
            asyncio.run(migrations.migrate(url))
            asyncio.run(forget_transactions(url))
            problems = asyncio.run(on_pool(url, report))
    if problems:
        print(f"{file} is restored, but has the problems above.", file=sys.stderr)
        raise typer.Exit(1)
    print(f"{file} is restored; no problems found.", file=sys.stderr)

"""`kalends backup` and `kalends restore`: the whole database as a file, and back into an empty one."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from kalends.cli.check import report
from kalends.cli.house import Wrong, database, on_pool, plainly
from kalends.store import migrations
from kalends.store.copies import check_empty, dump, forget_transactions
from kalends.store.copies import restore as bring_back

File = Annotated[Path, typer.Argument(help="The file; pg_restore can read it too.")]


def backup(file: File) -> None:
    """Write everything to a new file, while Kalends runs or not."""
    with database() as (settings, _):
        dump(settings.database_url or "", file)
    print(f"{file} is written, {file.stat().st_size:,} bytes.", file=sys.stderr)


def restore(file: File) -> None:
    """Bring a backup into an empty data folder or database, upgrade it to this version, and check it."""
    with plainly():
        if not file.is_file():
            raise Wrong(f"There is no file {file}.")
        with database(creating=True) as (settings, _):
            url = settings.database_url or ""
            asyncio.run(check_empty(url))
            bring_back(url, file)
            asyncio.run(migrations.migrate(url))
            asyncio.run(forget_transactions(url))
            found = asyncio.run(on_pool(url, report))
    if found:
        print(f"{file} is restored, but {found} findings are above.", file=sys.stderr)
        raise typer.Exit(1)
    print(f"{file} is restored, and all is well.", file=sys.stderr)

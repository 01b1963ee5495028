"""`kalends serve` runs everything; `kalends work` and `kalends migrate` are parts of it."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kalends.cli.database import command_line, migrated_database, on_pool
from kalends.cli.demo.load import load as load_demo
from kalends.cli.errors import reporting_errors
from kalends.cli.processes import jobs_worker, listen, load_for_forks, supervise
from kalends.settings import Settings
from kalends.settings import load as read_settings
from kalends.store import migrations
from kalends.store.db import Pool, ReadOnly
from kalends.store.health import is_writable

Host = Annotated[str | None, typer.Option(help="The address to listen on.")]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="The port to listen on.")]
Workers = Annotated[int | None, typer.Option(min=1, max=256, help="How many web processes.")]
Demo = Annotated[bool, typer.Option("--demo", help="Load a demo account once, and print how to try it.")]


def serve(host: Host = None, port: Port = None, workers: Workers = None, demo: Demo = False) -> None:
    """Serve all APIs and run the background jobs, on the included PostgreSQL unless KALENDS_DATABASE_URL is set."""
    with reporting_errors():
        settings = with_options(read_settings(), host, port, workers)
        load = partial(load_demo, base=base(settings), command=command_line(settings))
        with (
            listen(settings.host, settings.port) as listener,
            tempfile.TemporaryDirectory(prefix="kalends-") as shared,
        ):
            load_for_forks(settings, Path(shared))
            with migrated_database(settings, migrating=True, creating=True) as ready:
                # A database that can't be used ends the command here, in one line, and not in a process that is
                # restarted.
                asyncio.run(on_pool(ready.database_url or "", partial(prepare, demo=load if demo else None)))
                supervise(ready, listener, Path(shared))


async def prepare(pool: Pool, demo: Callable[[Pool], Awaitable[None]] | None) -> None:
    """Load the demo if there is one to load. Raises ReadOnly when the database can't be written to."""
    if not await is_writable(pool):
        raise ReadOnly
    if demo:
        await demo(pool)


def work() -> None:
    """Run only the background jobs, for instance on another machine."""
    with migrated_database() as ready:
        jobs_worker(ready)


def migrate() -> None:
    """Upgrade the database schema to this version."""
    with migrated_database(migrating=True, creating=True):
        print(f"The database is at version {migrations.newest()}.")


def with_options(settings: Settings, host: str | None, port: int | None, workers: int | None) -> Settings:
    """The settings, replaced by the options that were given on the command line."""
    given = {"host": host, "port": port, "workers": workers}
    return msgspec.structs.replace(settings, **{name: value for name, value in given.items() if value is not None})


def base(settings: Settings) -> str:
    """The URL of the server, as seen from this machine."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"

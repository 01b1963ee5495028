"""`kalends serve`: all that a house needs, from one command; `kalends work` and `kalends migrate` are parts of it."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kalends import main
from kalends.cli.demo import load as load_demo
from kalends.cli.house import house, on_pool, plainly, typed
from kalends.cli.processes import keep_running, listen
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
    """Serve all doors and do the jobs; with a PostgreSQL of its own, unless KALENDS_DATABASE_URL is set."""
    with plainly():
        settings = told(read_settings(), host, port, workers)
        load = partial(load_demo, base=base(settings), command=typed(settings))
        with (
            listen(settings.host, settings.port) as listener,
            house(settings, migrating=True, creating=True) as ready,
        ):
            # Whoever can't use the database hears so now, in one line, and not from a process that is started again.
            asyncio.run(on_pool(ready.database_url or "", partial(prepare, demo=load if demo else None)))
            with tempfile.TemporaryDirectory(prefix="kalends-") as shared:
                keep_running(ready, listener, Path(shared))


async def prepare(pool: Pool, demo: Callable[[Pool], Awaitable[None]] | None) -> None:
    """Load the demo when it is asked for. Raises ReadOnly when nothing can be kept."""
    if not await is_writable(pool):
        raise ReadOnly
    if demo:
        await demo(pool)


def work() -> None:
    """Do the jobs only, for instance on another machine."""
    with house() as ready:
        main.worker(ready)


def migrate() -> None:
    """Bring the database to the form that this version needs."""
    with house(migrating=True, creating=True):
        print(f"The database is at version {migrations.newest()}.")


def told(settings: Settings, host: str | None, port: int | None, workers: int | None) -> Settings:
    """The settings, but what was said on the command line goes before them."""
    said = {"host": host, "port": port, "workers": workers}
    return msgspec.structs.replace(settings, **{name: value for name, value in said.items() if value is not None})


def base(settings: Settings) -> str:
    """Where somebody at this machine finds the doors."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"

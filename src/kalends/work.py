"""Builds the background worker from the settings.

Only the worker needs the libraries for mail, HTTP clients and calendar files, so nothing that a web worker loads
imports this module: `main.worker` loads it by its name.
"""

import asyncio
import signal

import structlog

from kalends.jobs.tasks import TASKS
from kalends.jobs.worker import work
from kalends.main import database_url
from kalends.settings import Settings
from kalends.web import logs

log = structlog.get_logger()


def run(settings: Settings) -> None:
    """Run the background jobs until SIGTERM, SIGINT or SIGHUP. Raises ValueError when there is no database URL."""
    logs.configure(settings.log_level)
    # An account may ask for verifications, notices and reminders; whoever runs it must not believe that they go out.
    log.warning("messages.not_sent", reason="there is no channel yet; messages are kept in the database")
    asyncio.run(_until_signal(database_url(settings), settings.drain_seconds))


async def _until_signal(url: str, drain_seconds: float) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work(url, stop, TASKS, drain_seconds)

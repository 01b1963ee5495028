"""The composition root: what is told by the settings becomes the web application and the worker of jobs."""

import asyncio
import signal
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp

from kalends.dialects.locaboo.routes import door as locaboo
from kalends.dialects.makeplans.routes import door as makeplans
from kalends.jobs.tasks import TASKS
from kalends.jobs.worker import work
from kalends.settings import Settings, load
from kalends.store.db import open_pool
from kalends.web import logs
from kalends.web.config import WebSettings
from kalends.web.shell import create_app

DOORS = (makeplans, locaboo)
DRAINING = "draining"  # in the folder that the processes of one `serve` share, while it ends


def build(settings: Settings, shared: Path | None = None) -> ASGIApp:
    """The web application of all doors, on the database of the settings."""
    logs.configure(settings.log_level)
    pool = partial(open_pool, address(settings), settings.pool_least, settings.pool_most)
    return create_app(web_settings(settings, shared), DOORS, pool)


def app() -> ASGIApp:
    """The web application for a server of one's own, by the environment; it needs a database URL."""
    return build(load())


def worker(settings: Settings) -> None:
    """Do jobs until SIGTERM, SIGINT or SIGHUP."""
    logs.configure(settings.log_level)
    asyncio.run(work_until_told(address(settings)))


async def work_until_told(url: str) -> None:
    stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(told, stop.set)
    await work(url, stop, TASKS)


def web_settings(settings: Settings, shared: Path | None) -> WebSettings:
    return WebSettings(
        door_hosts=settings.door_hosts,
        request_seconds=settings.request_timeout,
        body_bytes=settings.body_limit,
        nesting=settings.nesting_limit,
        parameters=settings.parameter_limit,
        key_limit=settings.rate_limit_per_key,
        address_limit=settings.rate_limit_per_address,
        trust_proxy=settings.trust_proxy,
        drain_file=shared and shared / DRAINING,
        metrics_token=settings.metrics_token,
        metrics_dir=shared if settings.workers > 1 else None,
    )


def address(settings: Settings) -> str:
    if settings.database_url is None:
        raise ValueError("KALENDS_DATABASE_URL is not set; `kalends serve` starts a PostgreSQL where there is none.")
    return settings.database_url

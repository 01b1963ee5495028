"""Builds the web application from the settings."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp

from kalends.api.routes import door as api
from kalends.console.routes import door as console
from kalends.dialects.bookio.routes import door as bookio
from kalends.dialects.carecloud.routes import door as carecloud
from kalends.dialects.cliniko.routes import door as cliniko
from kalends.dialects.locaboo.routes import door as locaboo
from kalends.dialects.makeplans.routes import door as makeplans
from kalends.dialects.makeplans.web_hook_calls import render_call
from kalends.feeds.routes import door as feeds
from kalends.jobs.webhooks import RenderCall
from kalends.page.routes import door as page
from kalends.settings import Settings, load
from kalends.store.db import open_pool
from kalends.store.standby import Standby
from kalends.web import logs
from kalends.web.config import WebSettings
from kalends.web.shell import create_app

DOORS = (makeplans, locaboo, bookio, carecloud, cliniko, api)
"""The APIs, for which there are keys."""
PAGES = (console, page, feeds)
"""The doors without keys: pages for staff, who log in, and for customers, who don't; and calendar feeds."""
WEBHOOK_FORMS: Mapping[str, RenderCall] = {makeplans.name: render_call}
"""The doors whose webhooks are called in a form of their own."""
DRAINING = "draining"
"""A file in the folder that the processes of one `kalends serve` share; it exists while they stop."""


def build(settings: Settings, shared: Path | None = None) -> ASGIApp:
    """The web application with all doors. `shared` is a folder that all its processes share.

    Raises ValueError when the settings have no database URL.
    """
    logs.configure(settings.log_level)
    sizes = settings.pool_least, settings.pool_most
    pool = partial(open_pool, database_url(settings), *sizes)
    standby = Standby(settings.database_read_url, *sizes) if settings.database_read_url else None
    return create_app(web_settings(settings, shared), DOORS + PAGES, pool, standby=standby)


def app() -> ASGIApp:
    """The web application for another ASGI server, configured by the environment.

    Raises Refused (a setting can't be read), ValueError (KALENDS_DATABASE_URL is not set).
    """
    return build(load())


def web_settings(settings: Settings, shared: Path | None) -> WebSettings:
    """The part of the settings that the web floor needs."""
    return WebSettings(
        door_hosts=settings.door_hosts,
        request_seconds=settings.request_timeout,
        body_bytes=settings.body_limit,
        nesting=settings.nesting_limit,
        parameters=settings.parameter_limit,
        login_lifetime=timedelta(hours=settings.login_hours),
        key_limit=settings.rate_limit_per_key,
        address_limit=settings.rate_limit_per_address,
        trust_proxy=settings.trust_proxy,
        drain_file=shared and shared / DRAINING,
        public_url=settings.public_url,
        private_urls=settings.webhook_private,
        metrics_token=settings.metrics_token,
        metrics_dir=shared if settings.workers > 1 else None,
    )


def database_url(settings: Settings) -> str:
    """The database URL of the settings. Raises ValueError when there is none."""
    if settings.database_url is None:
        raise ValueError(
            "KALENDS_DATABASE_URL is not set. Set it, or run `kalends serve`, which starts the included PostgreSQL."
        )
    return settings.database_url

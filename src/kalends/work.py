"""Builds the background worker from the settings.

Only the worker needs the libraries for mail, HTTP clients and calendar files, so nothing that a web worker loads
imports this module: `main.worker` loads it by its name.
"""

import asyncio
import signal
from functools import partial

import structlog

from kalends.delivery.sms import SmsGateway, open_sms
from kalends.delivery.smtp import open_smtp, smtp_server
from kalends.jobs.sending import mail_channel, tasks, text_channel
from kalends.jobs.tasks import TASKS
from kalends.jobs.worker import Task, work
from kalends.main import database_url
from kalends.settings import Settings
from kalends.web import logs

log = structlog.get_logger()

NOBODY = "nobody@localhost"
"""The sender of mail that is kept, where no other is set."""
KEPT = "messages of this channel are kept; `kalends messages list` shows them"


def run(settings: Settings) -> None:
    """Run the background jobs until SIGTERM, SIGINT or SIGHUP. Raises ValueError when there is no database URL."""
    logs.configure(settings.log_level)
    # An account may ask for verifications, notices and reminders; whoever runs it must not believe that they go out.
    if not settings.smtp_url:
        log.warning("messages.no_mail_server", setting="KALENDS_SMTP_URL", consequence=KEPT)
    if not settings.sms_url:
        log.warning("messages.no_sms_gateway", setting="KALENDS_SMS_URL", consequence=KEPT)
    asyncio.run(_until_signal(database_url(settings), all_tasks(settings), settings.drain_seconds))


def all_tasks(settings: Settings) -> tuple[Task, ...]:
    """Everything that a worker with these settings does."""
    open_mail = partial(open_smtp, smtp_server(settings.smtp_url)) if settings.smtp_url else None
    gateway = SmsGateway(settings.sms_url, settings.sms_headers, settings.sms_body, settings.sms_from)
    open_texts = partial(open_sms, gateway) if settings.sms_url else None
    return (*TASKS, *tasks(mail_channel(open_mail, settings.mail_from or NOBODY), text_channel(open_texts)))


async def _until_signal(url: str, every: tuple[Task, ...], drain_seconds: float) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work(url, stop, every, drain_seconds)

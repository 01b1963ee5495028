"""Builds the background worker from the settings.

Only the worker needs the libraries for mail, HTTP clients and calendar files, so nothing that a web worker loads
imports this module: the processes that need it load it by its name.
"""

import asyncio
import os
import signal
from functools import partial

import structlog

from kalends.api.translate.changes import webhook_data
from kalends.delivery import standard_webhooks
from kalends.delivery.outbound import new_client
from kalends.delivery.sms import SmsGateway, open_sms
from kalends.delivery.smtp import open_smtp, smtp_server
from kalends.delivery.webhooks import poster
from kalends.engine.messages.delivery import PostCall, WebhookCall, WebhookEvent
from kalends.jobs.sending import mail_channel, tasks, text_channel
from kalends.jobs.tasks import TASKS
from kalends.jobs.webhooks import Forms, webhook_tasks
from kalends.jobs.worker import Task, work
from kalends.main import WEBHOOK_FORMS, database_url
from kalends.settings import Settings
from kalends.web import logs

log = structlog.get_logger()

NICENESS = 10
"""The worker leaves the processor to whoever answers requests: a booking must not wait for a mail to be written."""
NOBODY = "nobody@localhost"
"""The sender of mail that is kept, where no other is set."""
KEPT = "messages of this channel are kept; `kalends messages list` shows them"


def run(settings: Settings) -> None:
    """Run the background jobs until SIGTERM, SIGINT or SIGHUP. Raises ValueError when there is no database URL."""
    logs.configure(settings.log_level)
    url = database_url(settings)
    os.nice(NICENESS)
    # An account may ask for verifications, notices and reminders; whoever runs it must not believe that they go out.
    if not settings.smtp_url:
        log.warning("messages.no_mail_server", setting="KALENDS_SMTP_URL", consequence=KEPT)
    if not settings.sms_url:
        log.warning("messages.no_sms_gateway", setting="KALENDS_SMS_URL", consequence=KEPT)
    asyncio.run(_until_signal(settings, url))


def all_tasks(settings: Settings, post: PostCall) -> tuple[Task, ...]:
    """Everything that a worker with these settings does. `post` calls webhooks."""
    open_mail = partial(open_smtp, smtp_server(settings.smtp_url)) if settings.smtp_url else None
    gateway = SmsGateway(settings.sms_url, settings.sms_headers, settings.sms_body, settings.sms_from)
    open_texts = partial(open_sms, gateway) if settings.sms_url else None
    messages = tasks(
        mail_channel(open_mail, settings.mail_from or NOBODY, public_url=settings.public_url),
        text_channel(open_texts, public_url=settings.public_url),
    )
    webhooks = webhook_tasks(FORMS, post)
    return (*TASKS, *messages, *webhooks)


def standard_call(installation_secret: bytes, event: WebhookEvent) -> WebhookCall:
    """The call for an event in the form of Standard Webhooks, which says what the feed of the native API says."""
    return standard_webhooks.render_call(installation_secret, event, webhook_data(event))


FORMS = Forms(standard_call, WEBHOOK_FORMS)
"""How webhooks are told of events."""


async def _until_signal(settings: Settings, url: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with new_client() as client:
        every = all_tasks(settings, poster(client, private=settings.webhook_private))
        await work(url, stop, every, settings.drain_seconds)

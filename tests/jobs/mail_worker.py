"""A worker that sends mail, in a process of its own that can be killed; its leases are short."""

import asyncio
import multiprocessing
from datetime import timedelta
from functools import partial
from multiprocessing.process import BaseProcess

from kalends.delivery.smtp import open_smtp, smtp_server
from kalends.jobs.sending import mail_channel, tasks
from kalends.jobs.worker import work

SENDER = "bookings@example.org"
LEASE = timedelta(seconds=1)
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def send_mail(database_url: str, smtp_url: str) -> None:
    """Send what is due until killed."""
    channel = mail_channel(partial(open_smtp, smtp_server(smtp_url)), SENDER, LEASE)
    asyncio.run(work(database_url, asyncio.Event(), tasks(channel)))


def mail_worker(database_url: str, smtp_url: str) -> BaseProcess:
    """A worker that has been started."""
    process = FORKS.Process(target=send_mail, args=(database_url, smtp_url), daemon=True)
    process.start()
    return process

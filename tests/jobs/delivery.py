"""Sends what is due through a mail server of the tests, and says what became of it."""

from datetime import datetime
from functools import partial
from typing import Any

from kalends.delivery.smtp import open_smtp, smtp_server
from kalends.jobs.sending import LEASE, Channel, mail_channel, send_some
from tests.mail import MailServer
from tests.world import NOW, World

SENDER = "bookings@example.org"


def by_mail(clinic: World, url: str, now: datetime = NOW, public_url: str = "") -> Channel:
    channel = mail_channel(partial(open_smtp, smtp_server(url)), SENDER)
    return Channel(channel.name, channel.open, SENDER, LEASE, lambda: now, public_url)


async def deliver(clinic: World, server: MailServer, now: datetime = NOW) -> list[str]:
    """Send all that is due; returns the subjects of the mail that was sent."""
    before = len(server.received)
    while await send_some(by_mail(clinic, server.url, now), clinic.db, now):
        pass
    return server.subjects[before:]


async def outcomes(clinic: World) -> list[tuple[Any, ...]]:
    """What became of each message: its template, its state and why it was dropped."""
    rows = await clinic.db.fetch(
        "select template, state, reason from outbox where account_id = $1 order by id", clinic.account.id
    )
    return [tuple(row) for row in rows]

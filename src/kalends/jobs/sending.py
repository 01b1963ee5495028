"""Sends messages: one unit of work leases some, and hands them to a server one after the other.

No transaction is open while a server is waited for. A worker that dies leaves leases that run out; whatever it had sent
but not marked is sent once more, under the same name.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial

import msgspec
import structlog

from kalends.actions.messages import send
from kalends.actions.messages.compose import Letter, compose
from kalends.engine.messages.outgoing import Answer, OpenMail, OpenTexts, TextMessage
from kalends.jobs.worker import Task, result_or_error
from kalends.notices.messages.mime import Envelope, mail_message
from kalends.store.db import Db
from kalends.store.messages.outbox import LeasedGroup

log = structlog.get_logger()

LEASE = timedelta(minutes=6)
LONGEST_SEND = timedelta(minutes=2, seconds=10)
"""What one message takes at most; when less is left of the lease, the others are left for the next unit."""
_PARALLEL = 4
"""Units that wait for servers at the same time, for each channel."""

SendLetter = Callable[[Letter], Awaitable[Answer]]


class Channel(msgspec.Struct, frozen=True):
    """A way to send messages. `open` gives a function that sends some; without it they are kept, and can be read.

    `sender` is the address that mail comes from, `public_url` that of this installation, for links.
    """

    name: str
    open: Callable[[], AbstractAsyncContextManager[SendLetter]] | None = None
    sender: str = ""
    lease: timedelta = LEASE
    clock: Callable[[], datetime] = partial(datetime.now, UTC)
    public_url: str = ""


def tasks(*channels: Channel) -> tuple[Task, ...]:
    """The tasks that send what is due on these channels."""
    return tuple(Task(f"send_{channel.name}", partial(send_some, channel), at_once=_PARALLEL) for channel in channels)


async def send_some(channel: Channel, db: Db, now: datetime) -> bool:
    """Send up to ten messages of one account that are due on a channel. Returns whether to go on at once."""
    until = now + channel.lease
    groups = await send.take_due(db, now, until, channel.name)
    if not groups:
        return False
    if channel.open is None:
        return await _send_all(channel, db, until, groups, None)
    async with channel.open() as send_letter:
        return await _send_all(channel, db, until, groups, send_letter)


def mail_channel(open_mail: OpenMail | None, sender: str, lease: timedelta = LEASE, *, public_url: str = "") -> Channel:
    """The channel for mail from this address; without `open_mail` it is kept."""
    opened = open_mail and partial(_sending_mail, open_mail, sender)
    return Channel("email", opened, sender, lease, public_url=public_url)


def text_channel(open_texts: OpenTexts | None, lease: timedelta = LEASE, *, public_url: str = "") -> Channel:
    """The channel for text messages; without `open_texts` they are kept."""
    opened = open_texts and partial(_sending_texts, open_texts)
    return Channel("sms", opened, lease=lease, public_url=public_url)


async def _send_all(
    channel: Channel, db: Db, until: datetime, groups: list[LeasedGroup], send_letter: SendLetter | None
) -> bool:
    """Send these one after the other, and give back those for which the lease is too short.

    Returns False when the server can't be reached: the others would fail too, and are given back.
    """
    last_start = until - min(LONGEST_SEND, channel.lease / 2)
    for position, group in enumerate(groups):
        now = channel.clock()
        if now > last_start:
            await _give_back(db, now, groups[position:])
            return True
        if not await _send(channel, db, now, group, send_letter):
            await _give_back(db, now, groups[position + 1 :])
            return False
    return True


async def _send(channel: Channel, db: Db, now: datetime, group: LeasedGroup, send_letter: SendLetter | None) -> bool:
    """Send one message, or drop it, or put it off, or give it up. Returns whether the server could be reached."""
    if await send.give_up_lost(db, now, group):
        lost = msgspec.structs.asdict(group.leases[0])
        log.error("messages.given_up", channel=channel.name, message=lost, answer=send.LOST)
        return True
    letter = await result_or_error(compose(db, now, group, channel.sender, channel.public_url))
    if letter is None:
        return True
    answer = letter if isinstance(letter, Exception) else await result_or_error(_handed_over(letter, send_letter))
    if isinstance(letter, Exception) or isinstance(answer, Exception):
        again_at = await send.postpone(db, now, group.leases, type(answer).__name__)
        log.error(
            "messages.not_written", message=msgspec.structs.asdict(group.leases[0]), until=again_at, exc_info=answer
        )
        return True
    again_at = await send.settle(db, channel.clock(), letter, answer)
    if answer is None or answer.result == "sent":
        return True
    fields = {"account": letter.message.account_id, "message": letter.message.id, "answer": answer.text}
    if again_at:
        log.warning("messages.put_off", channel=channel.name, until=again_at, **fields)
    else:
        log.error("messages.given_up", channel=channel.name, **fields)
    return not answer.unreachable


async def _handed_over(letter: Letter, send_letter: SendLetter | None) -> Answer | None:
    """How the server answers; None without one. Raises whatever keeps the letter from being put in its form."""
    return await send_letter(letter) if send_letter else None


async def _give_back(db: Db, now: datetime, groups: list[LeasedGroup]) -> None:
    for group in groups:
        await send.give_back(db, now, group)


@asynccontextmanager
async def _sending_mail(open_mail: OpenMail, sender: str) -> AsyncIterator[SendLetter]:
    async with open_mail() as send_mail:
        yield lambda letter: send_mail(_mail(letter, sender))


@asynccontextmanager
async def _sending_texts(open_texts: OpenTexts) -> AsyncIterator[SendLetter]:
    async with open_texts() as send_text:
        yield lambda letter: send_text(TextMessage(letter.name, letter.address, letter.rendered.text))


def _mail(letter: Letter, sender: str) -> EmailMessage:
    facts = letter.facts
    to_customer = letter.message.audience == "customer" and facts.customer is not None
    envelope = Envelope(
        sender=sender,
        sender_name=facts.account.name,
        recipient=letter.address,
        recipient_name=facts.customer.name if to_customer and facts.customer else "",
        reply_to=facts.reply_to if to_customer else "",
        message_id=f"<{letter.name}@{sender.rpartition('@')[2]}>",
        at=facts.now,
    )
    return mail_message(letter.rendered, envelope)

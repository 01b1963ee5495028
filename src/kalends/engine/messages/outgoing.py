"""What is handed to a server to be delivered, and what the server answers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

import msgspec


class CalendarFile(msgspec.Struct, frozen=True):
    """A calendar file in a mail: its METHOD (RFC 5546), and the file itself."""

    method: Literal["REQUEST", "CANCEL"]
    content: bytes


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says. A text message (SMS) has a `text` only. `headers` are further ones of a mail."""

    text: str
    subject: str = ""
    html: str = ""
    calendar: CalendarFile | None = None
    headers: Mapping[str, str] = {}


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A message to one address: an e-mail address, or a telephone number in E.164.

    `name` is the same for every attempt, so that whoever gets the message twice can tell: for a mail it is its
    Message-ID. `sender` is the display name of who sends a mail.
    """

    name: str
    address: str
    content: Content
    sender: str = ""
    reply_to: str = ""


class Answer(msgspec.Struct, frozen=True):
    """How an attempt ended. `failed` can be tried again, `refused` is final; `text` is what the server said."""

    result: Literal["sent", "failed", "refused"]
    text: str


Send = Callable[[Outgoing], Awaitable[Answer]]
"""Hands a message to a server. It never raises what the network does, and ends within a bounded time."""

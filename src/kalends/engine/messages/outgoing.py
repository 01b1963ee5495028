"""What is handed to a server to be delivered, and how the server answers."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from email.message import EmailMessage
from typing import Literal

import msgspec


class TextMessage(msgspec.Struct, frozen=True):
    """An SMS to a number in E.164. `name` is the same for every attempt, so that a double can be told."""

    name: str
    number: str
    text: str


class Answer(msgspec.Struct, frozen=True):
    """How an attempt ended. `failed` may be tried again, `refused` is final; `text` is what the server said.

    `unreachable`: it failed because the server could not be reached at all, so that others would fail too.
    `no_mailbox`: it was refused because nobody has this address. `answered`: the server itself said no.
    """

    result: Literal["sent", "failed", "refused"]
    text: str
    unreachable: bool = False
    no_mailbox: bool = False
    answered: bool = False

    @property
    def is_not_delivered(self) -> bool:
        """Whether nobody can have got it. Of an attempt that broke off it is not known."""
        return self.result != "sent" and (self.unreachable or self.answered)


SendMail = Callable[[EmailMessage], Awaitable[Answer]]
SendText = Callable[[TextMessage], Awaitable[Answer]]
"""Both end within a bounded time, and never raise what the network or the server does."""

OpenMail = Callable[[], AbstractAsyncContextManager[SendMail]]
OpenTexts = Callable[[], AbstractAsyncContextManager[SendText]]
"""What several messages are sent by, one after the other, over as few connections as possible."""

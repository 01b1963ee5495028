"""A mail server for tests: real SMTP on a port of this machine, which keeps what it is sent."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import MappingProxyType
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from kalends.engine.messages.outgoing import Answer


class MailServer:
    """What it was sent, and how it answers: with the `answers` in turn, then with 250.

    Before each answer it waits for `delay` seconds. `refused_recipients`: address -> with which answer it is refused.
    """

    def __init__(
        self, *answers: str, delay: float = 0.0, refused_recipients: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.answers, self.delay, self.refused_recipients = list(answers), delay, refused_recipients
        self.port = 0
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.connections = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def subjects(self) -> list[str]:
        """The subjects of what it was sent."""
        return [str(message["Subject"]) for message in self.received]

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse it."""
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's)
        """Keep a mail."""
        await asyncio.sleep(self.delay)
        answer = self.answers.pop(0) if self.answers else "250 kept"
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.received.append(message_from_bytes(envelope.content, policy=policy.default))
            self.recipients += envelope.rcpt_tos
        return answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Only kari may log in."""
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"kari", b"pass@word")
        return AuthResult(success=right, handled=False)


@asynccontextmanager
async def mail_server(
    *answers: str, delay: float = 0.0, refused_recipients: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[MailServer]:
    """A mail server that listens while the block lasts; kari can log in, with the password pass@word."""
    server = MailServer(*answers, delay=delay, refused_recipients=refused_recipients)

    protocols: list[SMTP] = []

    def connected() -> SMTP:
        server.connections += 1
        protocol = SMTP(
            server,
            hostname="mail.example.org",
            enable_SMTPUTF8=True,
            authenticator=server.authenticate,
            auth_require_tls=False,
        )
        protocols.append(protocol)
        return protocol

    listener = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for protocol in protocols:
            if protocol.transport is not None:
                protocol.transport.close()
        await asyncio.sleep(0)  # the connections end in the loop's next turn
        await listener.wait_closed()


def mail(to: str = "kari@example.org") -> EmailMessage:
    """A mail that says nothing."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "bookings@example.org", to, "Hello"
    message["Message-ID"] = "<1@example.org>"
    message.set_content("Hello")
    return message


SENT = Answer("sent", "kept")

"""Mail, handed to an SMTP server (RFC 5321)."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from kalends.delivery.answers import in_one_line
from kalends.engine.messages.outgoing import Answer, SendMail

SECONDS = 120.0
"""For one message, with connecting to the server, which may take its time for each command."""
GOODBYE_SECONDS = 5.0
_LONGEST_ANSWER = 500
_PORTS = {"smtp": 587, "smtps": 465}
_STATUS = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")
_NO_MAILBOX = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
"""No such mailbox, no such host, no address, moved, takes no mail: the enhanced status codes (RFC 3463, 3.2; RFC 7505)
that are about the recipient's address, of which the server is certain."""
_OF_SETTINGS = (502, 503, 530, 534, 535, 538)
"""The commands or the login are not what the server wants (RFC 5321, 4.2.3; RFC 4954, 6), whatever the mail."""


class SmtpServer(msgspec.Struct, frozen=True):
    """A server and how to log in. `tls`: from the first byte, else by STARTTLS where the server offers it."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = None

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine: nobody listens in between, and its certificate is hardly ever valid."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def smtp_server(url: str) -> SmtpServer:
    """The server of `smtp://user:password@host:port` or `smtps://...`; without a port, 587 or 465."""
    parts = urlsplit(url)
    user, password = (None if text is None else unquote(text) for text in (parts.username, parts.password))
    return SmtpServer(parts.hostname or "", parts.port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)


@asynccontextmanager
async def open_smtp(server: SmtpServer, seconds: float = SECONDS) -> AsyncIterator[SendMail]:
    """A function that sends mail over one connection, opened for the first mail and closed at the end of the block."""
    connection = _Connection(server, seconds)
    try:
        yield connection.send
    finally:
        await connection.quit()


class _Connection:
    def __init__(self, server: SmtpServer, seconds: float) -> None:
        self.server, self.seconds = server, seconds
        self.client: aiosmtplib.SMTP | None = None

    async def send(self, message: EmailMessage) -> Answer:
        try:
            async with asyncio.timeout(self.seconds):
                try:
                    client = await self.connected()
                except (aiosmtplib.SMTPException, OSError) as error:
                    return await self.failed(error, unreachable=True)
                _, answer = await client.send_message(message)
                return Answer("sent", _short(answer))
        except (aiosmtplib.SMTPException, OSError) as error:  # a timeout is an OSError
            if code := _final_code(error):
                await self.reset()
                text = _short(f"{code} {_words(error)}")
                return Answer("refused", text, no_mailbox=_has_no_mailbox(error), answered=True)
            return await self.failed(error, unreachable=False)

    async def connected(self) -> aiosmtplib.SMTP:
        if self.client is not None and self.client.is_connected:
            return self.client
        server = self.server
        self.client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls,
            start_tls=False if server.tls or server.is_local else None,
            timeout=self.seconds,
        )
        await self.client.connect()
        if server.user is not None:
            if not self.is_private(self.client):
                raise aiosmtplib.SMTPNotSupported("The server offers no TLS, and a password is not sent without it")
            await self.client.login(server.user, server.password or "")
        return self.client

    def is_private(self, client: aiosmtplib.SMTP) -> bool:
        return self.server.is_local or client.get_transport_info("ssl_object") is not None

    async def failed(self, error: Exception, *, unreachable: bool) -> Answer:
        await self.close()
        answered = isinstance(_refusal(error), aiosmtplib.SMTPResponseException)
        return Answer("failed", _short(_words(error)), unreachable, answered=answered)

    async def reset(self) -> None:
        """After a refusal: the next mail begins anew, over a new connection if this one does not go on."""
        try:
            if self.client is not None:
                await self.client.rset()
        except (aiosmtplib.SMTPException, OSError):
            await self.close()

    async def quit(self) -> None:
        """Say goodbye, as RFC 5321 (section 4.1.1.10) wants it; whoever does not answer is left."""
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                if self.client is not None and self.client.is_connected:
                    await self.client.quit()
        except (aiosmtplib.SMTPException, OSError):
            pass
        finally:
            await self.close()

    async def close(self) -> None:
        client, self.client = self.client, None
        if client is not None:
            client.close()


def _final_code(error: Exception) -> int | None:
    """The code with which the server refuses this mail for good; None if another attempt, or another sender, may do.

    A refused sender, login or relaying is a fault of the settings, and no reason to give up the mail.
    """
    is_recipient = isinstance(error, aiosmtplib.SMTPRecipientsRefused)
    refusal = _refusal(error)
    if isinstance(refusal, aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPAuthenticationError):
        return None
    if not isinstance(refusal, aiosmtplib.SMTPResponseException) or not 500 <= refusal.code < 600:
        return None
    if refusal.code in _OF_SETTINGS or (is_recipient and _status(refusal).startswith("5.7.")):
        return None
    return refusal.code


def _has_no_mailbox(error: Exception) -> bool:
    return isinstance(error, aiosmtplib.SMTPRecipientsRefused) and _status(_refusal(error)) in _NO_MAILBOX


def _refusal(error: Exception) -> Exception:
    """The error with the server's answer: of a mail with one recipient, what it says of that one."""
    return error.recipients[0] if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else error


def _status(error: Exception) -> str:
    """The enhanced status code at the beginning of the server's answer, such as 5.1.1; "" if there is none."""
    match = _STATUS.match(_words(error))
    return match[0] if match else ""


def _words(error: Exception) -> str:
    refusal = _refusal(error)
    if isinstance(refusal, aiosmtplib.SMTPResponseException):
        return refusal.message
    return str(refusal) or type(refusal).__name__


def _short(text: str) -> str:
    return in_one_line(text, _LONGEST_ANSWER)

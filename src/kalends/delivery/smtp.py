"""Mail, handed to an SMTP server (RFC 5321)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from kalends.engine.messages.outgoing import Answer, SendMail

SECONDS = 120.0
"""For one message, with connecting to the server, which may take its time for each command."""
GOODBYE_SECONDS = 5.0
_LONGEST_ANSWER = 500
_PORTS = {"smtp": 587, "smtps": 465}


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
                return Answer("refused", _short(f"{code} {_words(error)}"))
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
        return Answer("failed", _short(_words(error)), unreachable)

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

    A refused sender or login is a fault of the settings, and no reason to give up the mail.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPAuthenticationError):
        return None
    if isinstance(error, aiosmtplib.SMTPResponseException) and 500 <= error.code < 600:
        return error.code
    return None


def _words(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return error.message
    return str(error) or type(error).__name__


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_ANSWER]

"""Lends TLS to PostgreSQL's programs, which come without it: they speak with a socket of this process, which passes
what they say on to the server, encrypted."""

import asyncio
import ssl
import struct
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from kalends.store.connections import PlainConnection
from kalends.store.db import connect

_SSL_REQUEST = bytes.fromhex("00000008 04d2162f")
_HEAD = struct.Struct("!ci")
_BINDING = b"SCRAM-SHA-256-PLUS\0"
"""Source: PostgreSQL documentation, "Message Formats": SSLRequest, the head of a message (its kind, and its length from
there on), and a mechanism of AuthenticationSASL."""
_PORT = 5432
_PIECE = 1 << 16


class TlsServer(msgspec.Struct, frozen=True):
    """A server that is spoken to under encryption, as it was with the first connection: checked or not."""

    host: str
    port: int
    name: str | None
    context: ssl.SSLContext

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what is said in both directions until one side ends. Who asked sees it, as the connection ends."""
        with suppress(OSError, EOFError):
            server_reader, server_writer = await asyncio.open_connection(self.host, self.port)
            server_writer.write(_SSL_REQUEST)
            if await server_reader.readexactly(1) == b"S":
                await server_writer.start_tls(self.context, server_hostname=self.name)
                await asyncio.gather(_pass(reader, server_writer), _pass_answers(server_reader, writer))
        writer.close()


@asynccontextmanager
async def reachable_without_tls(url: str) -> AsyncIterator[str]:
    """A URL by which a program without TLS reaches the server of this URL, with the same password.

    It is the same URL, unless the server wants encryption or the URL asks for it. Raises any of UNAVAILABLE.
    """
    server = await _find_server(url)
    if server is None:
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="kalends-") as folder:
        async with await asyncio.start_unix_server(server.relay, Path(folder) / f".s.PGSQL.{_PORT}"):
            yield _with_socket(url, folder)


async def _find_server(url: str) -> TlsServer | None:
    """The server that a connection with this URL leads to, or None if the connection is not encrypted."""
    connection = await connect(url, "kalends")
    try:
        assert isinstance(connection, PlainConnection)
        encryption: ssl.SSLObject | None = connection.transport.get_extra_info("ssl_object")
        if encryption is None:
            return None
        host, port, *_ = connection.transport.get_extra_info("peername")
        return TlsServer(host, port, encryption.server_hostname, encryption.context)
    finally:
        await connection.close()


def _with_socket(url: str, folder: str) -> str:
    """The URL with a socket of this folder instead of hosts and encryption."""
    parts = urlsplit(url)
    user, at, _ = parts.netloc.rpartition("@")
    options = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name not in ("host", "port") and not name.startswith("ssl")
    ]
    query = urlencode([*options, ("host", folder), ("port", _PORT)])
    return urlunsplit((parts.scheme, f"{user}{at}", parts.path, query, ""))


async def _pass_answers(server_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what the server says. Its first message asks who is there; a program without TLS would take the offer to
    bind that to the encryption for an attack."""
    head = await server_reader.readexactly(_HEAD.size)
    kind, length = _HEAD.unpack(head)
    body = (await server_reader.readexactly(length - 4)).replace(_BINDING, b"")
    writer.write(_HEAD.pack(kind, len(body) + 4) + body)
    await _pass(server_reader, writer)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    finally:
        writer.close()

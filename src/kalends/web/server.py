"""HTTP/1.1 on a socket, by uvicorn, with bounds on what comes before the shell sees a request."""

import asyncio
import socket
import time
from typing import Any, cast
from urllib.parse import quote_from_bytes

from litestar.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 30.0
ASCII = bytes(range(128))
IDLE_SECONDS = 75
"""Longer than the minute for which most clients and proxies keep a connection for the next request."""


class Gathered:
    """A transport on which what is written in one go leaves in one go: the head of an answer with its body."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.transport, self.loop = transport, loop
        self.waiting: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self.waiting:
            self.loop.call_soon(self.flush)
        self.waiting.append(data)

    def flush(self) -> None:
        waiting, self.waiting = self.waiting, []
        if waiting:
            self.transport.writelines(waiting)

    def close(self) -> None:
        self.flush()
        self.transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)


class Protocol(HttpToolsProtocol):
    """A connection. Line and headers of a request may be so long, and take so long to come; a body is the shell's."""

    head: int | None = 0  # bytes of it so far; None while a body comes or an answer is awaited
    late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        gathered = Gathered(cast("asyncio.Transport", transport), self.loop)
        super().connection_made(cast("asyncio.Transport", gathered))
        self.late = self.loop.call_later(HEAD_SECONDS, transport.close)

    def data_received(self, data: bytes) -> None:
        if self.head == 0 and not data.isascii():
            data = _spelled(data)
        if self.head is not None:
            self.head += len(data)
        super().data_received(data)
        if not self.head or self.transport.is_closing():
            return
        if self.head > HEAD_BYTES:
            self.send_400_response("The request's headers are too large.")
        elif self.late is None:
            self.late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def on_headers_complete(self) -> None:
        self.head = None
        self._in_time()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.head = 0
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def _in_time(self) -> None:
        if self.late is not None:
            self.late.cancel()
            self.late = None


def _spelled(data: bytes) -> bytes:
    """What begins with a request line, its letters as in URLs: some clients send them as they are, and get through."""
    line, end, rest = data.partition(b"\r\n")
    return quote_from_bytes(line, safe=ASCII).encode() + end + rest


class Drained(Server):
    """When told to end, it listens until what had begun by then is finished; the shell turns away what still comes."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        began, seconds = time.monotonic(), self.config.timeout_graceful_shutdown or 0
        if begun := set(self.server_state.tasks):
            await asyncio.wait(begun, timeout=seconds)
        self.config.timeout_graceful_shutdown = max(0, seconds - round(time.monotonic() - began))
        await super().shutdown(sockets)


def serve(app: ASGIApp, listener: socket.socket, drain_seconds: float) -> None:
    """Answer what comes to a listening socket until SIGTERM or SIGINT, and then finish what has begun."""
    server(app, drain_seconds).run([listener])


def server(app: ASGIApp, drain_seconds: float) -> Server:
    """What serves an application; told to end, it gives what has begun so many seconds."""
    return Drained(
        Config(
            app,
            loop="uvloop",
            http=Protocol,
            ws="none",
            lifespan="on",
            interface="asgi3",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=round(drain_seconds),
        )
    )

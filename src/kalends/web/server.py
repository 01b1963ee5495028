"""HTTP/1.1 on a socket, by uvicorn, with bounds on what comes before the shell sees a request."""

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import quote_from_bytes

from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 30.0
LINGER_SECONDS = 2.0
"""How long a client may read the answer to what it is still sending: closed at once, it would lose the answer too."""
ASCII = bytes(range(128))
IDLE_SECONDS = 75
"""Longer than the minute for which most clients and proxies keep a connection for the next request."""


class Gathered:
    """A transport on which what is written in one go leaves in one go: the head of an answer with its body.

    It is closed softly while `sending()`, the client that is: no more is written, and what comes is for nobody.
    """

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, sending: Callable[[], bool]
    ) -> None:
        self.transport, self.loop, self.sending = transport, loop, sending
        self.waiting: list[bytes] = []
        self.half_closed = False

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
        if self.half_closed or self.transport.is_closing() or not self.sending():
            self.transport.close()
        else:
            self.half_closed = True
            self.transport.write_eof()
            self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)


class Protocol(HttpToolsProtocol):
    """A connection. Line and headers of a request may be so long, and take so long to come; a body is the shell's.

    What a chunked body has besides its bytes (extensions, trailers) is bounded as headers are, and read by nobody: a
    trailer comes when the request has been judged by its headers already. What follows a whole request and can't be
    read ends the connection, after the answer to the request.
    """

    head: int | None = 0  # bytes of it so far; None while a body comes or an answer is awaited
    beside: int = 0  # bytes that came with a body and were none of it, since the last that was
    late: asyncio.TimerHandle | None = None
    answering: RequestResponseCycle | None = None
    unreadable = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        gathered = Gathered(cast("asyncio.Transport", transport), self.loop, self._still_sending)
        super().connection_made(cast("asyncio.Transport", gathered))
        self.late = self.loop.call_later(HEAD_SECONDS, transport.close)

    def data_received(self, data: bytes) -> None:
        if self.unreadable or cast("Gathered", self.transport).half_closed:
            return
        if self.head == 0 and not data.isascii():
            data = _spelled(data)
        if self.head is None:
            self.beside += len(data)
        else:
            self.head += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self.beside > HEAD_BYTES or (self.head or 0) > HEAD_BYTES:
            self.send_400_response("The request's headers are too large.")
        elif self.head and self.late is None:
            self.late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.head is not None:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.head, self.beside = None, 0
        self._in_time()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.beside = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.head, self.beside = 0, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        while self.pipeline and self.pipeline[0][0].more_body:
            self.pipeline.popleft()
        last = self.pipeline[0][0] if self.pipeline else self.answering
        if last is None or last.response_complete or last.more_body:
            super().send_400_response(msg)
        else:
            self.unreadable, last.keep_alive = True, False

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self.answering = cycle
        super()._start_asgi_task(cycle, app)

    def _still_sending(self) -> bool:
        """Has a request been answered before its body had come?"""
        return self.answering is not None and self.answering.response_complete and self.answering.more_body

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

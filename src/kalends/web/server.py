"""Serves HTTP/1.1 on a socket with uvicorn, with limits for request lines, headers and trailers."""

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import quote_from_bytes

import structlog
from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_BYTES = 64 * 1024
"""The most bytes of a request's line and headers together, and of a chunked body's extensions and trailers."""
HEAD_SECONDS = 30.0
"""How long a client may take to send a request's line and headers."""
LINGER_SECONDS = 2.0
"""How long a connection stays open for reading after an answer to a client that still sends.

If it were closed at once, the client might not get to read the answer.
"""
ASCII = bytes(range(128))
IDLE_SECONDS = 75
"""How long a connection is kept for the next request: longer than the minute of most clients and proxies."""

log = structlog.get_logger()


class BufferedTransport:
    """A transport that sends what is written in one turn of the event loop together, such as headers and body.

    While the client is still sending (`is_client_sending()`), `close` only ends writing. What arrives is then ignored,
    and the connection is closed after LINGER_SECONDS.
    """

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, is_client_sending: Callable[[], bool]
    ) -> None:
        self.transport, self.loop, self.is_client_sending = transport, loop, is_client_sending
        self.buffer: list[bytes] = []
        self.half_closed = False

    def write(self, data: bytes) -> None:
        if not self.buffer:
            self.loop.call_soon(self.flush)
        self.buffer.append(data)

    def flush(self) -> None:
        buffered, self.buffer = self.buffer, []
        if buffered:
            self.transport.writelines(buffered)

    def close(self) -> None:
        self.flush()
        if self.half_closed or self.transport.is_closing() or not self.is_client_sending():
            self.transport.close()
        else:
            self.half_closed = True
            self.transport.write_eof()
            self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)


class Protocol(HttpToolsProtocol):
    """A connection. Limits the size of request lines and headers and the time they take; the shell limits bodies.

    The extensions and trailers of a chunked body are limited as headers are, and ignored: when a trailer arrives, the
    request has already been judged by its headers. Data after a complete request that is not HTTP ends the connection,
    but only after the answer to that request.
    """

    head_size: int | None = 0  # bytes of line and headers so far; None between the headers and the end of the body
    overhead_size: int = 0  # bytes received since the last byte of the body: extensions and trailers
    head_timer: asyncio.TimerHandle | None = None
    last_cycle: RequestResponseCycle | None = None
    unreadable = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        buffered = BufferedTransport(cast("asyncio.Transport", transport), self.loop, self._is_client_sending)
        super().connection_made(cast("asyncio.Transport", buffered))
        self.head_timer = self.loop.call_later(HEAD_SECONDS, transport.close)

    def data_received(self, data: bytes) -> None:
        if self.unreadable or cast("BufferedTransport", self.transport).half_closed:
            return
        if self.head_size == 0 and not data.isascii():
            data = _with_quoted_url(data)
        if self.head_size is None:
            self.overhead_size += len(data)
        else:
            self.head_size += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self.overhead_size > HEAD_BYTES or (self.head_size or 0) > HEAD_BYTES:
            self.send_400_response("The request's headers are too large.")
        elif self.head_size and self.head_timer is None:
            self.head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.head_size is not None:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.head_size, self.overhead_size = None, 0
        self._cancel_head_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.overhead_size = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.head_size, self.overhead_size = 0, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        # The pipeline has the requests that wait for the answer to the one before them, the newest first.
        while self.pipeline and self.pipeline[0][0].more_body:
            self.pipeline.popleft()
        last = self.pipeline[0][0] if self.pipeline else self.last_cycle
        if last is None or last.response_complete or last.more_body:
            super().send_400_response(msg)
        else:
            self.unreadable, last.keep_alive = True, False

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self.last_cycle = cycle
        super()._start_asgi_task(cycle, app)

    def _is_client_sending(self) -> bool:
        """Whether more may come of what is not read: behind the last request, or of one that was answered early."""
        if self.unreadable:
            return True
        return self.last_cycle is not None and self.last_cycle.response_complete and self.last_cycle.more_body

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_head_timer()
        super().connection_lost(exc)

    def _cancel_head_timer(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None


def _with_quoted_url(data: bytes) -> bytes:
    """Data that begins with a request line, with other than ASCII characters in that line percent-encoded.

    Some clients send such characters in URLs as they are.
    """
    line, end, rest = data.partition(b"\r\n")
    return quote_from_bytes(line, safe=ASCII).encode() + end + rest


class DrainingServer(Server):
    """A server that, when it is stopped, first waits for the requests that are running.

    Until they are finished it goes on listening; the shell answers new requests with Unavailable.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        started, seconds = time.monotonic(), self.config.timeout_graceful_shutdown or 0
        if running := set(self.server_state.tasks):
            await asyncio.wait(running, timeout=seconds)
        self.config.timeout_graceful_shutdown = max(0, seconds - round(time.monotonic() - started))
        await super().shutdown(sockets)


def serve(app: ASGIApp, listener: socket.socket, drain_seconds: float) -> None:
    """Serve the application on a listening socket until SIGTERM or SIGINT; then finish the running requests."""
    log.info("web.started", url=_url_of(listener))
    make_server(app, drain_seconds).run([listener])


def make_server(app: ASGIApp, drain_seconds: float) -> Server:
    """A server for the application. When it is stopped, running requests may take up to `drain_seconds` to finish."""
    return DrainingServer(
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


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"

"""A mail server and a receiver of webhooks that take their time, each in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session


@contextmanager
def slow_mail_server(seconds: float) -> Iterator[str]:
    """The URL of a server that answers each mail after so many seconds."""
    with _listening(lambda loop: SMTP(_SlowMail(seconds), loop=loop)) as port:
        yield f"smtp://127.0.0.1:{port}"


@contextmanager
def slow_receiver(seconds: float) -> Iterator[str]:
    """The URL of a webhook that answers each call after so many seconds."""
    with _listening(lambda loop: _SlowHook(loop, seconds)) as port:
        yield f"http://127.0.0.1:{port}/"


class _SlowMail:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's)
        await asyncio.sleep(self.seconds)
        return "250 kept"


class _SlowHook(asyncio.Protocol):
    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self.loop, self.seconds, self.asked = loop, seconds, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if not self.asked:
            self.asked = True
            self.loop.call_later(self.seconds, self.answer)

    def answer(self) -> None:
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        self.transport.close()


@contextmanager
def _listening(protocol: Callable[[asyncio.AbstractEventLoop], asyncio.BaseProtocol]) -> Iterator[int]:
    """The port of a server that speaks this protocol, for the length of the block."""
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    ports: list[int] = []

    async def listen() -> None:
        listener = await loop.create_server(lambda: protocol(loop), "127.0.0.1", 0)
        ports.append(listener.sockets[0].getsockname()[1])
        ready.set()
        await stop.wait()
        listener.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()

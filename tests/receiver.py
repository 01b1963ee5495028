"""A receiver of webhooks: a real HTTP server on this machine that remembers what it got."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import msgspec


class Received(msgspec.Struct, frozen=True):
    """One request, with the names of its headers in lower case."""

    line: str
    headers: Mapping[str, str]
    body: bytes


class Receiver(msgspec.Struct):
    """Answers each request with what `answer` makes of it: the bytes of a whole response, in one or several parts."""

    answer: Callable[[Received], bytes]
    url: str = ""
    received: list[Received] = []
    delay: asyncio.Event | None = None

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            line, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
            request = Received(line, headers, await reader.readexactly(int(headers.get("content-length", 0))))
            self.received.append(request)
            if self.delay is not None:
                await self.delay.wait()
            writer.write(self.answer(request))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever called is gone
        finally:
            writer.close()


def response(status: int = 200, body: bytes = b"ok", **headers: str) -> bytes:
    """A whole response; `retry_after="5"` is the header Retry-After."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def receiving(
    answer: Callable[[Received], bytes] = lambda request: response(),
    *,
    tls: ssl.SSLContext | None = None,
    delay: asyncio.Event | None = None,
) -> AsyncIterator[Receiver]:
    """A receiver at `url` for the length of the block. While `delay` is not set it answers nobody."""
    receiver = Receiver(answer, delay=delay)
    server = await asyncio.start_server(receiver.handle, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    receiver.url = f"{'https' if tls else 'http'}://localhost:{port}/hook"
    try:
        yield receiver
    finally:
        server.close()
        if delay is not None:
            delay.set()
        await server.wait_closed()

"""The server below the shell: what a connection may send before anybody looks at it, and how it ends."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from kalends.web import server as web_server

OK = b"HTTP/1.1 200 OK"
CLOSING = b"host: here\r\nconnection: close\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with what it got, the body or what was asked for."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message["more_body"]:
            break
    if scope["method"] == "GET":
        body = f"{scope['path']} {scope['query_string'].decode()}".encode()
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": body, "more_body": False})


@asynccontextmanager
async def served(application: Any = app) -> AsyncIterator[tuple[str, int]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address: tuple[str, int] = listener.getsockname()
        server = web_server.server(application, 5)
        running = asyncio.create_task(server._serve([listener]))
        try:
            yield address
        finally:
            server.should_exit = True
            await running


async def said(address: tuple[str, int], *pieces: bytes) -> bytes:
    """All that comes back on one connection until the server closes it."""
    reader, writer = await asyncio.open_connection(*address)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.05)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


def post(body: bytes, *headers: bytes) -> bytes:
    lines = (b"POST / HTTP/1.1", b"host: here", b"content-length: %d" % len(body), *headers, b"", body)
    return b"\r\n".join(lines)


async def test_a_body_is_not_bounded_here() -> None:
    body = b"x" * 4 * web_server.HEAD_BYTES
    async with served() as address:
        answer = await said(address, post(body[:10]) + post(body, b"connection: close"))
    assert answer.count(OK) == 2
    assert answer.endswith(body)


async def test_letters_in_a_url_are_read_as_they_are() -> None:
    async with served() as address:
        answer = await said(address, post("ü".encode()), "GET /ü?search=Müller HTTP/1.1\r\n".encode() + CLOSING)
    assert answer.count(OK) == 2
    assert answer.endswith("/ü search=M%C3%BCller".encode())


async def test_headers_without_an_end_are_refused() -> None:
    async with served() as address:
        whole = await said(address, b"GET / HTTP/1.1\r\nx: " + b"y" * web_server.HEAD_BYTES)
        pieces = await said(address, b"GET / HTTP/1.1\r\n", *[b"x: " + b"y" * 9000 + b"\r\n"] * 8)
        after = await said(address, post(b"1"), b"GET / HTTP/1.1\r\n", *[b"x: " + b"y" * 9000 + b"\r\n"] * 8)
    assert whole.startswith(b"HTTP/1.1 400")
    assert pieces.startswith(b"HTTP/1.1 400")
    assert after.startswith(OK)
    assert b"HTTP/1.1 400" in after


async def test_headers_that_take_too_long_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "HEAD_SECONDS", 0.3)
    async with served() as address:
        assert await said(address) == b""
        assert await said(address, b"GET / HTTP/1.1\r\nhost: ") == b""
        # A body may take its time here: the shell looks after it.
        halves = post(b"one and", b"connection: close")
        answer = await said(address, halves[:-4], *[b""] * 10, halves[-4:])
    assert answer.startswith(OK)


async def test_told_to_end_it_finishes_what_has_begun() -> None:
    begun, rested = asyncio.Event(), asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            begun.set()
            await rested.wait()
        await app(scope, receive, send)

    async with httpx.AsyncClient() as client:
        async with served(slow) as (host, port):
            asked = asyncio.create_task(client.post(f"http://{host}:{port}/", content=b"kept"))
            await begun.wait()
            asyncio.get_running_loop().call_later(0.3, rested.set)
        assert (await asked).content == b"kept"

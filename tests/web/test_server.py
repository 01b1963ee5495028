"""The server below the shell: what a connection may send before anybody looks at it, and how it ends."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from kalends.web import server as web_server
from kalends.web.config import WebSettings
from tests.desk import PATIENCE
from tests.web.toy import shell

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


def at_leisure(sent: asyncio.Event) -> Any:
    """The same, as soon as everything has been sent."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await sent.wait()
        await app(scope, receive, send)

    return answer


async def at_once(scope: Any, receive: Any, send: Any) -> None:
    """Answers without a look at the body."""
    if scope["type"] == "lifespan":
        await app(scope, receive, send)
        return
    headers = [(b"content-length", b"6"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"enough", "more_body": False})


async def show_headers(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the headers, as they are when the body has come."""

    async def shown(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [(b"content-length", b"0"), (b"seen", repr(scope["headers"]).encode())]
        await send({**message, "body": b""} if "body" in message else message)

    await app(scope, receive, shown if scope["type"] == "http" else send)


@asynccontextmanager
async def served(application: Any = app) -> AsyncIterator[tuple[str, int]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address: tuple[str, int] = listener.getsockname()
        server = web_server.make_server(application, 5)
        running = asyncio.create_task(server._serve([listener]))
        try:
            yield address
        finally:
            server.should_exit = True
            await running


async def exchange(address: tuple[str, int], *pieces: bytes, sent: asyncio.Event | None = None) -> bytes:
    """Send the pieces on one connection, then set `sent`; returns all that comes back until the server closes it."""
    reader, writer = await asyncio.open_connection(*address)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.05)
    if sent is not None:
        sent.set()
    answer = await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()
    return answer


def post(body: bytes, *headers: bytes) -> bytes:
    lines = (b"POST / HTTP/1.1", b"host: here", b"content-length: %d" % len(body), *headers, b"", body)
    return b"\r\n".join(lines)


async def test_a_body_is_not_bounded_here() -> None:
    body = b"x" * 4 * web_server.HEAD_BYTES
    async with served() as address:
        answer = await exchange(address, post(body[:10]) + post(body, b"connection: close"))
    assert answer.count(OK) == 2
    assert answer.endswith(body)


async def test_letters_in_a_url_are_read_as_they_are() -> None:
    async with served() as address:
        answer = await exchange(address, post("ü".encode()), "GET /ü?search=Müller HTTP/1.1\r\n".encode() + CLOSING)
    assert answer.count(OK) == 2
    assert answer.endswith("/ü search=M%C3%BCller".encode())


async def test_headers_without_an_end_are_refused() -> None:
    async with served() as address:
        whole = await exchange(address, b"GET / HTTP/1.1\r\nx: " + b"y" * web_server.HEAD_BYTES)
        pieces = await exchange(address, b"GET / HTTP/1.1\r\n", *[b"x: " + b"y" * 9000 + b"\r\n"] * 8)
        after = await exchange(address, post(b"1"), b"GET / HTTP/1.1\r\n", *[b"x: " + b"y" * 9000 + b"\r\n"] * 8)
    assert whole.startswith(b"HTTP/1.1 400")
    assert pieces.startswith(b"HTTP/1.1 400")
    assert after.startswith(OK)
    assert b"HTTP/1.1 400" in after


def chunked(*lines: bytes) -> bytes:
    return b"\r\n".join((b"POST / HTTP/1.1", b"host: here", b"transfer-encoding: chunked", b"", *lines))


async def test_trailers_are_read_by_nobody() -> None:
    async with served(show_headers) as address:
        answer = await exchange(
            address, chunked(b"1", b"x", b"0", b"authorization: Bearer late", b"", b""), b"GET / HTTP/1.1\r\n" + CLOSING
        )
    assert answer.count(OK) == 2
    assert b"late" not in answer


@pytest.mark.parametrize("beside", [b"0\r\nx: " + b"y" * 9000, b"0\r\n" + b"x: y\r\n" * 1500, b"1;" + b"y" * 9000])
async def test_what_comes_beside_a_body_has_bounds(beside: bytes) -> None:
    more = b"y" * 9000 if beside[-1:] == b"y" else b"x: y\r\n" * 1500
    async with served() as address:
        answer = await exchange(address, chunked(beside), *[more] * 8)
    assert answer.startswith(b"HTTP/1.1 400")


async def test_a_body_in_many_small_chunks_is_whole() -> None:
    pieces = [b"1\r\nx\r\n" * 20_000] * 2
    async with served() as address:
        answer = await exchange(address, chunked(b""), *pieces, b"0\r\n\r\nGET / HTTP/1.1\r\n" + CLOSING)
    assert answer.count(OK) == 2
    assert b"x" * 40_000 in answer


@pytest.mark.parametrize("behind", [b"}", b"\x16\x03\x01 and more", b"POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n"])
async def test_what_is_behind_a_request_does_not_take_its_answer(behind: bytes) -> None:
    sent = asyncio.Event()
    async with served(at_leisure(sent)) as address:
        answer = await exchange(address, post(b"kept") + behind, sent=sent)
        sent.clear()
        later = await exchange(address, post(b"kept"), *[behind] * 3, sent=sent)
    for response in (answer, later):
        assert response.startswith(OK)
        assert response.count(b"HTTP/1.1 ") == 1
        assert response.endswith(b"kept")


async def test_who_goes_on_sending_what_can_not_be_read_gets_the_whole_answer() -> None:
    sent = asyncio.Event()
    async with served(at_leisure(sent)) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(post(b"kept") + b"}")
        sent.set()
        head = await reader.readuntil(b"\r\n\r\n")
        for _ in range(3):
            writer.write(b"}")
            await writer.drain()
            await asyncio.sleep(0.05)
        assert (head[: len(OK)], await reader.read()) == (OK, b"kept")
        writer.close()


async def test_requests_in_a_row_are_answered_before_what_can_not_be_read() -> None:
    sent = asyncio.Event()
    async with served(at_leisure(sent)) as address:
        answer = await exchange(address, post(b"one") + post(b"two") + chunked(b"no number"), sent=sent)
    assert answer.count(b"HTTP/1.1 ") == answer.count(OK) == 2


async def test_what_is_answered_early_is_closed_softly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "LINGER_SECONDS", 0.5)
    async with served(at_once) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 90000000\r\n\r\n")
        head = await reader.readuntil(b"enough")

        async def send_on() -> None:
            while True:
                writer.write(b"x" * 100)
                await writer.drain()
                await asyncio.sleep(0.05)

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(send_on(), 10)
    assert head.startswith(OK)


async def test_a_body_that_drips_is_answered_and_closed(database_url: str) -> None:
    app = shell(database_url, WebSettings(request_seconds=3))
    head = b"POST /toy/api/v1/things HTTP/1.1\r\nhost: here\r\ncontent-length: 1000\r\n\r\n"
    async with served(app) as address:
        answer = await exchange(address, head, *[b"x"] * 10)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer


async def test_headers_that_take_too_long_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "HEAD_SECONDS", 0.3)
    async with served() as address:
        assert await exchange(address) == b""
        assert await exchange(address, b"GET / HTTP/1.1\r\nhost: ") == b""
        # A body may take its time here: the shell looks after it.
        halves = post(b"one and", b"connection: close")
        answer = await exchange(address, halves[:-4], *[b""] * 10, halves[-4:])
    assert answer.startswith(OK)


async def test_told_to_end_it_finishes_what_has_begun() -> None:
    request_began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            request_began.set()
            await go_on.wait()
        await app(scope, receive, send)

    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        async with served(slow) as (host, port):
            posting = asyncio.create_task(client.post(f"http://{host}:{port}/", content=b"kept"))
            await request_began.wait()
            asyncio.get_running_loop().call_later(0.3, go_on.set)
        assert (await posting).content == b"kept"

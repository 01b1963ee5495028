"""Text messages are handed to a gateway as its settings say."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from kalends.delivery.sms import SmsGateway, open_sms
from kalends.engine.messages.outgoing import Answer, TextMessage
from tests.ports import free_port

MESSAGE = TextMessage("1.7.ab", "+4799887766", 'Time "10:00" & {number}')


class Asked(msgspec.Struct):
    """A request as the gateway got it."""

    line: str
    headers: dict[str, str]
    body: str


@asynccontextmanager
async def gateway(status: str = "200 OK", body: str = "queued") -> AsyncIterator[tuple[str, list[Asked]]]:
    """A gateway that answers so, as the beginning of its URL, and what it was asked."""
    requests: list[Asked] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        requests.append(Asked(line, headers, content.decode()))
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listener:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}", requests


async def send(gateway: SmsGateway, seconds: float = 20.0) -> Answer:
    async with open_sms(gateway, seconds) as send_text:
        return await send_text(MESSAGE)


async def test_a_json_body_is_filled_in() -> None:
    async with gateway() as (url, requests):
        body = '{"to": "{number}", "from": "{sender}", "message": "{text}", "id": "{name}"}'
        answer = await send(SmsGateway(f"{url}/sms", {"Authorization": "Bearer x"}, body, "Clinic"))
    (asked,) = requests
    assert json.loads(asked.body) == {"to": "+4799887766", "from": "Clinic", "message": MESSAGE.text, "id": "1.7.ab"}
    assert (asked.line, asked.headers["content-type"]) == ("POST /sms HTTP/1.1", "application/json")
    assert asked.headers["authorization"] == "Bearer x"
    assert answer == Answer("sent", "200 queued")


async def test_a_form_and_a_query_are_filled_in() -> None:
    async with gateway() as (url, requests):
        await send(SmsGateway(f"{url}/sms", body="to={digits}&text={text}"))
        await send(SmsGateway(f"{url}/sms?to={{number}}&text={{text}}"))
    form, query = requests
    assert parse_qs(form.body) == {"to": ["4799887766"], "text": [MESSAGE.text]}
    assert parse_qs(urlsplit(query.line.split()[1]).query) == {"to": ["+4799887766"], "text": [MESSAGE.text]}
    assert query.line.startswith("GET ")


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("202 Accepted", "sent"),
        ("400 Bad Request", "refused"),
        ("401 Unauthorized", "failed"),
        ("429 Too Many Requests", "failed"),
        ("500 Oops", "failed"),
        ("302 Found", "failed"),
    ],
)
async def test_the_status_says_what_came_of_it(status: str, result: str) -> None:
    async with gateway(status, "said so") as (url, _):
        answer = await send(SmsGateway(url, body="to={number}"))
    assert (answer.result, answer.text) == (result, f"{status[:3]} said so")


async def test_a_gateway_that_is_not_there_is_unreachable() -> None:
    with free_port() as port:
        answer = await send(SmsGateway(f"http://127.0.0.1:{port}", body="to={number}"))
    assert (answer.result, answer.unreachable) == ("failed", True)

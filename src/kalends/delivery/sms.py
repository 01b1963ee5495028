"""Text messages, handed to a gateway that takes them by HTTP.

Gateways differ in a URL, a few headers and a body; so these are settings, in which placeholders stand for the message.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from urllib.parse import quote

import httpx
import msgspec

from kalends.delivery.answers import in_one_line
from kalends.engine.messages.outgoing import Answer, SendText, TextMessage

SECONDS = 30.0
_LONGEST_ANSWER = 500
_MOST_BYTES = 64 * 1024
_PLACEHOLDER = re.compile(r"{(number|digits|text|sender|name)}")
_TRY_AGAIN = frozenset({401, 403, 404, 405, 407, 408, 409, 425, 429})
"""Of the client errors those that are about the settings, the load or the moment, and not about the message."""


class SmsGateway(msgspec.Struct, frozen=True):
    """How a gateway is asked.

    In `url` and `body` {number}, {digits} (the number without its plus), {text}, {sender} and {name} are replaced. A
    body that begins with a brace or bracket is JSON, any other a form; without a body, the request is a GET.
    """

    url: str
    headers: Mapping[str, str] = {}
    body: str = ""
    sender: str = ""


@asynccontextmanager
async def open_sms(gateway: SmsGateway, seconds: float = SECONDS) -> AsyncIterator[SendText]:
    """A function that sends text messages through a gateway; its connections are closed at the end of the block."""
    async with httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False) as client:

        async def send(message: TextMessage) -> Answer:
            try:
                async with asyncio.timeout(seconds):
                    return await _asked(client, _request(gateway, message))
            except (httpx.HTTPError, OSError) as error:  # a timeout is an OSError
                unreachable = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                return Answer("failed", in_one_line(str(error) or type(error).__name__, _LONGEST_ANSWER), unreachable)

        yield send


async def _asked(client: httpx.AsyncClient, request: httpx.Request) -> Answer:
    response = await client.send(request, stream=True)
    try:
        text = await _beginning(response)
    finally:
        await response.aclose()
    answer = in_one_line(f"{response.status_code} {text}", _LONGEST_ANSWER)
    if response.is_success:
        return Answer("sent", answer)
    final = response.is_client_error and response.status_code not in _TRY_AGAIN
    return Answer("refused" if final else "failed", answer, answered=final)


async def _beginning(response: httpx.Response) -> str:
    """The beginning of what the gateway says; no more of it is read."""
    content = b""
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) >= _MOST_BYTES:
            break
    return content[:_MOST_BYTES].decode(errors="replace")


def _request(gateway: SmsGateway, message: TextMessage) -> httpx.Request:
    is_json = gateway.body.lstrip().startswith(("{", "["))
    media_type = "application/json" if is_json else "application/x-www-form-urlencoded"
    headers = {"Content-Type": media_type, **gateway.headers} if gateway.body else dict(gateway.headers)
    body = _filled(gateway.body, gateway, message, _in_json if is_json else _in_url)
    url = _filled(gateway.url, gateway, message, _in_url)
    return httpx.Request("POST" if body else "GET", url, headers=headers, content=body.encode() or None)


def _filled(template: str, gateway: SmsGateway, message: TextMessage, escape: Callable[[str], str]) -> str:
    values = {
        "number": message.number,
        "digits": message.number.lstrip("+"),
        "text": message.text,
        "sender": gateway.sender,
        "name": message.name,
    }
    return _PLACEHOLDER.sub(lambda match: escape(values[match[1]]), template)


def _in_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _in_url(value: str) -> str:
    return quote(value, safe="")

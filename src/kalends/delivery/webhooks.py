"""Posts calls to webhooks. Whose URLs these are is not known, so nothing about them is trusted.

Time and size of an answer are bounded, and nothing of it is unpacked.
"""

import asyncio
from functools import partial

import httpx

from kalends.delivery.answers import in_one_line
from kalends.delivery.outbound import Unreachable, send
from kalends.engine.messages.delivery import PostCall, WebhookAnswer, WebhookCall

SECONDS = 15.0
"""For the whole call, so that a receiver that answers byte by byte holds nobody up."""
MOST_READ = 64 * 1024
"""Bytes that are read of an answer."""
MOST_KEPT = 1000
"""Characters that are kept of it."""


def poster(client: httpx.AsyncClient, *, private: bool = False) -> PostCall:
    """The function that posts calls. `private`: private and loopback addresses may be called."""
    return partial(_post, client, private)


async def _post(client: httpx.AsyncClient, private: bool, url: str, call: WebhookCall) -> WebhookAnswer:
    try:
        async with asyncio.timeout(SECONDS):
            return await _call(client, httpx.URL(url), call, private)
    except TimeoutError:
        return WebhookAnswer(None, f"no answer within {SECONDS:.0f} seconds")
    except (httpx.HTTPError, httpx.InvalidURL, Unreachable, OSError, UnicodeError) as error:
        return WebhookAnswer(None, _one_line(str(error) or type(error).__name__))


async def _call(client: httpx.AsyncClient, url: httpx.URL, call: WebhookCall, private: bool) -> WebhookAnswer:
    headers = {"Content-Type": "application/json", **call.headers}
    response = await send(client, "POST", url, headers, call.body, private=private)
    try:
        return WebhookAnswer(response.status_code, await _text(response), _retry_after(response))
    finally:
        await response.aclose()


async def _text(response: httpx.Response) -> str:
    """The beginning of the answer. Nothing of it is decompressed: a small answer could become a huge one."""
    read = b""
    async for chunk in response.aiter_raw():
        read += chunk
        if len(read) >= MOST_READ:
            break
    return _one_line(read[: 4 * MOST_KEPT].decode(errors="replace"))


def _one_line(text: str) -> str:
    return in_one_line(text, MOST_KEPT)


def _retry_after(response: httpx.Response) -> int | None:
    value = response.headers.get("Retry-After", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None

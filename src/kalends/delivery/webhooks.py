"""Posts calls to webhooks. Whose URLs these are is not known, so nothing about them is trusted.

The name is resolved once, every address that it has is checked, and the connection goes to the address that was
checked: a name that leads elsewhere a moment later gains nothing. Redirects are not followed. Time and size of an
answer are bounded, and nothing of it is unpacked.
"""

import asyncio
import socket
import ssl
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from kalends.delivery.answers import in_one_line
from kalends.engine.messages.addresses import is_public
from kalends.engine.messages.delivery import PostCall, WebhookAnswer, WebhookCall

SECONDS = 15.0
"""For the whole call, so that a receiver that answers byte by byte holds nobody up."""
MOST_READ = 64 * 1024
"""Bytes that are read of an answer."""
MOST_KEPT = 1000
"""Characters that are kept of it."""
_AGENT = "Kalends"
_PORTS = {"https": 443, "http": 80}


class Unreachable(Exception):
    """A URL can't or must not be called; the message says why."""


def poster(client: httpx.AsyncClient, *, private: bool = False) -> PostCall:
    """The function that posts calls. `private`: private and loopback addresses may be called."""
    return partial(_post, client, private)


def new_client(trusted: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """A client for webhooks: it keeps no connection and no cookie, uses no proxy, and follows no redirect.

    `trusted` says whose certificates are believed; None: those of the usual authorities.
    """
    # A kept connection would be used again for another name at the same address, whose certificate was not checked.
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(
        verify=trusted or ssl.create_default_context(),
        follow_redirects=False,
        trust_env=False,
        # A cookie would be sent to another name at the same address.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=SECONDS,
        limits=limits,
    )


async def _post(client: httpx.AsyncClient, private: bool, url: str, call: WebhookCall) -> WebhookAnswer:
    try:
        async with asyncio.timeout(SECONDS):
            return await _call(client, httpx.URL(url), call, private)
    except TimeoutError:
        return WebhookAnswer(None, f"no answer within {SECONDS:.0f} seconds")
    except (httpx.HTTPError, httpx.InvalidURL, Unreachable, OSError, UnicodeError) as error:
        return WebhookAnswer(None, _one_line(str(error) or type(error).__name__))


async def _call(client: httpx.AsyncClient, url: httpx.URL, call: WebhookCall, private: bool) -> WebhookAnswer:
    address = await _resolved(url, private)
    headers = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": _AGENT,
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        **call.headers,
    }
    # TLS is for the name in the URL: its certificate is checked, whichever address was connected to.
    extensions = {"sni_hostname": url.raw_host.decode("ascii")}
    request = client.build_request(
        "POST", url.copy_with(host=address), content=call.body, headers=headers, extensions=extensions
    )
    response = await client.send(request, stream=True)
    try:
        return WebhookAnswer(response.status_code, await _text(response), _retry_after(response))
    finally:
        await response.aclose()


async def _resolved(url: httpx.URL, private: bool) -> str:
    """An address of the URL's host. Raises Unreachable if it has none, or one that must not be called."""
    try:
        rows = await asyncio.get_running_loop().getaddrinfo(
            url.host, url.port or _PORTS[url.scheme], type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{url.host} can't be resolved") from error
    addresses = [str(row[4][0]) for row in rows]
    if not private and (refused := [address for address in addresses if not is_public(address)]):
        raise Unreachable(f"{url.host} has the private address {refused[0]}, which is not called")
    return addresses[0]


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

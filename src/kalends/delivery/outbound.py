"""Requests to addresses that somebody else has named, such as a webhook's: nothing about them is trusted.

The name is resolved once, every address that it has is checked, and the connection goes to the address that was
checked: a name that leads elsewhere a moment later gains nothing. Redirects are not followed.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from kalends.engine.messages.addresses import is_public

SECONDS = 15.0
"""For each step of a request."""
_AGENT = "Kalends"
_PORTS = {"https": 443, "http": 80}
_ALL_PORTS = range(1, 1 << 16)


class Unreachable(Exception):
    """A URL can't or must not be called; the message says why."""


def new_client(trusted: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """A client that keeps no connection and no cookie, uses no proxy, and follows no redirect.

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


async def send(
    client: httpx.AsyncClient, method: str, url: httpx.URL, headers: Mapping[str, str], body: bytes, *, private: bool
) -> httpx.Response:
    """Send a request and answer the response, of which nothing is read yet and which the caller closes. `private`:
    private and loopback addresses may be called.

    Raises httpx.HTTPError, Unreachable, OSError.
    """
    address = await _resolved(url, private)
    own = {"Host": url.netloc.decode("ascii"), "User-Agent": _AGENT, "Accept-Encoding": "identity"}
    # TLS is for the name in the URL: its certificate is checked, whichever address was connected to.
    extensions = {"sni_hostname": url.raw_host.decode("ascii")}
    request = client.build_request(
        method, url.copy_with(host=address), content=body, headers={**own, **headers}, extensions=extensions
    )
    return await client.send(request, stream=True)


async def _resolved(url: httpx.URL, private: bool) -> str:
    """An address of the URL's host. Raises Unreachable if it has none, or one that must not be called."""
    port = url.port or _PORTS[url.scheme]
    if port not in _ALL_PORTS:
        raise Unreachable(f"{port} is no port")
    try:
        rows = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{url.host} can't be resolved") from error
    addresses = [str(row[4][0]) for row in rows]
    if not private and (refused := [address for address in addresses if not is_public(address)]):
        raise Unreachable(f"{url.host} has the private address {refused[0]}, which is not called")
    return addresses[0]

"""One request on its way through the shell: what is known of it beside what the client sent."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from starlette.types import Scope

from kalends.store.db import Db, Pool
from kalends.web.config import WebSettings
from kalends.web.door import Door, WebRequest
from kalends.web.problems import Unavailable


class Call(msgspec.Struct):
    """`now` is read once, and is the time of everything this request does. `prefix` is what the caller's paths have in
    front of the door's own, such as `https://host/name/api/v1`. `body` is the parsed body, once it was asked for.
    `problem` is the code of what it was refused with; `read_only`: the database could not be written to.

    `headers` and `query` are as received. `operation` is the route's template and `locale` that of the account, once
    they are known. `error_names` is set when a route refuses: how its door names the engine's fields in the answer.
    `time_limit` ends the request, unless its answer is a stream.
    """

    id: str
    method: str
    now: datetime
    door: Door
    prefix: str
    address: str
    pool: Pool | None
    settings: WebSettings
    key_id: int | None = None
    body: Any = msgspec.UNSET
    problem: str | None = None
    read_only: bool = False
    headers: Sequence[tuple[bytes, bytes]] = ()
    query: bytes = b""
    operation: str = ""
    locale: str = ""
    error_names: object = None
    time_limit: asyncio.Timeout | None = None

    @property
    def db(self) -> Db:
        """The database. Raises Unavailable before the server is up and while it stops."""
        if self.pool is None:
            raise Unavailable
        return self.pool

    @property
    def draining(self) -> bool:
        """Is the server about to stop, or without a database?"""
        file = self.settings.drain_file
        return self.pool is None or (file is not None and file.exists())


def call_of(request: WebRequest) -> Call:
    """The call that this request is."""
    call: Call = request.scope["state"]["call"]
    return call


def url(request: WebRequest, path: str = "", query: str = "") -> str:
    """An absolute URL with the caller's scheme, host and prefix, whatever proxy or mapped host it came by.

    `path` is below the door's base path and, as `query`, percent-encoded already.
    """
    return f"{call_of(request).prefix}{path}{'?' if query else ''}{query}"


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """The first value of a header, named in lower case; "" when there is none."""
    for found, value in headers:
        if found == name:
            return value.decode("latin-1").strip()
    return ""


def prefix_of(scope: Scope, mount: str, trust_proxy: bool) -> str:
    """Scheme, host and prefix as the caller sees them; `mount` is what of the path led to the door."""
    headers = scope["headers"]
    forwarded = {name: value for name, value in headers if name.startswith(b"x-forwarded-")} if trust_proxy else {}
    scheme = _first(forwarded.get(b"x-forwarded-proto")) or scope["scheme"]
    host = _first(forwarded.get(b"x-forwarded-host")) or header(headers, b"host") or _server(scope)
    above = _first(forwarded.get(b"x-forwarded-prefix")).rstrip("/") or scope.get("root_path", "")
    return f"{scheme}://{host}{above}{mount}"


def address_of(scope: Scope, trust_proxy: bool) -> str:
    """The caller's address: as the nearest proxy saw it, when that is trusted; "" when unknown.

    Each proxy adds what it saw at the end, to the last line or as a line of its own; the rest the caller may invent.
    """
    if trust_proxy:
        lines = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        if seen := b"".join(lines[-1:]).decode("latin-1").rpartition(",")[2].strip():
            return seen
    client = scope["client"]
    return client[0] if client else ""


def _first(value: bytes | None) -> str:
    return value.decode("latin-1").split(",", 1)[0].strip() if value else ""


def _server(scope: Scope) -> str:
    server = scope["server"]
    return f"{server[0]}:{server[1]}" if server else "localhost"

"""A request as the shell sees it, and what it finds out about the request while it is processed."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from starlette.types import Scope

from kalends.engine.accounts.rate_limit import Usage
from kalends.store.db import Db, Pool
from kalends.store.standby import Standby
from kalends.web.config import WebSettings
from kalends.web.door import Door, WebRequest
from kalends.web.problems import Unavailable


class Remembered(msgspec.Struct):
    """What a process has read from its database once, as it never changes; None until then."""

    opaque_id_secret: bytes | None = None


class Call(msgspec.Struct):
    """One request.

    Set at its arrival:
    `id` is the request id. `now` is the time of everything that this request does. `prefix` is the URL of the door as
    the caller sees it, such as `https://host/name/api/v1`. `path` is what follows it.
    `address` is the caller's IP address, "" when unknown.
    `remembered` and `key_doors`, the doors that a program uses with a key, are the same for all requests.
    `pool` is None while there is no database; `standby` is one to read from, if there is any. `headers` and `query` are
    as received.

    Set later:
    `time_limit` ends the request, unless its answer is a stream. `operation` is the template of the route. `key_id` and
    `locale` are those of the key and its account. `usages` are the limits by which the request was counted. `body` is
    the parsed body. `error_names` is set when a route raises an error: how its door names the engine's fields.
    `page_origin` is the origin of the page that made the request, if it may read the answer; `frame_origins` are those
    of the pages that may show it within themselves. `problem` is the code of the refusal or problem that was answered;
    `read_only` says that the database could not be written to.
    """

    id: str
    method: str
    now: datetime
    door: Door
    prefix: str
    address: str
    pool: Pool | None
    settings: WebSettings
    standby: Standby | None = None
    key_id: int | None = None
    body: Any = msgspec.UNSET
    problem: str | None = None
    read_only: bool = False
    headers: Sequence[tuple[bytes, bytes]] = ()
    query: bytes = b""
    operation: str = ""
    locale: str = ""
    path: str = ""
    error_names: object = None
    page_origin: str = ""
    frame_origins: tuple[str, ...] = ()
    time_limit: asyncio.Timeout | None = None
    usages: list[Usage] = []
    remembered: Remembered = msgspec.field(default_factory=Remembered)
    key_doors: Sequence[Door] = ()

    @property
    def db(self) -> Db:
        """The database. Raises Unavailable while there is none: before the server has started and while it stops."""
        if self.pool is None:
            raise Unavailable
        return self.pool

    @property
    def draining(self) -> bool:
        """Whether the server is about to stop, or has no database."""
        drain_file = self.settings.drain_file
        return self.pool is None or (drain_file is not None and drain_file.exists())


def call_of(request: WebRequest) -> Call:
    """The call of this request."""
    call: Call = request.scope["state"]["call"]
    return call


def url(request: WebRequest, path: str = "", query: str = "") -> str:
    """An absolute URL of this door with the scheme, host and prefix that the caller used, also behind a proxy.

    `path` is below the door's base path. `path` and `query` must be percent-encoded already.
    """
    return f"{call_of(request).prefix}{path}{'?' if query else ''}{query}"


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """The first value of a header; "" when there is none. `name` is in lower case."""
    for header_name, value in headers:
        if header_name == name:
            return value.decode("latin-1").strip()
    return ""


def prefix_of(scope: Scope, mount: str, trust_proxy: bool) -> str:
    """Scheme, host and path of the door as the caller sees them. `mount` is the part of the path that led to it."""
    headers = scope["headers"]
    forwarded = {name: value for name, value in headers if name.startswith(b"x-forwarded-")} if trust_proxy else {}
    scheme = _first_value(forwarded.get(b"x-forwarded-proto")) or scope["scheme"]
    host = _first_value(forwarded.get(b"x-forwarded-host")) or header(headers, b"host") or _server_address(scope)
    proxy_path = _first_value(forwarded.get(b"x-forwarded-prefix")).rstrip("/") or scope.get("root_path", "")
    return f"{scheme}://{host}{proxy_path}{mount}"


def address_of(scope: Scope, trust_proxy: bool) -> str:
    """The caller's IP address; behind a trusted proxy, the one that the proxy saw. "" when unknown.

    Each proxy appends the address it saw, to the last X-Forwarded-For header or as another one; what is before it can
    be made up by the caller.
    """
    if trust_proxy:
        values = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        if address := b"".join(values[-1:]).decode("latin-1").rpartition(",")[2].strip():
            return address
    client = scope["client"]
    return client[0] if client else ""


def _first_value(value: bytes | None) -> str:
    """The first entry of a comma-separated header; "" when there is none."""
    return value.decode("latin-1").split(",", 1)[0].strip() if value else ""


def _server_address(scope: Scope) -> str:
    server = scope["server"]
    return f"{server[0]}:{server[1]}" if server else "localhost"

"""The ASGI application around all doors.

For each request it finds the door, cleans the path, and refuses what is too large, too frequent or too slow, in the
form of that door. It then runs the router of the door, adds security headers and the request id to the response, and
logs and counts the request.
"""

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from kalends.store.db import UNAVAILABLE, Pool
from kalends.store.standby import Standby
from kalends.web import limits, metrics
from kalends.web.answers import error_answer
from kalends.web.call import Call, Remembered, address_of, header, prefix_of
from kalends.web.config import WebSettings
from kalends.web.cors import is_preflight, preflight
from kalends.web.door import Answer, Door
from kalends.web.exchange import RequestBody, ResponseSender
from kalends.web.front import CATALOG_PATH, DOCS_PATH, about, catalog, documentation, index
from kalends.web.mounts import Mounts
from kalends.web.operations import ALWAYS_OPEN, OPERATIONS, PATHS
from kalends.web.problems import Malformed, RouteNotFound, TooLarge, TooSlow, Unavailable
from kalends.web.same_site import refuse_cross_site

log = structlog.get_logger()

VALID_HOST = re.compile(r"[0-9A-Za-z!$&'()*+,;=._~:\[\]@%-]*")
VALID_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:+/=-]{1,100}")
CLOSE_SECONDS = 10
"""How long connections that are in use may take to be returned when the pool is closed."""
RETRY_SECONDS = 1.0
"""Between attempts to open the pool."""
METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
"""Methods that are logged and counted by name, so that clients can't invent any number of them."""
CLIENT_LEFT = 499
"""The status that is logged for a request whose client left before the answer. Source: nginx."""


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def create_app(
    settings: WebSettings,
    doors: Sequence[Door],
    open_pool: Callable[[], Awaitable[Pool]],
    *,
    standby: Standby | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> "Shell":
    """The ASGI application of all doors. It opens the pool when the server starts, and closes it when it stops.

    `standby` is one to read from. `clock` is asked once for each request.
    """
    return Shell(settings, doors, open_pool, standby, clock)


class Shell:
    """The ASGI application. `pool` is None until the database can be reached, and after the end."""

    def __init__(
        self,
        settings: WebSettings,
        doors: Sequence[Door],
        open_pool: Callable[[], Awaitable[Pool]],
        standby: Standby | None,
        clock: Callable[[], datetime],
    ) -> None:
        self.settings = settings
        self.standby = standby
        self.clock = clock
        self.doors = sorted(doors, key=lambda door: door.name)
        self.key_doors = [door for door in self.doors if not door.pages and door.create_login is None]
        self.mounts = Mounts(doors, settings.door_hosts, OPERATIONS, PATHS | {CATALOG_PATH})
        self.open_pool = open_pool
        self.pool: Pool | None = None
        self.door_settings = {door.name: settings.for_door(door.rules) for door in (*doors, OPERATIONS)}
        self.address_limit = limits.parse(settings.address_limit)
        self.remembered = Remembered()
        self.lifespan_router = Router(lifespan=self._lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.lifespan_router(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000, "reason": ""})

    @asynccontextmanager
    async def _lifespan(self, _: object) -> AsyncIterator[None]:
        tasks = [] if await self._open() else [asyncio.create_task(self._retry_open())]
        if self.standby:
            tasks.append(asyncio.create_task(self.standby.follow(lambda: self.pool)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await self._close()

    async def _open(self) -> bool:
        """Try to open the pool; returns whether it is open. Until it is, every request is answered with Unavailable."""
        try:
            self.pool = await self.open_pool()
        except UNAVAILABLE as error:
            log.warning("database.lost", error=type(error).__qualname__)
        return self.pool is not None

    async def _retry_open(self) -> None:
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            if await self._open():
                return

    async def _close(self) -> None:
        if self.standby:
            await self.standby.close()
        pool, self.pool = self.pool, None
        if pool is not None:
            try:
                await asyncio.wait_for(pool.close(), CLOSE_SECONDS)
            except TimeoutError:
                pool.terminate()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        call, door_scope = self._begin(scope)
        body = RequestBody(door_scope, receive, call.settings.body_bytes)
        response = ResponseSender(send, call, body)
        log_tokens = structlog.contextvars.bind_contextvars(request_id=call.id)
        try:
            async with asyncio.timeout(call.settings.request_seconds) as call.time_limit:
                await self._check(call, door_scope)
                application = await preflight(call) if is_preflight(call) else self._application(call, door_scope)
                await application(door_scope, body, response)
        except Exception as error:  # nothing is above this: the client gets an answer in the form of its door
            if response.status:
                raise
            is_slow_body = isinstance(error, TimeoutError) and not body.complete
            await error_answer(call, TooSlow() if is_slow_body else error)(door_scope, receive, response)
        finally:
            if call.read_only and self.pool is not None:
                await self.pool.expire_connections()  # new connections go to the new primary
            _log_request(call, door_scope.get("path_template") or "-", response.status, time.perf_counter() - started)
            structlog.contextvars.reset_contextvars(**log_tokens)

    def _begin(self, scope: Scope) -> tuple[Call, Scope]:
        """The call for a new request, and its scope as the router of the door needs it."""
        settings, headers = self.settings, scope["headers"]
        path = scope["path"].removeprefix(scope.get("root_path", "").rstrip("/"))
        match = self.mounts.find(header(headers, b"host"), path)
        sent_id = header(headers, b"x-request-id")
        call = Call(
            id=sent_id if VALID_REQUEST_ID.fullmatch(sent_id) else secrets.token_hex(16),
            method=scope["method"],
            now=self.clock(),
            door=match.door,
            prefix=prefix_of(scope, match.mount, settings.trust_proxy),
            address=address_of(scope, settings.trust_proxy),
            pool=self.pool,
            standby=self.standby,
            settings=self.door_settings[match.door.name],
            headers=tuple(headers),
            query=scope["query_string"],
            remembered=self.remembered,
            key_doors=self.key_doors,
        )
        door_scope = dict(scope)
        call.path = match.door.clean_path(match.rest).rstrip("/") or "/"
        door_scope["path"] = match.door.base_path + call.path
        door_scope["root_path"] = match.door.base_path
        # The server leaves out the body of an answer to HEAD.
        door_scope["method"] = "GET" if scope["method"] == "HEAD" else scope["method"]
        door_scope["state"] = {"call": call}
        return call, door_scope

    def _application(self, call: Call, scope: Scope) -> ASGIApp | Answer:
        """The router of the door, or the page at its base path. Raises Malformed (request: a bad Host header)."""
        reads = call.method in {"GET", "HEAD"}
        is_front = call.door is OPERATIONS and reads
        if is_front and scope["path"] == CATALOG_PATH:
            scope["path_template"] = CATALOG_PATH
            return catalog(call, self.doors)
        at_base = scope["path"] == f"{call.door.base_path}/" and reads
        if call.door.pages or not at_base:
            if not VALID_HOST.fullmatch(header(scope["headers"], b"host")):
                raise Malformed("request")
            if is_front and (redirect := documentation(call, self.doors, scope["path"])):
                scope["path_template"] = DOCS_PATH
                return redirect
            return call.door.router
        scope["path_template"] = scope["path"]
        html = "text/html" in header(scope["headers"], b"accept")
        return index(call, self.doors, html) if call.door is OPERATIONS else about(call, call.door, html)

    async def _check(self, call: Call, scope: Scope) -> None:
        """Refuse requests that need not be looked at closer.

        Raises Unavailable, CrossSite, RouteNotFound (NUL in the path), Malformed (length), TooLarge, Limited (address).
        """
        if call.door is OPERATIONS and scope["path"] in ALWAYS_OPEN:
            return
        if call.draining:
            raise Unavailable
        if call.door.rules.cookies:
            refuse_cross_site(call)
        if "\0" in scope["path"]:
            raise RouteNotFound
        length = header(scope["headers"], b"content-length")
        if length and not length.isdecimal():
            raise Malformed("length")
        if length and int(length) > call.settings.body_bytes:
            raise TooLarge(call.settings.body_bytes)
        if self.address_limit and call.door is not OPERATIONS:
            await limits.count(call.db, call, self.address_limit, "address", limits.address(call.address))


def _log_request(call: Call, route: str, status: int, seconds: float) -> None:
    """Log and count a request. `route` is a template: paths and queries contain names and keys, and are not logged."""
    method = call.method if call.method in METHODS else "-"
    status = status or CLIENT_LEFT
    metrics.count_request(call.door.name, method, route, status, seconds)
    log.info(
        "request",
        door=call.door.name,
        method=method,
        route=route,
        status=status,
        ms=round(seconds * 1000, 2),
        key=call.key_id,
        problem=call.problem,
    )

"""The shell around all HTTP doors: one ASGI application that every request passes on its way in and out.

In front of the router it finds the door addressed, cleans the path, and turns away what is too large, too frequent or
too late, so that these too are answered in the form of that door. Behind it every response gets its security headers
and request id, and every request one line in the log and its place in the counts.
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
from kalends.web import limits, metrics
from kalends.web.answers import answer
from kalends.web.call import Call, address_of, header, prefix_of
from kalends.web.config import WebSettings
from kalends.web.door import Answer, Door
from kalends.web.exchange import Body, Out
from kalends.web.front import about, index
from kalends.web.mounts import Mounts
from kalends.web.operations import ALWAYS_OPEN, OPERATIONS, PATHS
from kalends.web.problems import Malformed, RouteNotFound, TooLarge, TooSlow, Unavailable
from kalends.web.same_site import refuse_cross_site

log = structlog.get_logger()

GOOD_HOST = re.compile(r"[0-9A-Za-z!$&'()*+,;=._~:\[\]@%-]*")
GOOD_ID = re.compile(r"[A-Za-z0-9_.:+/=-]{1,100}")
CLOSING_SECONDS = 10
OPENING_SECONDS = 1.0  # between attempts
METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}


def create_app(settings: WebSettings, doors: Sequence[Door], open_pool: Callable[[], Awaitable[Pool]]) -> "Shell":
    """The ASGI application of all doors. The pool is opened when the server starts, and closed when it stops."""
    return Shell(settings, doors, open_pool)


class Shell:
    """What every request passes."""

    def __init__(self, settings: WebSettings, doors: Sequence[Door], open_pool: Callable[[], Awaitable[Pool]]) -> None:
        self.settings = settings
        self.doors = sorted(doors, key=lambda door: door.name)
        self.mounts = Mounts(doors, settings.door_hosts, OPERATIONS, PATHS)
        self.open_pool = open_pool
        self.pool: Pool | None = None
        self.door_settings = {door.name: settings.for_door(door.rules) for door in (*doors, OPERATIONS)}
        self.address_limit = limits.parse(settings.address_limit)
        self.life = Router(lifespan=self._lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.life(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000, "reason": ""})

    @asynccontextmanager
    async def _lifespan(self, _: object) -> AsyncIterator[None]:
        opening = None if await self._open() else asyncio.create_task(self._open_later())
        try:
            yield
        finally:
            if opening:
                opening.cancel()
            await self._close()

    async def _open(self) -> bool:
        """Is the database there? Until it is, every request is turned away."""
        try:
            self.pool = await self.open_pool()
        except UNAVAILABLE as lost:
            log.warning("database.lost", error=type(lost).__qualname__)
        return self.pool is not None

    async def _open_later(self) -> None:
        while True:
            await asyncio.sleep(OPENING_SECONDS)
            if await self._open():
                return

    async def _close(self) -> None:
        pool, self.pool = self.pool, None
        if pool is not None:
            try:
                await asyncio.wait_for(pool.close(), CLOSING_SECONDS)
            except TimeoutError:
                pool.terminate()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        call, inner = self._arrived(scope)
        body = Body(inner, receive, call.settings.body_bytes)
        out = Out(send, call, body)
        marks = structlog.contextvars.bind_contextvars(request_id=call.id)
        try:
            async with asyncio.timeout(call.settings.request_seconds) as call.time_limit:
                await self._admit(call, inner)
                await self._addressed(call, inner)(inner, body, out)
        except Exception as error:
            # The edge of the process: whatever it was, the client is answered in the form of its door.
            if out.status:
                raise
            late = isinstance(error, TimeoutError) and not body.whole
            await answer(call, TooSlow() if late else error)(inner, receive, out)
        finally:
            if call.read_only and self.pool is not None:
                await self.pool.expire_connections()  # the next ones look for the new primary
            _note(call, inner.get("path_template") or "-", out.status, time.perf_counter() - started)
            structlog.contextvars.reset_contextvars(**marks)

    def _arrived(self, scope: Scope) -> tuple[Call, Scope]:
        """The call, and the scope as the router needs it."""
        settings, headers = self.settings, scope["headers"]
        path = scope["path"].removeprefix(scope.get("root_path", "").rstrip("/"))
        place = self.mounts.find(header(headers, b"host"), path)
        given = header(headers, b"x-request-id")
        call = Call(
            id=given if GOOD_ID.fullmatch(given) else secrets.token_hex(16),
            method=scope["method"],
            now=datetime.now(UTC),
            door=place.door,
            prefix=prefix_of(scope, place.mount, settings.trust_proxy),
            address=address_of(scope, settings.trust_proxy),
            pool=self.pool,
            settings=self.door_settings[place.door.name],
            headers=tuple(headers),
            query=scope["query_string"],
        )
        inner = dict(scope)
        inner["path"] = place.door.base_path + (place.door.clean_path(place.rest).rstrip("/") or "/")
        inner["root_path"] = place.door.base_path
        # The server leaves out the body of an answer to HEAD.
        inner["method"] = "GET" if scope["method"] == "HEAD" else scope["method"]
        inner["state"] = {"call": call}
        return call, inner

    def _addressed(self, call: Call, scope: Scope) -> ASGIApp | Answer:
        """What answers: the door's routes, or at its base the page about it. Raises Malformed (request)."""
        if scope["path"] != f"{call.door.base_path}/" or call.method not in {"GET", "HEAD"}:
            if not GOOD_HOST.fullmatch(header(scope["headers"], b"host")):
                raise Malformed("request")
            return call.door.router
        scope["path_template"] = scope["path"]
        html = "text/html" in header(scope["headers"], b"accept")
        return index(call, self.doors, html) if call.door is OPERATIONS else about(call, call.door, html)

    async def _admit(self, call: Call, scope: Scope) -> None:
        """Raises what can be said without looking closer: Unavailable, RouteNotFound, Malformed, TooLarge, Limited."""
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
            await limits.count(call.db, self.address_limit, limits.address(call.address), call.now)


def _note(call: Call, route: str, status: int, seconds: float) -> None:
    """One line and one count per request. The route's template, never the path or the query: they hold names and keys.

    Status 499 means that nobody waited for the answer.
    """
    method = call.method if call.method in METHODS else "-"
    status = status or 499
    metrics.answered(call.door.name, method, route, status, seconds)
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

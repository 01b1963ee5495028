"""Server-sent events: answers that send events for as long as the client is connected.

A stream has no time limit as other requests have, and holds no connection to the database while it waits. It ends when
the client disconnects, the server is about to stop, the database is lost, or LONGEST_SECONDS are over; clients then
reconnect with `Last-Event-ID` and their key. A key has at most MOST_OF_KEY streams at a time in a worker.
Source: WHATWG HTML, "Server-sent events".
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import structlog
from starlette.types import Receive, Scope, Send

from kalends.actions.context import Context
from kalends.store.db import UNAVAILABLE
from kalends.web.call import Call, call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.problems import Limited

log = structlog.get_logger()

LONGEST_SECONDS = 900.0
HEARTBEAT_SECONDS = 15.0
"""Seconds without an event after which a comment is sent: proxies close connections that are silent for longer."""
POLL_SECONDS = 1.0
"""How often a stream without events checks whether it has to end."""
MOST_OF_KEY = 100
RETRY_SECONDS = 15
"""When a key that has too many streams may try again."""

_open: Counter[int | None] = Counter()
"""How many streams each key has in this process."""


class Event(msgspec.Struct, frozen=True):
    """One event. `id` is what a client that reconnects sends as `Last-Event-ID`."""

    data: str
    id: str = ""
    name: str = ""

    def encode(self) -> bytes:
        """The event in the format of text/event-stream."""
        fields = [(field, value) for field, value in (("id", self.id), ("event", self.name)) if value]
        lines = [f"{field}: {' '.join(value.splitlines())}" for field, value in fields]
        lines += [f"data: {line}" for line in self.data.splitlines() or [""]]
        return ("\n".join(lines) + "\n\n").encode()


class EventStream(Answer, frozen=True, kw_only=True):
    """An answer that sends events as they come. `events` is started after the handler has returned.

    Raises Limited before anything is sent, if the key has too many streams already.
    """

    events: AsyncGenerator[Event, None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["state"]["call"]
        if call.time_limit is not None:
            call.time_limit.reschedule(None)
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        headers += [(b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no")]
        with _counted(call.key_id):
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            if call.method != "HEAD":
                await _send_events(self.events, call, receive, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def stream_context(request: WebRequest, ctx: Context) -> Context:
    """The context for the reads of a stream: each statement borrows a connection from the pool and returns it."""
    return msgspec.structs.replace(ctx, db=call_of(request).db)


@contextmanager
def _counted(key_id: int | None) -> Iterator[None]:
    """Counts a stream of a key while it is open. Raises Limited."""
    if _open[key_id] >= MOST_OF_KEY:
        raise Limited(RETRY_SECONDS)
    _open[key_id] += 1
    try:
        yield
    finally:
        _open[key_id] -= 1
        if not _open[key_id]:
            del _open[key_id]


async def _send_events(events: AsyncGenerator[Event, None], call: Call, receive: Receive, send: Send) -> None:
    """Send events until there are no more, the client disconnects, the server is about to stop, or time is over."""
    loop = asyncio.get_running_loop()
    ends_at, heartbeat_at = loop.time() + LONGEST_SECONDS, loop.time() + HEARTBEAT_SECONDS
    disconnected = asyncio.ensure_future(_wait_for_disconnect(receive))
    upcoming: asyncio.Future[Event | None] = asyncio.ensure_future(_next_event(events))
    try:
        while not (disconnected.done() or call.draining or loop.time() >= ends_at):
            await asyncio.wait({disconnected, upcoming}, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            chunk = b""
            if upcoming.done():
                event = upcoming.result()
                if event is None:
                    return
                chunk, upcoming = event.encode(), asyncio.ensure_future(_next_event(events))
            elif loop.time() >= heartbeat_at:
                chunk = b":\n\n"
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                heartbeat_at = loop.time() + HEARTBEAT_SECONDS
    finally:
        for task in (disconnected, upcoming):
            task.cancel()
        await asyncio.gather(disconnected, upcoming, return_exceptions=True)
        await events.aclose()


async def _next_event(events: AsyncGenerator[Event, None]) -> Event | None:
    """The next event; None at the end, and when the database is lost."""
    try:
        return await anext(events, None)
    except UNAVAILABLE as error:
        log.warning("database.lost", error=type(error).__qualname__)
        return None


async def _wait_for_disconnect(receive: Receive) -> Any:
    while (message := await receive())["type"] != "http.disconnect":
        pass
    return message

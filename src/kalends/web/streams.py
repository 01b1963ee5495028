"""Answers that go on: server-sent events, for as long as somebody listens.

A stream is outside the time limit of a request, holds no connection of the pool while it waits, and ends when the
listener goes, the server drains or LONGEST_SECONDS are over; clients then come back with `Last-Event-ID` and their key.
Source: WHATWG HTML, "Server-sent events".
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import msgspec
from starlette.types import Receive, Scope, Send

from kalends.actions.context import Context
from kalends.web.call import Call, call_of
from kalends.web.door import Answer, WebRequest

LONGEST_SECONDS = 900.0
HEARTBEAT_SECONDS = 15.0
"""Proxies close what is silent for longer."""
LOOK_SECONDS = 1.0
"""How often a silent stream looks whether the server drains."""


class Event(msgspec.Struct, frozen=True):
    """One event. `id` is what a client that was cut off sends back as `Last-Event-ID`."""

    data: str
    id: str = ""
    name: str = ""

    def encode(self) -> bytes:
        """The event as it is sent."""
        named = [(field, value) for field, value in (("id", self.id), ("event", self.name)) if value]
        lines = [f"{field}: {' '.join(value.splitlines())}" for field, value in named]
        lines += [f"data: {line}" for line in self.data.splitlines() or [""]]
        return ("\n".join(lines) + "\n\n").encode()


class EventStream(Answer, frozen=True, kw_only=True):
    """An answer that sends events as they come; `events` is asked for them once the request's own work is done."""

    events: AsyncGenerator[Event, None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["state"]["call"]
        if call.time_limit is not None:
            call.time_limit.reschedule(None)
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        headers += [(b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        if call.method != "HEAD":
            await _send_events(self.events, call, receive, send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def stream_context(request: WebRequest, ctx: Context) -> Context:
    """The context for what a stream reads: each statement borrows a connection of the pool and gives it back."""
    return msgspec.structs.replace(ctx, db=call_of(request).db)


async def _send_events(events: AsyncGenerator[Event, None], call: Call, receive: Receive, send: Send) -> None:
    """Send what comes until the events end, the listener is gone, the server drains, or it has gone on long enough."""
    loop = asyncio.get_running_loop()
    ends_at, beat_at = loop.time() + LONGEST_SECONDS, loop.time() + HEARTBEAT_SECONDS
    gone = asyncio.ensure_future(_disconnected(receive))
    upcoming: asyncio.Future[Event | None] = asyncio.ensure_future(_following(events))
    try:
        while not (gone.done() or call.draining or loop.time() >= ends_at):
            await asyncio.wait({gone, upcoming}, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            chunk = b""
            if upcoming.done():
                event = upcoming.result()
                if event is None:
                    return
                chunk, upcoming = event.encode(), asyncio.ensure_future(_following(events))
            elif loop.time() >= beat_at:
                chunk = b":\n\n"
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                beat_at = loop.time() + HEARTBEAT_SECONDS
    finally:
        for task in (gone, upcoming):
            task.cancel()
        await asyncio.gather(gone, upcoming, return_exceptions=True)
        await events.aclose()


async def _following(events: AsyncGenerator[Event, None]) -> Event | None:
    return await anext(events, None)


async def _disconnected(receive: Receive) -> Any:
    while (message := await receive())["type"] != "http.disconnect":
        pass
    return message

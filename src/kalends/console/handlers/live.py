"""Tells pages that show a calendar what others change, as it happens."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import msgspec

from kalends.actions.bookings.live import Touched, calendar_position, touched_after
from kalends.actions.context import Context
from kalends.engine.accounts.principal import Principal
from kalends.engine.refusals import Invalid
from kalends.web.auth import authenticate_again
from kalends.web.call import call_of, header
from kalends.web.door import WebRequest
from kalends.web.streams import Event, EventStream, stream_context

_LONGEST_WAIT = 20.0
"""Seconds after which it is looked whether the login is still valid."""


async def stream(request: WebRequest, ctx: Context) -> EventStream:
    """The changes after a position, for as long as the page listens and the login is valid.

    A page whose position this server does not know any more is told to load again.
    """
    after = header(call_of(request).headers, b"last-event-id") or request.query_params.get("after", "")
    own = stream_context(request, ctx)
    if not after:
        after = await calendar_position(own)
    return EventStream(200, events=_events(own, request, after))


async def _events(ctx: Context, request: WebRequest, after: str) -> AsyncGenerator[Event, None]:
    loop = asyncio.get_running_loop()
    started_at = loop.time()
    while True:
        try:
            after, touched = await touched_after(ctx, after, _LONGEST_WAIT)
        except Invalid:
            yield Event("", name="reload")
            return
        present = await authenticate_again(request, ctx, timedelta(seconds=loop.time() - started_at))
        if present is None:
            return
        if _lasting(present.principal) != _lasting(ctx.principal):
            yield Event("", name="reload")
            return
        for each in touched:
            yield Event(_data(each), id=each.position, name="change")


def _lasting(principal: Principal) -> Principal:
    """Who it is and what they may do: their login goes on for longer with each request that they make meanwhile."""
    return msgspec.structs.replace(principal, expires_at=None)


def _data(touched: Touched) -> str:
    """As the script has it: times in seconds since 1970."""
    span = touched.span
    fields = {
        "kind": touched.kind,
        "id": touched.id,
        "sites": touched.site_ids,
        "resources": touched.resources,
        "from": int(span.start.timestamp()) if span else None,
        "until": int(span.end.timestamp()) if span else None,
    }
    return msgspec.json.encode(fields).decode()

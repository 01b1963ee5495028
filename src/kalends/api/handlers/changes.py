"""The feed of changes, read page by page or as a stream, and the journal."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import msgspec

from kalends.actions.accounts.actors import actor_names
from kalends.actions.bookings.find import get_item
from kalends.actions.changes import changes, present_position, query_journal
from kalends.actions.context import Context
from kalends.api.lists import List, answered_rows, read_cursor, write_cursor
from kalends.api.operations import Answered, Media, Operation, Received
from kalends.api.schemas.changes import (
    LONGEST_WAIT,
    MOST,
    Changes,
    JournalEntry,
    ListChanges,
    ListItemJournal,
    ListJournal,
    StreamChanges,
)
from kalends.api.translate.changes import actors_of, journal_query, shown_change, shown_changes, shown_entry
from kalends.engine.journal import JournalQuery
from kalends.web.auth import authenticate_again
from kalends.web.call import call_of, header
from kalends.web.door import WebRequest
from kalends.web.streams import Event, EventStream

_SAMPLE = 'id: 7310-4119\nevent: item.confirmed\ndata: {"position":"7310-4119","type":"item.confirmed",...}\n\n'


async def feed(ctx: Context, request: Received[ListChanges, None]) -> Answered:
    params = request.params
    page = await changes(ctx, params.after, params.limit + 1, wait=params.wait)
    return Answered(value=shown_changes(page, params.after, params.limit, ctx.zone))


async def stream(ctx: Context, request: Received[StreamChanges, None]) -> EventStream:
    sent = header(call_of(request.request).headers, b"last-event-id") or request.params.after
    after = sent or await present_position(ctx)
    await changes(ctx, after, 1)  # a position that is not valid is refused, before the stream begins
    return EventStream(200, events=_events(ctx, request.request, after, request.params.seconds))


async def journal(ctx: Context, request: Received[ListJournal, None]) -> Answered:
    [before] = read_cursor(request) or [None]
    return await _entries(ctx, request, journal_query(ctx, request.params, before))


async def item_journal(ctx: Context, request: Received[ListItemJournal, None]) -> Answered:
    item = (await get_item(ctx, request.params.item_id)).item
    [before] = read_cursor(request) or [None]
    return await _entries(ctx, request, JournalQuery(kind="item", subject_id=item.id, before=before))


async def _entries(ctx: Context, request: Received[Any, None], query: JournalQuery) -> Answered:
    page = await query_journal(ctx, query, request.params.limit)
    names = await actor_names(ctx, actors_of(page))
    rows = [shown_entry(entry, names, ctx.zone) for entry in page.entries]
    return answered_rows(request, rows, None if page.rest is None else write_cursor(request, [page.rest]))


async def _events(ctx: Context, request: WebRequest, after: str, seconds: float) -> AsyncGenerator[Event, None]:
    """The changes after a position, as they come, until the time is over or the key is not valid any more."""
    loop = asyncio.get_running_loop()
    started_at = loop.time()
    ends_at = started_at + seconds
    while True:
        page = await changes(ctx, after, MOST, wait=min(LONGEST_WAIT, max(0, ends_at - loop.time())))
        present = await authenticate_again(request, ctx, timedelta(seconds=loop.time() - started_at))
        if present is None or present.site_ids is not None:
            return
        if present.principal != ctx.principal:  # the page may have what the key may not see any more
            ctx = present
            continue
        for change in page:
            event: Any = shown_change(change, ctx.zone)
            yield Event(msgspec.json.encode(event).decode(), id=change.position, name=event.type)
            after = change.position
        if not page and loop.time() >= ends_at:
            return


OPERATIONS = (
    Operation(
        method="GET",
        path="/changes",
        handler=feed,
        id="list_changes",
        summary="Read what was changed, in order",
        description="Whoever replays all changes from the beginning has the present. Nothing is ever added before a "
        "position that was answered, so none is missed, however slowly it was committed. Not for keys of some sites. "
        "Keys, users and webhooks are in it only for keys that may see them.",
        tag="Changes",
        scope="read",
        params=ListChanges,
        answers={200: Changes},
        pooled=True,
    ),
    Operation(
        method="GET",
        path="/stream",
        handler=stream,
        id="stream_changes",
        summary="Be told of changes as they come",
        description="Server-sent events: `id` is the position, `event` the type, `data` a change as in `/changes`. "
        "Whoever reconnects with `Last-Event-ID` misses none. It ends when the key is revoked; a key has up to 100 at "
        "once. Not for keys of some sites.",
        tag="Changes",
        scope="read",
        params=StreamChanges,
        answers={200: Media("text/event-stream", "The changes.", _SAMPLE)},
        pooled=True,
    ),
    Operation(
        method="GET",
        path="/journal",
        handler=journal,
        id="list_journal",
        summary="Look through the journal",
        description="Who changed what and when, through which door, the newest first. A search through many entries "
        "ends after a while: then a page is short, or empty, although `next` leads on.",
        tag="Changes",
        scope="read",
        params=ListJournal,
        answers={200: List[JournalEntry]},
    ),
    Operation(
        method="GET",
        path="/items/{item_id}/journal",
        handler=item_journal,
        id="list_journal_of_item",
        summary="Look through the journal of an item",
        description="As `/journal?subject=`, also of an item that is deleted.",
        tag="Items",
        scope="read",
        params=ListItemJournal,
        answers={200: List[JournalEntry]},
    ),
)

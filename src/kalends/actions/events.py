"""Events: what is on, listed, made and changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.noting import note
from kalends.engine.clock import day_span
from kalends.engine.event import Occasion, faults_of, new_event
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import events
from kalends.store.ids import next_ids

_MADE = ("account_id", "id", "created_at", "updated_at")
_NULLABLE = ("entrance_minute", "beginning_minute")
_SAID = tuple(name for name in Occasion.__struct_fields__ if name not in _MADE)


@allow("read", "customer", "guest")
async def list_events(ctx: Context, first: date | None = None, last: date | None = None) -> list[Occasion]:
    """The active events that are on at some time from `first` to `last`, both included, in the order of their starts.

    None is no bound. Raises Invalid(last: before_start).
    """
    if first is not None and last is not None and last < first:
        raise Invalid(Fault("last", "before_start"))
    starts_before = None if last is None else day_span(last, ctx.zone).end
    ends_after = None if first is None else day_span(first, ctx.zone).start
    return await events.list_events(ctx.db, ctx.account.id, starts_before, ends_after)


@allow("read", "customer", "guest")
async def get_event(ctx: Context, event_id: int) -> Occasion:
    """One event, active or not. Raises NotFound(event)."""
    return _found(await events.find_event(ctx.db, ctx.account.id, event_id), event_id)


@allow("manage", whole_account=True)
async def add_event(ctx: Context, fields: Mapping[str, Any]) -> Occasion:
    """A new event from fields of engine.event.Occasion; `title`, `starts_at` and `ends_at` are needed.

    Raises Forbidden to a key that is limited to sites, Invalid.
    """
    given = _given(fields)
    if missing := [Fault(name, "blank") for name in ("title", "starts_at", "ends_at") if not given.get(name)]:
        raise Invalid(*missing)
    async with transaction(ctx) as tx:
        (event_id,) = await next_ids(tx.db, "occasion")
        made = {"account_id": ctx.account.id, "id": event_id, "created_at": ctx.now, "updated_at": ctx.now}
        event = _checked(new_event({**given, **made}))
        await events.add_event(tx.db, event)
        await note(tx, "add", None, event)
        return event


@allow("manage", whole_account=True)
async def change_event(ctx: Context, event_id: int, fields: Mapping[str, Any]) -> Occasion:
    """Change some fields of an event, named as in engine.event.Occasion. Raises Forbidden, NotFound(event), Invalid."""
    async with transaction(ctx) as tx:
        present = _found(await events.lock_event(tx.db, ctx.account.id, event_id), event_id)
        wanted = _checked(msgspec.structs.replace(present, **_given(fields)))
        if wanted == present:
            return present
        wanted = msgspec.structs.replace(wanted, updated_at=ctx.now)
        await events.save_event(tx.db, wanted)
        await note(tx, "change", present, wanted)
        return wanted


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the fields that somebody may say, and does: only the minutes may be taken back."""
    named = {name: fields[name] for name in _SAID if name in fields}
    return {name: value for name, value in named.items() if value is not None or name in _NULLABLE}


def _checked(event: Occasion) -> Occasion:
    if faults := faults_of(event):
        raise Invalid(*faults)
    return event


def _found(event: Occasion | None, event_id: int) -> Occasion:
    if event is None:
        raise NotFound("event", event_id)
    return event

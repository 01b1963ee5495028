"""Sessions that are planned already: moved, changed, called off; their seats go along."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from kalends.actions.catalogue import get_service
from kalends.actions.context import Context
from kalends.actions.holding import with_items_held
from kalends.actions.revising import advanced, following, kept
from kalends.actions.sessions import (
    check_session,
    claims_of_session,
    get_session,
    list_sessions,
    seats_taken,
    session_resource,
    session_service,
)
from kalends.engine.booking import is_active
from kalends.engine.catalogue import GroupSession
from kalends.engine.change import ChangeSet, Message
from kalends.engine.details import merged
from kalends.engine.listing import ItemQuery, ItemView, SessionQuery
from kalends.engine.messages import messages
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.engine.wish import BY_POLICY, MessageOverrides
from kalends.store import commit, items, sessions

T = TypeVar("T")
_ALL = 100_000
_OCCUPYING = ("starts_at", "ends_at", "resource_id", "service_id")
_NEEDED = ("starts_at", "ends_at", "capacity", "title", "notes")
_CHANGEABLE = (*_OCCUPYING, "capacity", "title", "notes", "external_id", "custom", "details", "archived_at")


async def change_session(
    ctx: Context, session_id: int, fields: Mapping[str, Any], force: bool = False, asked: MessageOverrides = BY_POLICY
) -> GroupSession:
    """Change some fields of a session, named as in engine.catalogue.GroupSession; its seats move with it.

    Without `ends_at` a session that is moved keeps its length. `force` places it over what is there, on purpose; who
    has an active seat is told as `asked`. Raises NotFound(session, also a deleted one; service or resource), Retired,
    Full, and Invalid (capacity: below_booked when more seats are taken).
    """
    targets = [fields["resource_id"]] if fields.get("resource_id") is not None else []

    async def act(tx: Context) -> GroupSession:
        present = await get_session(tx, session_id)
        if present.deleted_at is not None:
            raise NotFound("session", session_id)
        wanted = await _rewritten(tx, present, fields)
        return present if wanted is present else await _keep(tx, present, wanted, force, asked)

    return await _with_seats_held(ctx, [session_id], targets, act)


async def remove_session(ctx: Context, session_id: int, asked: MessageOverrides = BY_POLICY) -> GroupSession:
    """Call a session off: its resource is free again; its active seats are cancelled with it unless it is over.

    Again it changes nothing. Who had a seat is told as `asked`. Raises NotFound(session).
    """

    async def act(tx: Context) -> GroupSession:
        return (await _remove(tx, [await get_session(tx, session_id)], asked))[0]

    return await _with_seats_held(ctx, [session_id], [], act)


async def remove_sessions(ctx: Context, series: str, asked: MessageOverrides = BY_POLICY) -> list[GroupSession]:
    """Call off all sessions of a series that are not yet; answers them. Raises NotFound(series)."""
    planned = (await list_sessions(ctx, SessionQuery(series=series, with_deleted=True, limit=_ALL))).rows
    if not planned:
        raise NotFound("series", series)
    ids = [session.id for session in planned]

    async def act(tx: Context) -> list[GroupSession]:
        page = await list_sessions(tx, SessionQuery(ids=tuple(ids), limit=_ALL))
        return await _remove(tx, page.rows, asked)

    return await _with_seats_held(ctx, ids, [], act)


async def _with_seats_held(
    ctx: Context, session_ids: Sequence[int], resource_ids: Sequence[int], act: Callable[[Context], Awaitable[T]]
) -> T:
    async def find(tx: Context) -> Collection[int]:
        return await sessions.seats_of(tx.db, ctx.account.id, session_ids)

    async def hold(tx: Context, seats: Collection[int]) -> None:
        await commit.lock(tx.db, ctx.account.id, ctx.now, list(seats), resource_ids, session_ids)

    return await with_items_held(ctx, find, hold, act)


async def _rewritten(ctx: Context, present: GroupSession, fields: Mapping[str, Any]) -> GroupSession:
    given = {
        name: value for name, value in fields.items() if name in _CHANGEABLE and not (value is None and name in _NEEDED)
    }
    if "starts_at" in given and "ends_at" not in given:
        given["ends_at"] = given["starts_at"] + (present.ends_at - present.starts_at)
    given["details"] = merged(present.details, given.get("details") or {})
    wanted = msgspec.structs.replace(present, **given)
    if wanted == present:
        return present
    check_session(msgspec.structs.asdict(wanted))
    if wanted.service_id != present.service_id:
        await session_service(ctx, wanted.service_id)
    if wanted.resource_id != present.resource_id:
        await session_resource(ctx, wanted.resource_id)
    if wanted.capacity < present.capacity and wanted.capacity < (await seats_taken(ctx, [present.id]))[present.id]:
        raise Invalid(Fault("capacity", "below_booked"))
    return _revised(ctx, wanted)


async def _keep(
    ctx: Context, present: GroupSession, wanted: GroupSession, force: bool, asked: MessageOverrides
) -> GroupSession:
    moved = any(getattr(wanted, name) != getattr(present, name) for name in _OCCUPYING)
    service = None if wanted.service_id is None else await get_service(ctx, wanted.service_id)
    entries = await _seats(ctx, [wanted.id]) if moved else []
    seats = [msgspec.structs.replace(one, item=following(ctx, one.item, wanted)) for one in entries]
    change = ChangeSet(
        at=ctx.now,
        actor=ctx.who,
        verb="change",
        sessions=(wanted,),
        items=tuple(one.item for one in seats),
        released=(wanted.id,) if moved else (),
        claims=await claims_of_session(ctx, [wanted], service, force) if moved else (),
        messages=_told(ctx, "change", [one for one in seats if is_active(one.item, ctx.now)], asked),
    )
    await commit.commit(ctx.db, ctx.account.id, change)
    return wanted


async def _remove(ctx: Context, planned: Sequence[GroupSession], asked: MessageOverrides) -> list[GroupSession]:
    present = [session for session in planned if session.deleted_at is None]
    ahead = [session.id for session in present if session.ends_at > ctx.now]
    seated = [one for one in await _seats(ctx, ahead) if is_active(one.item, ctx.now)] if ahead else []
    cancelled = [advanced(ctx, one, "cancelled", "cancel") for one in seated]
    if cancelled:
        sent = _told(ctx, "cancel", cancelled, asked)
        await commit.commit(ctx.db, ctx.account.id, kept(ctx, "cancel", cancelled, sent))
    gone = [_revised(ctx, msgspec.structs.replace(session, deleted_at=ctx.now)) for session in present]
    if gone:
        released = tuple(session.id for session in gone)
        change = ChangeSet(at=ctx.now, actor=ctx.who, verb="remove", sessions=tuple(gone), released=released)
        await commit.commit(ctx.db, ctx.account.id, change)
    return gone or list(planned)


def _revised(ctx: Context, session: GroupSession) -> GroupSession:
    return msgspec.structs.replace(session, revision=session.revision + 1, updated_at=ctx.now, updated_by=ctx.who)


async def _seats(ctx: Context, session_ids: Sequence[int]) -> list[ItemView]:
    query = ItemQuery(listing="all", session_ids=tuple(session_ids), limit=_ALL)
    found, _ = await items.list_items(ctx.db, ctx.account.id, query, ctx.now)
    return [entry for entry in found if entry.item.state != "deleted"]


def _told(ctx: Context, verb: str, entries: Sequence[ItemView], asked: MessageOverrides) -> tuple[Message, ...]:
    every = (messages(verb, one.item, one.customer, ctx.account, asked) for one in entries)
    return tuple(message for sent in every for message in sent)

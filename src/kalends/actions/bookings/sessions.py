"""Group sessions: looked up, planned one by one or as a series, changed with their seats, called off."""

from collections.abc import Sequence
from uuid import uuid4

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.bookings.find import check_lapsed
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.availability.openings import without_closings
from kalends.engine.bookings.change_set import Claim, Message, change_set
from kalends.engine.bookings.claims import session_claims
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.item_changes import ItemChange, changes_of, in_state
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.queries import ItemQuery, SessionQuery
from kalends.engine.bookings.references import References, trees_of
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.sessions import (
    changed_session,
    is_moved,
    named_by_session,
    new_session,
    revised_session,
    seats_moved,
)
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import ItemView
from kalends.engine.query import Page
from kalends.engine.refusals import Closed, Fault, Invalid, NotFound
from kalends.engine.time.recurrence import Recurrence, expand
from kalends.engine.time.span import Span
from kalends.store.availability.openings import hours_of
from kalends.store.bookings import items, sessions
from kalends.store.bookings.references import load_references
from kalends.store.bookings.series import is_uid
from kalends.store.commit import commit
from kalends.store.ids import next_ids

_ALL = 100_000


@allow("read", "customer", "guest")
async def list_sessions(ctx: Context, query: SessionQuery) -> Page[GroupSession]:
    """One page of sessions, chronological unless another order is asked for. A series that is no uuid has none."""
    if query.series is not None and not is_uid(query.series):
        return Page([], 0)
    return Page(*await sessions.list_sessions(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("read", "customer", "guest")
async def get_session(ctx: Context, session_id: int) -> GroupSession:
    """One session, deleted or not. Raises NotFound(session)."""
    session = await sessions.find_session(ctx.db, ctx.account.id, session_id, ctx.site_ids)
    if session is None:
        raise NotFound("session", session_id)
    return session


@allow("read", "customer", "guest")
async def seats_taken(ctx: Context, session_ids: Sequence[int]) -> dict[int, int]:
    """How many seats are taken in each of these sessions now."""
    return await sessions.seats_taken(ctx.db, ctx.account.id, list(session_ids), ctx.now)


@allow("book")
async def add_session(ctx: Context, patch: SessionPatch, overlap_allowed: bool = False) -> GroupSession:
    """A new session; it takes the whole of its resources, buffers included, or seats alone where it has none.

    `overlap_allowed` plans it over what is there, on purpose. Raises NotFound(service, resource), Retired, Full, and
    Invalid(starts_at, ends_at, capacity, service_id).
    """
    references = await load_references(ctx.db, ctx.account.id, named_by_session(patch), ctx.site_ids)
    (session_id,) = await next_ids(ctx.db, "group_session")
    session = new_session(ctx.account, session_id, patch, references, ctx.author)
    await _commit_new(ctx, [session], references, overlap_allowed)
    return session


@allow("book")
async def add_sessions(
    ctx: Context, patch: SessionPatch, recurrence: Recurrence, overlap_allowed: bool = False
) -> list[GroupSession]:
    """New sessions of one `series`, all of them or none: as `add_session` would make the first, then as it recurs.

    At most 731, by the clock of the site where its resource stands, else by the account's. Days on which exceptions or
    holidays close one of its resources are left out; Closed is raised when no other is left. Raises what `add_session`
    and `expand` raise. Source: MakePlans reference, Add recurring events.
    """
    references = await load_references(ctx.db, ctx.account.id, named_by_session(patch), ctx.site_ids)
    first = new_session(ctx.account, 0, patch, references, ctx.author)
    zone = await zone_at(ctx, references.resources.get(first.resource_id or 0))
    at = [*first.also_resource_ids, *([] if first.resource_id is None else [first.resource_id])]
    hours = await hours_of(ctx.db, ctx.account.id, at, first.service_id)
    wanted = expand(recurrence, Span(first.starts_at, first.ends_at), zone)
    spans = without_closings(hours.values(), wanted, first.service_id)
    if not spans:
        raise Closed
    ids = await next_ids(ctx.db, "group_session", len(spans))
    series = str(uuid4())
    planned = [
        msgspec.structs.replace(first, id=session_id, series=series, starts_at=span.start, ends_at=span.end)
        for session_id, span in zip(ids, spans, strict=True)
    ]
    await _commit_new(ctx, planned, references, overlap_allowed)
    return planned


@allow("book")
async def change_session(
    ctx: Context,
    session_id: int,
    patch: SessionPatch,
    overlap_allowed: bool = False,
    messages: MessageOverrides = BY_POLICY,
) -> GroupSession:
    """Change some fields of a session; its seats move with it, and who has an active one is told.

    Raises NotFound(session, also a deleted one; service, resource), Retired, Full, Stale, and Invalid(capacity:
    below_booked when more seats are taken, and as `add_session`).
    """

    async def change(tried: Context) -> GroupSession:
        return await _change(tried, session_id, patch, overlap_allowed, messages)

    return await retry_on_conflict(ctx, change, Locks(sessions=[session_id]))


@allow("book")
async def remove_session(ctx: Context, session_id: int, messages: MessageOverrides = BY_POLICY) -> GroupSession:
    """Call a session off: its resources are free again; its active seats are cancelled with it unless it is over.

    Again it changes nothing. Who had a seat is told. Raises NotFound(session), Stale.
    """

    async def remove(tried: Context) -> GroupSession:
        return (await _remove(tried, [await get_session(tried, session_id)], messages))[0]

    return await retry_on_conflict(ctx, remove, Locks(sessions=[session_id]))


@allow("book")
async def remove_sessions(ctx: Context, series: str, messages: MessageOverrides = BY_POLICY) -> list[GroupSession]:
    """Call off all sessions of a series that are not yet. Returns them. Raises NotFound(series), Stale."""
    planned = (await list_sessions(ctx, SessionQuery(series=series, with_deleted=True, limit=_ALL))).rows
    if not planned:
        raise NotFound("series", series)
    ids = [session.id for session in planned]

    async def remove(tried: Context) -> list[GroupSession]:
        page = await list_sessions(tried, SessionQuery(ids=tuple(ids), limit=_ALL))
        return await _remove(tried, page.rows, messages)

    return await retry_on_conflict(ctx, remove, Locks(sessions=ids))


@internal
async def seats_in(ctx: Context, session_ids: Sequence[int]) -> list[ItemView]:
    """All seats in these sessions that are not deleted. Raises Stale as `check_lapsed` does."""
    query = ItemQuery(listing="all", session_ids=tuple(session_ids), limit=_ALL)
    found, _ = await items.list_items(ctx.db, ctx.account.id, query, ctx.now)
    check_lapsed(ctx, found)
    return [view for view in found if view.item.state != "deleted"]


async def _commit_new(
    ctx: Context, planned: Sequence[GroupSession], references: References, overlap_allowed: bool
) -> None:
    claims = _claims(planned, references, overlap_allowed)
    trees = trees_of(references.resources_of(claims))
    change = change_set(ctx.author, "add", sessions=tuple(planned), claims=claims, trees=trees)
    await commit(ctx.db, ctx.account.id, change)


async def _change(
    ctx: Context, session_id: int, patch: SessionPatch, overlap_allowed: bool, messages: MessageOverrides
) -> GroupSession:
    present = await get_session(ctx, session_id)
    if present.deleted_at is not None:
        raise NotFound("session", session_id)
    references = await load_references(ctx.db, ctx.account.id, named_by_session(patch, present), ctx.site_ids)
    wanted = changed_session(present, patch, references, ctx.author)
    if wanted is None:
        return present
    if wanted.capacity < present.capacity and wanted.capacity < (await seats_taken(ctx, [session_id]))[session_id]:
        raise Invalid(Fault("capacity", "below_booked"))
    moved = is_moved(present, wanted)
    seats = seats_moved(ctx.account, await seats_in(ctx, [session_id]), wanted, ctx.author) if moved else []
    planned = changes_of(
        ctx.author,
        "change",
        seats,
        references,
        sessions=[wanted],
        messages=_messages(ctx, "change", seats, messages),
    )
    if moved:
        claims = _claims([wanted], references, overlap_allowed)
        trees = trees_of(references.resources_of(claims))
        planned = msgspec.structs.replace(planned, released=(session_id,), claims=claims, trees=trees)
    await commit(ctx.db, ctx.account.id, planned)
    return wanted


async def _remove(ctx: Context, planned: Sequence[GroupSession], messages: MessageOverrides) -> list[GroupSession]:
    present = [session for session in planned if session.deleted_at is None]
    if not present:
        return list(planned)
    ahead = [session.id for session in present if session.ends_at > ctx.now]
    seats = [view for view in await seats_in(ctx, ahead) if is_active(view.item, ctx.now)] if ahead else []
    cancelled = [in_state(view, "cancelled", "cancel", ctx.author) for view in seats]
    gone = [revised_session(session, ctx.author, deleted_at=ctx.now) for session in present]
    planned_set = changes_of(
        ctx.author,
        "remove",
        cancelled,
        sessions=gone,
        messages=_messages(ctx, "cancel", cancelled, messages),
    )
    released = (*planned_set.released, *(session.id for session in gone))
    await commit(ctx.db, ctx.account.id, msgspec.structs.replace(planned_set, released=released))
    return gone


def _claims(planned: Sequence[GroupSession], references: References, overlap_allowed: bool) -> tuple[Claim, ...]:
    return tuple(
        claim
        for one in planned
        for claim in session_claims(
            one,
            references.services.get(one.service_id or 0),
            references.override(one.service_id, one.resource_id),
            overlap_allowed,
        )
    )


def _messages(
    ctx: Context, verb: str, changes: Sequence[ItemChange], overrides: MessageOverrides
) -> tuple[Message, ...]:
    """One message about each seat that was active."""
    active = [change for change in changes if change.was and is_active(change.was.item, ctx.now)]
    return tuple(
        message
        for change in active
        for message in messages_for(
            verb, change.item, change.was.customer if change.was else None, ctx.account, overrides
        )
    )

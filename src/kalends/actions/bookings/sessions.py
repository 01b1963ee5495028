"""Lists, changes and removes group sessions, single ones and series."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow, internal
from kalends.actions.bookings.commit import commit_planned
from kalends.actions.bookings.find import check_lapsed
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context
from kalends.actions.expected import check_expected
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.change_item import shifted_patch
from kalends.engine.bookings.change_set import ChangeSet, Message, as_one
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.item_changes import ItemChange, changes_of, in_state
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.overlap import IfTaken
from kalends.engine.bookings.patch import Scope, SessionPatch
from kalends.engine.bookings.queries import ItemQuery, SessionQuery
from kalends.engine.bookings.references import trees_of
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.sessions import (
    changed_session,
    claims_of,
    ids_in_session,
    is_moved,
    revised_session,
    seats_moved,
)
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import ItemView
from kalends.engine.query import Page
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.bookings import items, sessions
from kalends.store.bookings.references import load_references
from kalends.store.bookings.series import is_uid
from kalends.store.commit import commit

_NO_LIMIT = 100_000


@allow("read", "customer", "guest", "practitioner")
async def list_sessions(ctx: Context, query: SessionQuery) -> Page[GroupSession]:
    """A page of the sessions that match a query. A `series` that is not a UUID has none."""
    if query.series is not None and not is_uid(query.series):
        return Page([], 0)
    query = msgspec.structs.replace(query, with_resource_ids=ctx.principal.resource_ids)
    return Page(*await sessions.list_sessions(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("read", "customer", "guest", "practitioner")
async def get_session(ctx: Context, session_id: int) -> GroupSession:
    """A session, deleted ones included. Raises NotFound(session)."""
    session = await sessions.find_session(ctx.db, ctx.account.id, session_id, ctx.site_ids)
    if session is None or not ctx.principal.sees_resources(*session.resource_ids):
        raise NotFound("session", session_id)
    return session


@allow("read", "customer", "guest", "practitioner")
async def seats_taken(ctx: Context, session_ids: Sequence[int]) -> dict[int, int]:
    """The number of seats that are taken now, by session id."""
    return await sessions.seats_taken(ctx.db, ctx.account.id, list(session_ids), ctx.now, ctx.given_up)


@allow("read")
async def customers_in(ctx: Context, session_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The ids of the customers who have seats now, by session id, in order of booking."""
    return await sessions.customers_in(ctx.db, ctx.account.id, list(session_ids), ctx.now)


@allow("book")
async def change_session(
    ctx: Context,
    session_id: int,
    patch: SessionPatch,
    overlap_allowed: bool = False,
    messages: MessageOverrides = BY_POLICY,
    *,
    if_taken: IfTaken = "refuse",
    scope: Scope = "this",
) -> GroupSession:
    """Change some fields of a session, and with scope `following` or `all` of the later or all sessions of its series.

    The others are moved by as much on the wall clock of their site; all or nothing. Seats move with their session, and
    customers with an active seat get a message.

    `overlap_allowed`, `if_taken`: as for `add_session`, if it is moved.

    Raises NotFound(session (also if it is deleted), service, resource, site), Retired(service, resource), NotServed,
    Full, Stale, Invalid(ends_at: before_start, out_of_range; capacity: out_of_range, below_booked if more seats are
    taken; service_id: not_bookable; site_id: not_served).
    """

    others = await _others_in(ctx, await get_session(ctx, session_id), scope)
    locks = Locks(sessions=[session_id, *(other.id for other in others)])

    async def change(attempt: Context) -> GroupSession:
        present = await _get_undeleted(attempt, session_id)
        planned, changed = await _plan_change(attempt, present, patch, overlap_allowed, messages)
        plans = [planned]
        for other in await _others_in(attempt, present, scope):
            own = shifted_patch(patch, present, other, await _zone_of(attempt, other, patch))
            own_plan, _ = await _plan_change(attempt, other, own, overlap_allowed, messages)
            plans.append(own_plan)
        if parts := [plan for plan in plans if plan is not None]:
            await commit_planned(attempt, as_one(parts), if_taken)
        return changed

    return await retry_on_conflict(ctx, change, locks)


@allow("book")
async def remove_session(ctx: Context, session_id: int, messages: MessageOverrides = BY_POLICY) -> GroupSession:
    """Delete a session and release its resources. Unless it is over, its active seats are cancelled, with a message.

    Deleting it again changes nothing. Raises NotFound(session), Stale.
    """

    async def remove(attempt: Context) -> GroupSession:
        return (await _remove(attempt, [await get_session(attempt, session_id)], messages))[0]

    return await retry_on_conflict(ctx, remove, Locks(sessions=[session_id]))


@allow("book")
async def remove_sessions(
    ctx: Context, series: str, messages: MessageOverrides = BY_POLICY, *, since: datetime | None = None
) -> list[GroupSession]:
    """Delete the remaining sessions of a series, as `remove_session` does one. Returns those that it deleted.

    `since`: those that begin then or later; None for all.

    Raises NotFound(series), Stale.
    """
    present = (await list_sessions(ctx, SessionQuery(series=series, with_deleted=True, limit=_NO_LIMIT))).rows
    if not present:
        raise NotFound("series", series)
    affected = [session for session in present if since is None or session.starts_at >= since]
    ids = [session.id for session in affected]
    for session in affected:
        check_expected(ctx, session)

    async def remove(attempt: Context) -> list[GroupSession]:
        page = await list_sessions(attempt, SessionQuery(ids=tuple(ids), limit=_NO_LIMIT))
        return await _remove(attempt, page.rows, messages)

    return await retry_on_conflict(ctx, remove, Locks(sessions=ids))


@internal
async def seats_in(ctx: Context, session_ids: Sequence[int]) -> list[ItemView]:
    """The seats in these sessions that are not deleted.

    Raises Stale if one is a hold past its end that is not yet stored as expired.
    """
    query = ItemQuery(listing="all", session_ids=tuple(session_ids), limit=_NO_LIMIT)
    seats, _ = await items.list_items(ctx.db, ctx.account.id, query, ctx.now)
    check_lapsed(ctx, seats)
    return [view for view in seats if view.item.state != "deleted"]


async def _others_in(ctx: Context, session: GroupSession, scope: Scope) -> list[GroupSession]:
    """The later or all other sessions of its series, without deleted ones."""
    if scope == "this" or session.series is None:
        return []
    listed = (await list_sessions(ctx, SessionQuery(series=session.series, limit=_NO_LIMIT))).rows
    since = session.starts_at if scope == "following" else None
    return [each for each in listed if each.id != session.id and (since is None or each.starts_at >= since)]


async def _get_undeleted(ctx: Context, session_id: int) -> GroupSession:
    session = await get_session(ctx, session_id)
    if session.deleted_at is not None:
        raise NotFound("session", session_id)
    return session


async def _plan_change(
    ctx: Context, present: GroupSession, patch: SessionPatch, overlap_allowed: bool, messages: MessageOverrides
) -> tuple[ChangeSet | None, GroupSession]:
    """The change set, None if nothing changes, and the session as it will be."""
    session_id = present.id
    check_expected(ctx, present)
    references = await load_references(ctx.db, ctx.account.id, ids_in_session(patch, present), ctx.site_ids)
    zone = await _zone_of(ctx, present, patch)
    changed = changed_session(present, patch, references, ctx.author, zone)
    if changed is None:
        return None, present
    if changed.capacity < present.capacity and changed.capacity < (await seats_taken(ctx, [session_id]))[session_id]:
        raise Invalid(Fault("capacity", "below_booked"))
    moved = is_moved(present, changed)
    present_seats = await seats_in(ctx, [session_id]) if moved else []
    seats = seats_moved(ctx.account, present_seats, changed, references, ctx.author)
    planned = changes_of(
        ctx.author,
        "change",
        seats,
        references,
        sessions=[changed],
        messages=_messages(ctx, "change", seats, messages),
    )
    if moved:
        claims = claims_of([changed], references, overlap_allowed)
        trees = trees_of(references.resources_of(claims))
        planned = msgspec.structs.replace(planned, released=(session_id,), claims=claims, trees=trees)
    return planned, changed


async def _zone_of(ctx: Context, session: GroupSession, patch: SessionPatch) -> ZoneInfo:
    """The zone of the site where a session takes place; the account's where that is not needed or not known."""
    if patch.starts_at is UNSET or session.resource_id is None:
        return ctx.zone
    return await zone_at(ctx, await get_resource(ctx, session.resource_id))


async def _remove(ctx: Context, sessions_: Sequence[GroupSession], messages: MessageOverrides) -> list[GroupSession]:
    for session in sessions_:
        check_expected(ctx, session)
    present = [session for session in sessions_ if session.deleted_at is None]
    if not present:
        return list(sessions_)
    not_over = [session.id for session in present if session.ends_at > ctx.now]
    seats = [view for view in await seats_in(ctx, not_over) if is_active(view.item, ctx.now)] if not_over else []
    cancelled = [in_state(view, "cancelled", "cancel", ctx.author) for view in seats]
    deleted = [revised_session(session, ctx.author, deleted_at=ctx.now) for session in present]
    planned = changes_of(
        ctx.author,
        "remove",
        cancelled,
        sessions=deleted,
        messages=_messages(ctx, "cancel", cancelled, messages),
    )
    released = (*planned.released, *(session.id for session in deleted))
    await commit(ctx.db, ctx.account.id, msgspec.structs.replace(planned, released=released))
    return deleted


def _messages(
    ctx: Context, verb: str, changes: Sequence[ItemChange], overrides: MessageOverrides
) -> tuple[Message, ...]:
    """The messages about seats that were active before."""
    active = [change for change in changes if change.was and is_active(change.was.item, ctx.now)]
    return tuple(
        message
        for change in active
        for message in messages_for(
            verb, change.item, change.was.customer if change.was else None, ctx.account, overrides
        )
    )

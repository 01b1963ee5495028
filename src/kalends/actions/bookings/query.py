"""Lists of items and group sessions, filtered and sorted by any of their fields."""

from collections.abc import Sequence
from typing import TypeAlias

from kalends.actions.access import allow, internal
from kalends.actions.context import Context
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.bookings.views import ItemView
from kalends.engine.query import Page, Query
from kalends.store.bookings import query as occupancies
from kalends.store.bookings.items import find_views
from kalends.store.bookings.query import SESSION, Occupancy
from kalends.store.bookings.sessions import list_sessions

ItemOrSession: TypeAlias = ItemView | GroupSession


@allow("read")
async def query_items(ctx: Context, query: Query, kinds: Sequence[str]) -> Page[ItemView]:
    """A page of the items of these kinds: appointment, seat, block. For the fields see store/bookings/query.py.

    Removed and cancelled ones match unless a filter excludes them. Drafts and what was declined or has expired do not.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    listed, total = await _query(ctx, query, kinds)
    return Page([view for view in await _load(ctx, listed) if isinstance(view, ItemView)], total)


@allow("read")
async def query_sessions(ctx: Context, query: Query) -> Page[GroupSession]:
    """A page of group sessions; as for `query_items`. Raises Invalid(field, cursor) as that does."""
    listed, total = await _query(ctx, query, (SESSION,))
    return Page([session for session in await _load(ctx, listed) if isinstance(session, GroupSession)], total)


@allow("read")
async def query_items_and_sessions(ctx: Context, query: Query, kinds: Sequence[str]) -> Page[ItemOrSession]:
    """A page of group sessions and of the items of these kinds; as for `query_items`.

    Raises Invalid(field, cursor) as that does.
    """
    listed, total = await _query(ctx, query, (*kinds, SESSION))
    return Page(await _load(ctx, listed), total)


async def _query(ctx: Context, query: Query, kinds: Sequence[str]) -> tuple[list[Occupancy], int]:
    return await occupancies.query_occupancies(ctx.db, ctx.account.id, query, kinds, now=ctx.now, site_ids=ctx.site_ids)


@internal
async def _load(ctx: Context, listed: Sequence[Occupancy]) -> list[ItemOrSession]:
    """The records, in this order."""
    session_ids = tuple(occupancy.id for occupancy in listed if occupancy.kind == SESSION)
    item_ids = [occupancy.id for occupancy in listed if occupancy.kind != SESSION]
    records: dict[int, ItemOrSession] = {}
    if item_ids:
        records |= {view.item.id: view for view in await find_views(ctx.db, ctx.account.id, item_ids)}
    if session_ids:
        query = SessionQuery(ids=session_ids, with_deleted=True, limit=len(session_ids))
        sessions, _ = await list_sessions(ctx.db, ctx.account.id, query)
        records |= {session.id: session for session in sessions}
    return [records[occupancy.id] for occupancy in listed if occupancy.id in records]

"""What is booked from now on at times at which it is closed, such as after the opening hours were changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.find import list_items
from kalends.actions.bookings.sessions import list_sessions
from kalends.actions.catalog.resources import get_tree, list_resources
from kalends.actions.context import Context
from kalends.engine.availability.openings import outside_hours
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.queries import ItemQuery, SessionQuery
from kalends.engine.bookings.views import ItemView
from kalends.engine.time.span import Span
from kalends.store.availability.openings import hours_of

MOST = 5000
"""Items, and sessions, that are looked at: the next ones."""


class Outside(msgspec.Struct, frozen=True):
    """What is booked outside the hours, in order of time."""

    items: tuple[ItemView, ...]
    sessions: tuple[GroupSession, ...]

    @property
    def count(self) -> int:
        """How much that is."""
        return len(self.items) + len(self.sessions)


@allow("read")
async def booked_outside(ctx: Context, resource_id: int) -> Outside:
    """The appointments and sessions of a resource and its parts that are not over and at whose times it is closed, each
    by the hours for its service; of the next MOST. Raises NotFound(resource)."""
    tree = await get_tree(ctx, resource_id)
    return await _outside(ctx, (tree.root.id, *(part.id for part in tree.parts)))


@allow("read")
async def booked_outside_at(ctx: Context, site_id: int) -> Outside:
    """As `booked_outside`, of all resources at a site."""
    return await _outside(ctx, [each.id for each in await list_resources(ctx) if each.site_id == site_id])


async def _outside(ctx: Context, resource_ids: Sequence[int]) -> Outside:
    if not resource_ids:
        return Outside((), ())
    ids = tuple(resource_ids)
    query = ItemQuery(kinds=("appointment",), resource_ids=ids, ends_after=ctx.now, limit=MOST)
    items = [view for view in (await list_items(ctx, query)).rows if view.item.resource_id in ids]
    asked = SessionQuery(resource_ids=ids, ends_after=ctx.now, with_archived=False, limit=MOST)
    sessions = [session for session in (await list_sessions(ctx, asked)).rows if session.resource_id in ids]
    closed = await _closed(ctx, [*(view.item for view in items), *sessions])
    return Outside(
        tuple(view for view in items if view.item.id in closed),
        tuple(session for session in sessions if session.id in closed),
    )


async def _closed(ctx: Context, booked: Iterable[Item | GroupSession]) -> set[int]:
    """The ids of the items and sessions at whose times their resource is closed for their service."""
    by_service: defaultdict[int | None, list[Item | GroupSession]] = defaultdict(list)
    for each in booked:
        by_service[each.service_id].append(each)
    closed: set[int] = set()
    for service_id, items in by_service.items():
        by_resource: defaultdict[int, list[Item | GroupSession]] = defaultdict(list)
        for each in items:
            by_resource[each.resource_id or 0].append(each)
        hours = await hours_of(ctx.db, ctx.account.id, list(by_resource), service_id)
        for resource_id, at_once in by_resource.items():
            spans = {each.id: Span(each.starts_at, each.ends_at) for each in at_once}
            outside = set(outside_hours(hours[resource_id], spans.values(), service_id))
            closed |= {booked_id for booked_id, span in spans.items() if span in outside}
    return closed

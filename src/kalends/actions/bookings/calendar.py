"""The calendar of a site: what takes place on its resources within some time."""

from collections.abc import Mapping, Sequence
from functools import cache

from kalends.actions.access import allow, internal, sees_item
from kalends.actions.availability.hours import check_window
from kalends.actions.bookings.search import search_items
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import get_site
from kalends.actions.context import Context
from kalends.engine.availability.openings import OpeningHours, open_spans
from kalends.engine.bookings.calendar import CalendarQuery, Claimed, SiteCalendar
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.bookings.states import STATES
from kalends.engine.bookings.views import ItemView, SessionWithSeats
from kalends.engine.catalog.resource import Resource
from kalends.engine.query import CursorPage, Filter, Query, Sort
from kalends.engine.time.clock import zone
from kalends.engine.time.span import Span, Spans
from kalends.store.availability.openings import hours_of
from kalends.store.bookings.calendar import list_claimed
from kalends.store.bookings.items import find_views
from kalends.store.bookings.sessions import list_sessions, seats_taken

MOST = 20_000
"""Items without time, or sessions without a resource, that are looked at in one calendar."""
TAKES_NO_TIME = ("draft", "verification_expired", "declined", "cancelled")
assert set(TAKES_NO_TIME) < set(STATES)


@allow("read", "practitioner")
async def get_calendar(ctx: Context, site_id: int, query: CalendarQuery) -> SiteCalendar:
    """What takes place at a site, on its active resources.

    Raises NotFound(site), Invalid(ends_at: before_start; out_of_range beyond 366 days).
    """
    check_window(query.window)
    site = await get_site(ctx, site_id)
    at_site = [resource for resource in await list_resources(ctx) if resource.site_id == site_id]
    asked = [each for each in at_site if query.resource_ids is None or each.id in query.resource_ids]
    shown = [each for each in asked if ctx.principal.sees_resources(each.id)]
    related = _related(at_site, shown)
    claims = await list_claimed(ctx.db, ctx.account.id, list(related), query.window, ctx.now)
    shown_ids = [resource.id for resource in shown]
    hours = await hours_of(ctx.db, ctx.account.id, shown_ids)
    return SiteCalendar(
        site=site,
        zone=zone(site.time_zone),
        window=query.window,
        resources=tuple(shown),
        related=related,
        names={each.id: each.title for each in at_site},
        open=_open(hours, query.window),
        claims=tuple(claims),
        items=await _items(ctx, claims, shown_ids, query),
        sessions=await _sessions(ctx, claims, query),
    )


def _related(at_site: Sequence[Resource], shown: Sequence[Resource]) -> dict[int, Resource]:
    """These resources with those above and below them in their trees, by id."""
    above = {each for resource in shown for each in resource.path}
    shown_ids = {resource.id for resource in shown}
    return {each.id: each for each in at_site if each.id in above or not shown_ids.isdisjoint(each.path)}


def _open(hours: Mapping[int, OpeningHours], window: Span) -> dict[int, Spans]:
    # Cached because most resources of a site have the same hours.
    spans = cache(lambda of_one: open_spans(of_one, window))
    return {resource_id: spans(of_one) for resource_id, of_one in hours.items()}


@internal
async def _items(
    ctx: Context, claims: Sequence[Claimed], resource_ids: Sequence[int], query: CalendarQuery
) -> dict[int, ItemView]:
    ids = list({claim.item_id for claim in claims if claim.item_id is not None})
    views = await find_views(ctx.db, ctx.account.id, ids) if ids else []
    if query.without_time:
        views += await _without_time(ctx, resource_ids, query.window)
    return {view.item.id: view for view in views if sees_item(ctx, view)}


async def _without_time(ctx: Context, resource_ids: Sequence[int], window: Span) -> list[ItemView]:
    filters = (
        Filter("taken_resource_id", "in", list(resource_ids)),
        Filter("state", "in", list(TAKES_NO_TIME)),
        Filter("session_id", "is_null"),
        Filter("starts_at", "less", window.end),
        Filter("ends_at", "greater", window.start),
    )
    page = await search_items(ctx, Query(CursorPage(MOST), filters, (Sort("starts_at"),), count=0))
    return page.rows


@internal
async def _sessions(ctx: Context, claims: Sequence[Claimed], query: CalendarQuery) -> dict[int, SessionWithSeats]:
    """The sessions that take these claims and, if they are asked for, those without a resource."""
    within = SessionQuery(ends_after=query.window.start, starts_before=query.window.end, limit=MOST)
    found, _ = await list_sessions(ctx.db, ctx.account.id, within, ctx.site_ids)
    ids = {claim.session_id for claim in claims}
    listed = [each for each in found if each.id in ids or (query.without_resource and each.resource_id is None)]
    sessions = [each for each in listed if ctx.principal.sees_resources(*each.resource_ids)]
    taken = await seats_taken(ctx.db, ctx.account.id, [each.id for each in sessions], ctx.now) if sessions else {}
    return {each.id: SessionWithSeats(each, taken[each.id]) for each in sessions}

"""What has changed in calendars, for pages that show one: which items and sessions, when, and on which resources."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.catalog.resources import list_resources
from kalends.actions.changes import MOST, changes, present_position
from kalends.actions.context import Context
from kalends.engine.bookings.change_set import Change
from kalends.engine.bookings.queries import SessionQuery
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.span import Span
from kalends.store.bookings.items import find_views
from kalends.store.bookings.sessions import list_sessions

_OF_CALENDARS = ("item", "session", "resource", "site")


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A change that calendars show: those of `site_ids`, where it is before or after it, or of all sites if there are
    none. `resources` are those whose calendar it is in, before or after it; None if all of the site may look different.
    `span` is when it takes place, before and after; None if at any time."""

    position: str
    kind: str
    id: int
    site_ids: tuple[int, ...]
    resources: tuple[int, ...] | None = None
    span: Span | None = None


@allow("read", "practitioner")
async def calendar_position(ctx: Context) -> str:
    """The position from which on a calendar that is read after it may have changed."""
    return await present_position(ctx)


@allow("read", "practitioner")
async def touched_after(ctx: Context, after: str, wait: float) -> tuple[str, list[Touched]]:
    """What was touched by the changes after a position, as far as the caller may see it, and the position after them.
    If nothing has changed, the first change is waited for, up to `wait` seconds.

    Raises Invalid(after: invalid, unknown).
    """
    page = await changes(ctx, after, MOST, wait=wait)
    if not page:
        return after, []
    known = await _known(ctx, page)
    touched = (_touched(change, known) for change in page)
    return page[-1].position, [each for each in touched if each is not None and _sees(ctx, each)]


def _sees(ctx: Context, touched: Touched) -> bool:
    of_all = touched.resources is None
    return (not touched.site_ids or any(map(ctx.sees, touched.site_ids))) and (
        of_all or ctx.principal.sees_resources(*touched.resources or ())
    )


class _Known(msgspec.Struct, frozen=True):
    """Items and sessions as they are now, also those of seats, as fields by kind and id, and the resources that the
    caller may see, by id."""

    records: Mapping[tuple[str, int], Mapping[str, Any]]
    resources: Mapping[int, Resource]


@internal
async def _known(ctx: Context, page: Sequence[Change]) -> _Known:
    items = list({change.subject_id for change in page if change.kind == "item"})
    sessions: set[int | None] = {change.subject_id for change in page if change.kind == "session"}
    sessions |= {(change.before or {}).get("session_id") for change in page if change.kind == "item"}
    records: dict[tuple[str, int], Mapping[str, Any]] = {}
    for view in await find_views(ctx.db, ctx.account.id, items) if items else []:
        records["item", view.item.id] = {**msgspec.structs.asdict(view.item), "at": view.site_id}
        sessions.add(view.item.session_id)
    if ids := tuple(each for each in sessions if each is not None):
        query = SessionQuery(ids=ids, with_deleted=True, limit=len(ids))
        for session in (await list_sessions(ctx.db, ctx.account.id, query))[0]:
            records["session", session.id] = msgspec.structs.asdict(session)
    every = await list_resources(ctx, with_inactive=True)
    return _Known(records, {resource.id: resource for resource in every})


def _touched(change: Change, known: _Known) -> Touched | None:
    if change.kind not in _OF_CALENDARS:
        return None
    if change.kind in ("site", "resource"):
        site_ids = (change.subject_id,) if change.kind == "site" else _sites_of_resource(change, known)
        touched = Touched(position=change.position, kind=change.kind, id=change.subject_id, site_ids=site_ids)
        return touched if site_ids else None
    record = known.records.get((change.kind, change.subject_id))
    if record is None:
        return None
    images = [record, {**record, **(change.before or {})}]
    ids = {each for image in images for each in _taken(image, known) if each}
    related = _related(ids, known.resources.values())
    own_sites = {known.resources[each].site_id for each in ids if each in known.resources}
    if ids and not own_sites:
        return None
    spans = [Span(_moment(image["starts_at"]), _moment(image["ends_at"])) for image in images]
    return Touched(
        position=change.position,
        kind=change.kind,
        id=change.subject_id,
        site_ids=_distinct(own_sites or [record.get("at")]),
        resources=tuple(sorted(related)) if ids else None,
        span=Span(min(span.start for span in spans), max(span.end for span in spans)),
    )


def _sites_of_resource(change: Change, known: _Known) -> tuple[int, ...]:
    """Where a resource stands, and where it stood."""
    now = known.resources.get(change.subject_id)
    return _distinct([(change.before or {}).get("site_id"), now.site_id if now else None])


def _distinct(ids: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(sorted({each for each in ids if each is not None}))


def _taken(image: Mapping[str, Any], known: _Known) -> Iterable[int | None]:
    """The resources of an item or a session, of a seat also those that its session takes besides its own."""
    session = known.records.get(("session", image.get("session_id") or 0), {})
    return (image["resource_id"], *(image["also_resource_ids"] or ()), *session.get("also_resource_ids", ()))


def _related(ids: Collection[int], resources: Iterable[Resource]) -> set[int]:
    """These resources, with those that they are parts of or that are parts of them."""
    every = list(resources)
    above = {each for resource in every if resource.id in ids for each in resource.path}
    return above | {resource.id for resource in every if not set(ids).isdisjoint(resource.path)}


def _moment(stored: Any) -> datetime:
    return msgspec.convert(stored, datetime)

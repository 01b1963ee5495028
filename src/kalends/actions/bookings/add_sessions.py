"""Adds group sessions, single ones and series."""

from collections.abc import Sequence
from uuid import uuid4

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.commit import commit_planned
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context
from kalends.engine.availability.openings import without_closings
from kalends.engine.bookings.change_set import change_set
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.overlap import IfTaken
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.references import References, trees_of
from kalends.engine.bookings.sessions import claims_of, ids_in_session, new_session
from kalends.engine.refusals import Closed
from kalends.engine.time.recurrence import Recurrence, expand
from kalends.engine.time.repeat_rule import RepeatRule, repeated
from kalends.engine.time.span import Span
from kalends.store.availability.openings import hours_of
from kalends.store.bookings.references import load_references
from kalends.store.ids import next_ids


@allow("book")
async def add_session(
    ctx: Context, patch: SessionPatch, overlap_allowed: bool = False, *, if_taken: IfTaken = "refuse"
) -> GroupSession:
    """Add a session. It takes the whole of its resources, if it has any, with the service's buffers.

    `overlap_allowed`: add it even if its resources are taken. `if_taken` overlap: only a person may be.

    Raises NotFound(service, resource, site), Retired(service, resource), Full, Stale, Invalid(starts_at, ends_at:
    blank; ends_at: before_start, out_of_range; capacity: out_of_range; service_id: not_bookable; site_id: not_served).
    """
    references = await load_references(ctx.db, ctx.account.id, ids_in_session(patch), ctx.site_ids)
    (session_id,) = await next_ids(ctx.db, "group_session")
    session = new_session(ctx.account, session_id, patch, references, ctx.author)
    await _commit_new(ctx, [session], references, overlap_allowed, if_taken)
    return session


@allow("book")
async def add_sessions(
    ctx: Context, patch: SessionPatch, recurrence: Recurrence, overlap_allowed: bool = False
) -> list[GroupSession]:
    """Add a series of sessions, all or none; at most MOST_OCCURRENCES. They have the same `series`.

    The patch describes the first one. Wall times are those of the site of its resource, else of the account. Days on
    which exceptions or holidays close one of its resources are left out.

    Raises Closed if no day is left, BadRecurrence(rrule, rdate, exdate), TooManyOccurrences, NotFound(service,
    resource, site), Retired(service, resource), Full, Stale, Invalid(starts_at, ends_at: blank; starts_at, rrule,
    rdate, exdate: out_of_range; ends_at: before_start, out_of_range; capacity: out_of_range; service_id: not_bookable;
    site_id: not_served).

    Source: MakePlans reference, Add recurring events.
    """
    references = await load_references(ctx.db, ctx.account.id, ids_in_session(patch), ctx.site_ids)
    first = new_session(ctx.account, 0, patch, references, ctx.author)
    zone = await zone_at(ctx, references.resources.get(first.resource_id or 0))
    resource_ids = [*first.also_resource_ids, *([] if first.resource_id is None else [first.resource_id])]
    hours = await hours_of(ctx.db, ctx.account.id, resource_ids, first.service_id)
    all_spans = expand(recurrence, Span(first.starts_at, first.ends_at), zone)
    spans = without_closings(hours.values(), all_spans, first.service_id)
    if not spans:
        raise Closed
    added = await _series_of(ctx, first, spans)
    await _commit_new(ctx, added, references, overlap_allowed)
    return added


@allow("book")
async def repeat_session(
    ctx: Context, patch: SessionPatch, rule: RepeatRule, *, if_taken: IfTaken = "refuse"
) -> list[GroupSession]:
    """Add a session and its repeats, all or none, also on days on which its resources are closed.

    They have the same `series`. Wall times are those of the site of its resource, else of the account. `if_taken`: as
    for `add_session`.

    Raises TooManyOccurrences, NotFound(service, resource, site), Retired(service, resource), Full, Stale,
    Invalid(starts_at, ends_at: blank; starts_at, rrule: out_of_range; ends_at: before_start, out_of_range; capacity:
    out_of_range; service_id: not_bookable; site_id: not_served).
    """
    references = await load_references(ctx.db, ctx.account.id, ids_in_session(patch), ctx.site_ids)
    first = new_session(ctx.account, 0, patch, references, ctx.author)
    zone = await zone_at(ctx, references.resources.get(first.resource_id or 0))
    added = await _series_of(ctx, first, repeated(rule, Span(first.starts_at, first.ends_at), zone))
    await _commit_new(ctx, added, references, overlap_allowed=False, if_taken=if_taken)
    return added


async def _series_of(ctx: Context, first: GroupSession, spans: Sequence[Span]) -> list[GroupSession]:
    """The sessions of a new series, which are as the first but for their times."""
    ids = await next_ids(ctx.db, "group_session", len(spans))
    series = str(uuid4())
    return [
        msgspec.structs.replace(first, id=session_id, series=series, starts_at=span.start, ends_at=span.end)
        for session_id, span in zip(ids, spans, strict=True)
    ]


async def _commit_new(
    ctx: Context,
    added: Sequence[GroupSession],
    references: References,
    overlap_allowed: bool,
    if_taken: IfTaken = "refuse",
) -> None:
    claims = claims_of(added, references, overlap_allowed)
    trees = trees_of(references.resources_of(claims))
    planned = change_set(ctx.author, "add", sessions=tuple(added), claims=claims, trees=trees)
    await commit_planned(ctx, planned, if_taken)

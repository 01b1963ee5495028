"""Extra openings of resources, and their usual hours by weekday."""

from uuid import uuid4

from kalends.actions.access import allow
from kalends.actions.catalog.resources import lock_resource
from kalends.actions.catalog.sites import site_id_or_first, zone_at
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_entry
from kalends.actions.save import add
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.availability.extra_opening import ExtraOpening, times_of
from kalends.engine.availability.weekday_hours import WeekdayHours
from kalends.engine.catalog.resource import Resource, check_active, check_site
from kalends.engine.query import Filter, OffsetPage, Page, Query
from kalends.engine.refusals import NotFound
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.engine.time.span import Span
from kalends.store.availability import query as store
from kalends.store.ids import next_ids


@allow("manage")
async def add_extra_openings(
    ctx: Context,
    resource_id: int,
    first: Span,
    rule: RepeatRule | None = None,
    *,
    site_id: int | None = None,
    resource_kind: str | None = None,
) -> list[ExtraOpening]:
    """Open a resource at a time besides its usual hours, and at its repeats; a day at most each time.

    With a `site_id` it must stand there; with a `resource_kind`, such as `person`, it must be one.

    Raises NotFound(resource, site), Retired(resource), Invalid(site_id: not_served; ends_at: before_start,
    out_of_range; starts_at, rrule: out_of_range), TooManyOccurrences.
    """
    async with transaction(ctx) as tx:
        refusals = AllRefusals()
        resource = None
        with refusals:
            resource = await _lock_active(tx, resource_id, resource_kind)
        with refusals:
            await _check_site(tx, resource, site_id)
        with refusals:
            times = times_of(first, rule, await zone_at(tx, resource))
        refusals.raise_any()
        ids = await next_ids(tx.db, "extra_opening", len(times))
        series = str(uuid4()) if rule else None
        openings = [
            ExtraOpening(
                account_id=ctx.account.id,
                id=opening_id,
                resource_id=resource_id,
                starts_at=time.start,
                ends_at=time.end,
                series=series,
                repeat_rule=rule,
                created_at=ctx.now,
                updated_at=ctx.now,
            )
            for opening_id, time in zip(ids, times, strict=True)
        ]
        for opening in openings:
            await add(tx, opening)
    return openings


@allow("manage")
async def remove_extra_opening(ctx: Context, opening_id: int, *, resource_id: int) -> None:
    """Remove an extra opening of a resource; what is booked then stays. Raises NotFound(resource, extra_opening)."""
    async with transaction(ctx) as tx:
        await lock_resource(tx, resource_id)
        query = Query(OffsetPage(1), (Filter("id", "equal", opening_id), Filter("resource_id", "equal", resource_id)))
        page = await query_extra_openings(tx, query)
        if not page.rows:
            raise NotFound("extra_opening", opening_id)
        await store.remove_extra_opening(tx.db, ctx.account.id, opening_id)
        await add_journal_entry(tx, "remove", page.rows[0], None)


@allow("read")
async def query_extra_openings(ctx: Context, query: Query) -> Page[ExtraOpening]:
    """One page of the extra openings at the caller's sites.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    return Page(*await store.query_extra_openings(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("read")
async def query_weekday_hours(ctx: Context, query: Query) -> Page[WeekdayHours]:
    """One page of the usual hours of the resources at the caller's sites, by weekday, as they are valid today; also of
    weekdays on which they are closed.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    return Page(*await store.query_weekday_hours(ctx.db, ctx.account.id, query, ctx.today, ctx.site_ids))


async def _lock_active(ctx: Context, resource_id: int, kind: str | None) -> Resource:
    """Raises NotFound(resource), also if it is of another kind, and Retired(resource)."""
    resource = await lock_resource(ctx, resource_id)
    if kind not in (None, resource.kind):
        raise NotFound("resource", resource_id)
    check_active([resource])
    return resource


async def _check_site(ctx: Context, resource: Resource | None, site_id: int | None) -> None:
    """Raises NotFound(site), Invalid(site_id: not_served)."""
    if site_id is not None:
        check_site(resource, await site_id_or_first(ctx, site_id))

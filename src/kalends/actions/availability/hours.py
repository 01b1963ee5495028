"""The hours that resources are open on given dates, and the exception days of one resource."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeAlias

from kalends.actions.access import allow
from kalends.actions.catalog.resources import get_resource, list_resources, lock_resource
from kalends.actions.catalog.services import get_service
from kalends.actions.context import Context, transaction
from kalends.actions.save import Subject, save_images
from kalends.engine.availability.exception_days import ChangedDays, ExceptionDay, ExceptionQuery
from kalends.engine.availability.openings import OpeningException, hours_by_day
from kalends.engine.query import Page
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.engine.time.clock import DAY
from kalends.engine.time.span import Span
from kalends.store.availability import exceptions
from kalends.store.availability.openings import hours_of

Pairs: TypeAlias = list[tuple[int, int]]
HoursByDay: TypeAlias = Mapping[date, Sequence[tuple[int, int]] | None]
"""Pairs of wall minutes (opens, closes) by day. An empty sequence means closed, None means the usual hours."""
MOST_DAYS = 366
_MOST_EXCEPTION_DAYS = 1000


@allow("read", "customer", "guest", "practitioner")
async def opening_hours(
    ctx: Context, resource_ids: Sequence[int] | None, first: date, last: date, service_id: int | None = None
) -> dict[int, list[tuple[date, Pairs]]]:
    """Return the hours on each date from `first` to `last` (inclusive), by resource id, for one service or for any.

    Of these resources, or of all active ones; unknown ids are left out. The hours of a date are pairs of wall minutes
    from its midnight, up to 2880, as they may last past the next midnight; an empty list means closed.

    Raises Invalid(last: before_start, out_of_range, beyond 366 days), NotFound(service).
    """
    check_days(first, last)
    if service_id is not None:
        await get_service(ctx, service_id)
    resources = await list_resources(ctx, with_inactive=resource_ids is not None)
    ids = [resource.id for resource in resources if resource_ids is None or resource.id in resource_ids]
    hours = await hours_of(ctx.db, ctx.account.id, ids, service_id)
    return {resource_id: hours_by_day(hours[resource_id], first, last, service_id) for resource_id in ids}


@allow("read")
async def list_exception_days(ctx: Context, query: ExceptionQuery) -> Page[ExceptionDay]:
    """Return one page of the exception days of a resource, by date; a longer exception counts as single days.

    Raises NotFound(resource).
    """
    await get_resource(ctx, query.resource_id)
    return Page(*await exceptions.list_days(ctx.db, ctx.account.id, query))


@allow("read")
async def get_exception_day(ctx: Context, resource_id: int, day: date, service_id: int | None = None) -> ExceptionDay:
    """Return a resource's hours on one exception day. Raises NotFound(resource, exception_day)."""
    query = ExceptionQuery(resource_id=resource_id, service_id=service_id, first=day, last=day, limit=1)
    page = await list_exception_days(ctx, query)
    if not page.rows:
        raise NotFound("exception_day", day)
    return page.rows[0]


@allow("manage")
async def set_exception_days(
    ctx: Context, resource_id: int, days: HoursByDay, service_id: int | None = None
) -> list[ExceptionDay]:
    """Set a resource's hours on these days, in place of any exceptions there; all days or none are written.

    With `service_id`, only the hours of that service, whose `own_hours` must not be False. Returns those of the days
    that are exceptions then. Raises NotFound(resource, service), Invalid(opens, closes: out_of_range; exception_day:
    too_many, beyond 1,000).
    """
    if len(days) > _MOST_EXCEPTION_DAYS:
        raise Invalid(Fault("exception_day", "too_many"))
    async with transaction(ctx) as tx:
        await lock_resource(tx, resource_id)
        return await _set_days(tx, resource_id, service_id, days)


@allow("manage")
async def set_all_exception_days(
    ctx: Context, resource_id: int, days: Mapping[int | None, HoursByDay]
) -> list[ExceptionDay]:
    """Set a resource's hours by service id and day; the key None holds the hours of the resource itself.

    All are written or none. Returns those of the days that are exceptions then. Raises NotFound(resource, service),
    Invalid(opens, closes: out_of_range; exception_day: too_many, beyond 1,000 for one service).
    """
    async with transaction(ctx) as tx:
        return [
            day
            for service_id, hours in days.items()
            for day in await set_exception_days(tx, resource_id, hours, service_id)
        ]


@allow("manage")
async def remove_exception_day(
    ctx: Context, resource_id: int, day: date, service_id: int | None = None
) -> ExceptionDay:
    """Return a day to the usual hours; returns the exception as it was. Raises NotFound(resource, exception_day)."""
    async with transaction(ctx) as tx:
        await lock_resource(tx, resource_id)
        present = await get_exception_day(tx, resource_id, day, service_id)
        await _set_days(tx, resource_id, service_id, {day: None})
        return present


def check_days(first: date, last: date, most: int = MOST_DAYS) -> None:
    """Raise Invalid(last: before_start, out_of_range) unless `last` is at most `most - 1` days after `first`."""
    if last < first:
        raise Invalid(Fault("last", "before_start"))
    if (last - first).days >= most:
        raise Invalid(Fault("last", "out_of_range"))


def check_window(window: Span) -> None:
    """Raises Invalid(ends_at: before_start, out_of_range) unless the window is of 366 days at most."""
    if window.end <= window.start:
        raise Invalid(Fault("ends_at", "before_start"))
    if window.duration > MOST_DAYS * DAY:
        raise Invalid(Fault("ends_at", "out_of_range"))


async def _set_days(ctx: Context, resource_id: int, service_id: int | None, days: HoursByDay) -> list[ExceptionDay]:
    """Write only the days that differ; returns those of the days that are exceptions then."""
    present = await _find_days(ctx, resource_id, service_id, days)
    after = {day: None if hours is None else tuple(sorted(hours)) for day, hours in sorted(days.items())}
    before = {day: present[day].hours if day in present else None for day in after}
    changed = {day: hours for day, hours in after.items() if hours != before[day]}
    if not changed:
        return list(present.values())
    closed = [OpeningException(day, day + DAY) for day, hours in changed.items() if hours == ()]
    opened = [OpeningException(day, day + DAY, *pair) for day, hours in changed.items() for pair in hours or ()]
    change = ChangedDays(resource_id, service_id, tuple(changed), (*closed, *opened))
    write = partial(exceptions.save_days, ctx.db, ctx.account.id, change, ctx.now)
    images = [{"hours": {str(day): hours[day] for day in changed}} for hours in (before, after)]
    after_image = {"service_id": service_id, **images[1]}
    await save_images(ctx, "except", Subject("resource", resource_id), images[0], after_image, write)
    return list((await _find_days(ctx, resource_id, service_id, days)).values())


async def _find_days(
    ctx: Context, resource_id: int, service_id: int | None, days: Collection[date]
) -> dict[date, ExceptionDay]:
    """Those of the days that are exceptions, by date."""
    exception_days = await exceptions.find_days(ctx.db, ctx.account.id, resource_id, service_id, list(days))
    return {exception_day.day: exception_day for exception_day in exception_days}

"""When resources are open on dates: the hours that result, and the days on which they are other than usual."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from kalends.actions.access import allow
from kalends.actions.catalog.resources import get_resource, list_resources, lock_resource
from kalends.actions.catalog.services import get_service
from kalends.actions.context import Context, transaction
from kalends.actions.journal import note_images
from kalends.engine.availability.openings import (
    ChangedDays,
    ExceptionDay,
    ExceptionQuery,
    OpeningException,
    hours_by_day,
)
from kalends.engine.query import Page
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.engine.time.clock import DAY
from kalends.store.availability import exceptions
from kalends.store.availability.openings import hours_of

Pairs: TypeAlias = list[tuple[int, int]]
HoursByDay: TypeAlias = Mapping[date, Sequence[tuple[int, int]] | None]
"""Pairs of wall minutes by day: none is closed, None is as usual."""
MOST_DAYS = 366
_AT_ONCE = 1000


@allow("read", "customer", "guest")
async def opening_hours(
    ctx: Context, resource_ids: Sequence[int] | None, first: date, last: date, service_id: int | None = None
) -> dict[int, list[tuple[date, Pairs]]]:
    """What these resources, or all active ones, are open on each date from `first` to `last`, for a service or any.

    Pairs of wall minutes from the date's midnight, up to 2880; none when closed. Resources that are not the account's
    are left out. Raises Invalid(last: before_start, or out_of_range beyond 366 days), NotFound(service).
    """
    check_days(first, last)
    if service_id is not None:
        await get_service(ctx, service_id)
    named = [one.id for one in await list_resources(ctx, with_inactive=resource_ids is not None)]
    ids = [one for one in named if resource_ids is None or one in resource_ids]
    hours = await hours_of(ctx.db, ctx.account.id, ids, service_id)
    return {one: hours_by_day(hours[one], first, last, service_id) for one in ids}


@allow("read")
async def list_exception_days(ctx: Context, query: ExceptionQuery) -> Page[ExceptionDay]:
    """One page of the days on which a resource is open otherwise, in their order; days of a long exception one by one.

    Raises NotFound(resource).
    """
    await get_resource(ctx, query.resource_id)
    return Page(*await exceptions.list_days(ctx.db, ctx.account.id, query))


@allow("read")
async def get_exception_day(ctx: Context, resource_id: int, day: date, service_id: int | None = None) -> ExceptionDay:
    """How a resource is open on a day that is not like others. Raises NotFound(resource or exception_day)."""
    query = ExceptionQuery(resource_id=resource_id, service_id=service_id, first=day, last=day, limit=1)
    page = await list_exception_days(ctx, query)
    if not page.rows:
        raise NotFound("exception_day", day)
    return page.rows[0]


@allow("manage")
async def set_exception_days(
    ctx: Context, resource_id: int, days: HoursByDay, service_id: int | None = None
) -> list[ExceptionDay]:
    """Have a resource be open at these pairs of minutes on these days, whatever it was: none is closed, None as usual.

    With `service_id` only for a service that has `own_hours`. All days or none; answers those that are not as usual.
    Raises NotFound(resource or service), Invalid(opens, closes, or exception_day: too_many).
    """
    if len(days) > _AT_ONCE:
        raise Invalid(Fault("exception_day", "too_many"))
    async with transaction(ctx) as tx:
        await lock_resource(tx, resource_id)
        return await _set_days(tx, resource_id, service_id, days)


@allow("manage")
async def set_all_exception_days(
    ctx: Context, resource_id: int, days: Mapping[int | None, HoursByDay]
) -> list[ExceptionDay]:
    """The same for several services, or none of them (None), all at once or not at all. Raises the same."""
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
    """The day is like others again. Raises NotFound(resource or exception_day)."""
    async with transaction(ctx) as tx:
        await lock_resource(tx, resource_id)
        present = await get_exception_day(tx, resource_id, day, service_id)
        await _set_days(tx, resource_id, service_id, {day: None})
        return present


def check_days(first: date, last: date, most: int = MOST_DAYS) -> None:
    """Raises Invalid(last: before_start or out_of_range) for days that nobody means to ask about."""
    if last < first:
        raise Invalid(Fault("last", "before_start"))
    if (last - first).days >= most:
        raise Invalid(Fault("last", "out_of_range"))


async def _set_days(ctx: Context, resource_id: int, service_id: int | None, days: HoursByDay) -> list[ExceptionDay]:
    """Only the days that differ are written."""
    present = await _days_of(ctx, resource_id, service_id, days)
    wanted = {day: None if hours is None else tuple(sorted(hours)) for day, hours in sorted(days.items())}
    before = {day: present[day].hours if day in present else None for day in wanted}
    differing = {day: hours for day, hours in wanted.items() if hours != before[day]}
    if not differing:
        return list(present.values())
    rows = [OpeningException(day, day + DAY) for day, hours in differing.items() if hours == ()]
    rows += [OpeningException(day, day + DAY, *pair) for day, hours in differing.items() for pair in hours or ()]
    change = ChangedDays(resource_id, service_id, tuple(differing), tuple(rows))
    await exceptions.save_days(ctx.db, ctx.account.id, change, ctx.now)
    images = [{"hours": {str(day): hours[day] for day in differing}} for hours in (before, wanted)]
    await note_images(ctx, "except", "resource", resource_id, images[0], {"service_id": service_id, **images[1]})
    return list((await _days_of(ctx, resource_id, service_id, days)).values())


async def _days_of(
    ctx: Context, resource_id: int, service_id: int | None, days: Collection[date]
) -> dict[date, ExceptionDay]:
    """Those of the days on which the resource is open otherwise, in their order."""
    found = await exceptions.find_days(ctx.db, ctx.account.id, resource_id, service_id, list(days))
    return {one.day: one for one in found}

"""Exceptions to the weekly openings of sites, resources, and services with their own hours."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import asyncpg

from kalends.engine.availability.exception_days import ChangedDays, ExceptionDay, ExceptionQuery
from kalends.engine.availability.openings import OpeningException
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns, fetch


async def find_exceptions(
    db: Db, account_id: int, site_id: int | None = None, resource_id: int | None = None
) -> list[OpeningException]:
    """List the exceptions of one site or of one resource itself, by day; exceptions of services' own hours excluded."""
    return await fetch(
        db,
        OpeningException,
        f"""
        select {columns(OpeningException)} from opening_exception
        where account_id = $1 and (site_id = $2 or resource_id = $3) and own_service_id is null
        order by day_from, opens, id
        """,
        account_id,
        site_id,
        resource_id,
    )


async def save_exceptions(
    db: Db,
    account_id: int,
    at: datetime,
    exceptions: Sequence[OpeningException],
    site_id: int | None = None,
    resource_id: int | None = None,
) -> None:
    """Replace the exceptions of one site or of one resource; exceptions of services' own hours there stay."""
    await db.execute(
        """
        delete from opening_exception
        where account_id = $1 and (site_id = $2 or resource_id = $3) and own_service_id is null
        """,
        account_id,
        site_id,
        resource_id,
    )
    await db.execute(
        """
        insert into opening_exception
            (account_id, site_id, resource_id, day_from, day_until, opens, closes, title, service_ids,
                created_at, updated_at)
        select $1, $2, $3, e.day_from, e.day_until, e.opens, e.closes, e.title, e.service_ids, $5, $5
        from jsonb_populate_recordset(null::opening_exception, $4) e
        """,
        account_id,
        site_id,
        resource_id,
        exceptions,
        at,
    )


async def remove_exception(db: Db, account_id: int, exception_id: int) -> None:
    """Delete an exception of a site or of a resource."""
    await db.execute("delete from opening_exception where account_id = $1 and id = $2", account_id, exception_id)


# A longer exception is expanded into its days; of one without an end, into the first ten years.
_FROM_DAYS = """
    from opening_exception e
    cross join lateral generate_series(
        greatest(e.day_from, $4), least(e.day_until - 1, $5, greatest(e.day_from, $4) + 3660), interval '1 day') as day
    where e.account_id = $1 and e.resource_id = $2 and e.own_service_id is not distinct from $3
        and e.service_ids is null
    """


async def list_days(db: Db, account_id: int, query: ExceptionQuery) -> tuple[list[ExceptionDay], int]:
    """Return one page of the exception days of a resource, by date, and how many there are in all."""
    values = (account_id, query.resource_id, query.service_id, query.first, query.last)
    rows = await db.fetch(
        f"""
        select day::date, bool_or(e.opens is null), array_agg(e.opens order by e.opens),
            array_agg(e.closes order by e.opens), max(e.title), min(e.created_at), max(e.updated_at)
        {_FROM_DAYS} group by day order by day limit $6 offset $7
        """,
        *values,
        query.limit,
        query.offset,
    )
    total: int = await db.fetchval(f"select count(distinct day) {_FROM_DAYS}", *values)
    return [_day(query.resource_id, query.service_id, row) for row in rows], total


async def find_days(
    db: Db, account_id: int, resource_id: int, service_id: int | None, days: Collection[date]
) -> list[ExceptionDay]:
    """Return those of the days that are exceptions of a resource, or of a service's own hours there, by date."""
    rows = await db.fetch(
        """
        select day, bool_or(e.opens is null), array_agg(e.opens order by e.opens),
            array_agg(e.closes order by e.opens), max(e.title), min(e.created_at), max(e.updated_at)
        from unnest($4::date[]) as day
        join opening_exception e on e.account_id = $1 and e.day_from <= day and day < e.day_until
        where e.resource_id = $2 and e.own_service_id is not distinct from $3 and e.service_ids is null
        group by day order by day
        """,
        account_id,
        resource_id,
        service_id,
        days,
    )
    return [_day(resource_id, service_id, row) for row in rows]


_SAVE_DAYS = """
    with requested as (select range_agg(daterange(day, day + 1)) as days from unnest($4::date[]) as day), cut as (
        delete from opening_exception e using requested
        where account_id = $1 and resource_id = $2 and own_service_id is not distinct from $3
            and service_ids is null and daterange(day_from, day_until) && requested.days
        returning e.day_from, e.day_until, e.opens, e.closes, e.title, e.created_at, e.updated_at,
            datemultirange(daterange(day_from, day_until)) - requested.days as rest
    ), replaced as (
        select day, created_at from cut join unnest($4::date[]) as day on day >= day_from and day < day_until
    ), kept as (
        select lower(part) as day_from, upper(part) as day_until, opens, closes, title, created_at, updated_at
        from cut cross join lateral unnest(rest) as part
        union all
        select day_from, day_until, opens, closes, title,
            coalesce((select min(created_at) from replaced where day = e.day_from), $6), $6
        from jsonb_populate_recordset(null::opening_exception, $5) e
    )
    insert into opening_exception (account_id, resource_id, own_service_id, day_from, day_until, opens, closes, title,
        created_at, updated_at)
    select $1, $2, $3, day_from, day_until, opens, closes, title, created_at, updated_at from kept
    """


async def save_days(db: Db, account_id: int, change: ChangedDays, at: datetime) -> None:
    """Replace the exceptions on these days; longer exceptions are cut around them. Raises NotFound(service)."""
    owner = change.resource_id, change.service_id
    with conflicts():
        await db.execute(_SAVE_DAYS, account_id, *owner, change.days, change.exceptions, at)


def _day(resource_id: int, service_id: int | None, row: asyncpg.Record) -> ExceptionDay:
    day, closed, opens, closes, title, created_at, updated_at = row
    hours = () if closed else tuple(zip(opens, closes, strict=True))
    return ExceptionDay(resource_id, service_id, day, hours, title, created_at, updated_at)

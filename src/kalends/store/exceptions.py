"""Days that are not like others: opening exceptions, and calendars of holidays."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from kalends.engine.listing import ExceptionQuery
from kalends.engine.openings import ExceptionDay, HolidayCalendar, OpeningException
from kalends.store.conflicts import conflicts
from kalends.store.db import Db


async def find_exceptions(
    db: Db, account_id: int, site_id: int | None = None, resource_id: int | None = None
) -> list[OpeningException]:
    """The exceptions of one site or one resource itself, in the order of their days; without services' own hours."""
    rows = await db.fetch(
        """
        select to_jsonb(e) from opening_exception e
        where account_id = $1 and (site_id = $2 or resource_id = $3) and own_service_id is null
        order by day_from, opens, id
        """,
        account_id,
        site_id,
        resource_id,
    )
    return msgspec.convert([row[0] for row in rows], list[OpeningException])


async def save_exceptions(
    db: Db,
    account_id: int,
    at: datetime,
    exceptions: Sequence[OpeningException],
    site_id: int | None = None,
    resource_id: int | None = None,
) -> None:
    """Replace the exceptions of one site or one resource by these, but for services' own hours there."""
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


# A long exception stands for each of its days; of one without end the first ten years are enough.
_DAYS = """
    from opening_exception e
    cross join lateral generate_series(
        greatest(e.day_from, $4), least(e.day_until - 1, $5, greatest(e.day_from, $4) + 3660), interval '1 day') as day
    where e.account_id = $1 and e.resource_id = $2 and e.own_service_id is not distinct from $3
        and e.service_ids is null
    """


async def list_days(db: Db, account_id: int, query: ExceptionQuery) -> tuple[list[ExceptionDay], int]:
    """One page of the days that exceptions of a resource make, in order, and the count of all."""
    values = (account_id, query.resource_id, query.service_id, query.first, query.last)
    rows = await db.fetch(
        f"""
        select day::date, bool_or(e.opens is null), array_agg(e.opens order by e.opens),
            array_agg(e.closes order by e.opens), max(e.title), min(e.created_at), max(e.updated_at)
        {_DAYS} group by day order by day limit $6 offset $7
        """,
        *values,
        query.limit,
        query.offset,
    )
    total: int = await db.fetchval(f"select count(distinct day) {_DAYS}", *values)
    found = [
        ExceptionDay(
            query.resource_id, query.service_id, day, () if closed else tuple(zip(opens, closes, strict=True)), *rest
        )
        for day, closed, opens, closes, *rest in rows
    ]
    return found, total


async def save_day(
    db: Db, account_id: int, asked: ExceptionQuery, rows: Sequence[OpeningException], now: datetime
) -> list[tuple[int | None, int | None]] | None:
    """Replace what is said of the day `asked.first`; a longer exception is cut around it. Answers what was said."""
    cut = await db.fetch(
        """
        with cut as (
            delete from opening_exception
            where account_id = $1 and resource_id = $2 and own_service_id is not distinct from $3
                and service_ids is null and day_from <= $4 and day_until > $4
            returning *
        ), rest as (
            insert into opening_exception (account_id, resource_id, own_service_id, day_from, day_until, opens, closes,
                title, created_at, updated_at)
            select $1, $2, $3, part.day_from, part.day_until, opens, closes, title, created_at, updated_at
            from cut cross join lateral (
                values (cut.day_from, $4), ($4 + 1, cut.day_until)) as part (day_from, day_until)
            where part.day_from < part.day_until
        ) select opens, closes, created_at from cut order by opens
        """,
        account_id,
        asked.resource_id,
        asked.service_id,
        asked.first,
    )
    with conflicts():
        await db.execute(
            """
            insert into opening_exception (account_id, resource_id, own_service_id, day_from, day_until, opens, closes,
                title, created_at, updated_at)
            select $1, $2, $3, e.day_from, e.day_until, e.opens, e.closes, e.title, $5, $6
            from jsonb_populate_recordset(null::opening_exception, $4) e
            """,
            account_id,
            asked.resource_id,
            asked.service_id,
            rows,
            min((row["created_at"] for row in cut), default=now),
            now,
        )
    return [(row["opens"], row["closes"]) for row in cut] or None


async def find_calendars(db: Db, account_id: int) -> dict[str, tuple[int, HolidayCalendar]]:
    """The account's calendars of holidays with their ids, by name."""
    rows = await db.fetch(
        """
        select name, id, to_jsonb(c) || jsonb_build_object('days', (
            select coalesce(jsonb_agg(jsonb_build_array(day, title) order by day), '[]') from holiday
            where account_id = $1 and calendar_id = c.id))
        from holiday_calendar c where account_id = $1
        """,
        account_id,
    )
    return {name: (calendar_id, msgspec.convert(said, HolidayCalendar)) for name, calendar_id, said in rows}


async def save_calendar(db: Db, account_id: int, name: str, calendar: HolidayCalendar) -> int:
    """Keep a calendar under its name, whether or not there was one; answers its id."""
    calendar_id: int = await db.fetchval(
        """
        insert into holiday_calendar (account_id, name, country, subdivision) values ($1, $2, $3, $4)
        on conflict (account_id, name) do update set (country, subdivision) = (excluded.country, excluded.subdivision)
        returning id
        """,
        account_id,
        name,
        calendar.country,
        calendar.subdivision,
    )
    await db.execute("delete from holiday where account_id = $1 and calendar_id = $2", account_id, calendar_id)
    await db.execute(
        "insert into holiday select $1, $2, day, title from unnest($3::date[], $4::text[]) as own (day, title)",
        account_id,
        calendar_id,
        [day for day, _ in calendar.days],
        [title for _, title in calendar.days],
    )
    return calendar_id

"""Days that are not like others: opening exceptions, and calendars of holidays."""

from collections.abc import Sequence

import msgspec

from kalends.engine.openings import HolidayCalendar, OpeningException
from kalends.store.db import Db


async def find_exceptions(
    db: Db, account_id: int, site_id: int | None = None, resource_id: int | None = None
) -> list[OpeningException]:
    """The exceptions of one site or one resource itself, in the order of their days."""
    rows = await db.fetch(
        """
        select to_jsonb(e) from opening_exception e
        where account_id = $1 and (site_id = $2 or resource_id = $3) order by day_from, opens, id
        """,
        account_id,
        site_id,
        resource_id,
    )
    return msgspec.convert([row[0] for row in rows], list[OpeningException])


async def save_exceptions(
    db: Db,
    account_id: int,
    exceptions: Sequence[OpeningException],
    site_id: int | None = None,
    resource_id: int | None = None,
) -> None:
    """Replace the exceptions of one site or one resource by these."""
    await db.execute(
        "delete from opening_exception where account_id = $1 and (site_id = $2 or resource_id = $3)",
        account_id,
        site_id,
        resource_id,
    )
    await db.execute(
        """
        insert into opening_exception
            (account_id, site_id, resource_id, day_from, day_until, opens, closes, title, service_ids)
        select $1, $2, $3, e.day_from, e.day_until, e.opens, e.closes, e.title, e.service_ids
        from jsonb_populate_recordset(null::opening_exception, $4) e
        """,
        account_id,
        site_id,
        resource_id,
        exceptions,
    )


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

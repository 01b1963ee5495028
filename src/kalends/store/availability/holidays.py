"""Holiday calendars."""

from kalends.engine.availability.holidays import HolidayCalendar
from kalends.store.db import Db


async def find_calendars(db: Db, account_id: int) -> dict[str, tuple[int, HolidayCalendar]]:
    """Return the account's holiday calendars, each with its id, by name."""
    rows = await db.fetch(
        """
        select name, id, country, subdivision,
            array(select day from holiday where account_id = $1 and calendar_id = c.id order by day),
            array(select title from holiday where account_id = $1 and calendar_id = c.id order by day)
        from holiday_calendar c where account_id = $1
        """,
        account_id,
    )
    return {
        name: (calendar_id, HolidayCalendar(country, subdivision, tuple(zip(days, titles, strict=True))))
        for name, calendar_id, country, subdivision, days, titles in rows
    }


async def save_calendar(db: Db, account_id: int, name: str, calendar: HolidayCalendar) -> int:
    """Insert or replace the calendar with this name; returns its id."""
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
        """
        insert into holiday (account_id, calendar_id, day, title)
        select $1, $2, day, title from unnest($3::date[], $4::text[]) as own (day, title)
        """,
        account_id,
        calendar_id,
        [day for day, _ in calendar.days],
        [title for _, title in calendar.days],
    )
    return calendar_id

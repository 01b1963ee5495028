"""Public holidays, and the account's holiday calendars, which sites refer to."""

from collections.abc import Mapping
from datetime import date

import msgspec

from kalends.actions.access import allow
from kalends.actions.availability.hours import check_days
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_images
from kalends.engine.availability.openings import HolidayCalendar, holidays_between
from kalends.engine.time.clock import DAY
from kalends.store.availability import holidays
from kalends.store.catalog.sites import find_sites

_MOST_DAYS = 3660  # ten years


@allow("read", "customer", "guest")
async def list_holidays(ctx: Context, first: date, last: date) -> list[tuple[date, str]]:
    """List the holidays from `first` to `last` (inclusive) in the calendars of the caller's sites, with their titles.

    If no site has a calendar, the public holidays of the account's country. Raises Invalid(last: before_start,
    out_of_range, beyond ten years; country, subdivision: unknown).
    """
    check_days(first, last, _MOST_DAYS)
    sites = await find_sites(ctx.db, ctx.account.id)
    site_calendar_ids = {site.holiday_calendar_id for site in sites if ctx.sees(site.id)}
    account_calendars = await holidays.find_calendars(ctx.db, ctx.account.id)
    calendars = [calendar for id_, calendar in account_calendars.values() if id_ in site_calendar_ids]
    titles: dict[date, str] = {}
    for calendar in calendars or [HolidayCalendar(ctx.account.country)]:
        titles = holidays_between(calendar, first, last + DAY) | titles
    return sorted(titles.items())


@allow("read")
async def list_calendars(ctx: Context) -> Mapping[str, tuple[int, HolidayCalendar]]:
    """Return the account's holiday calendars, each with its id, by name."""
    return await holidays.find_calendars(ctx.db, ctx.account.id)


@allow("manage", whole_account=True)
async def set_calendar(ctx: Context, name: str, calendar: HolidayCalendar) -> int:
    """Add or replace the holiday calendar with this name; returns its id.

    Raises Forbidden to a key that is limited to sites, Invalid(country, subdivision: unknown).
    """
    # Evaluated once, so that an unknown country is refused here and not when somebody books.
    holidays_between(calendar, ctx.today, ctx.today)
    async with transaction(ctx) as tx:
        present = (await holidays.find_calendars(tx.db, ctx.account.id)).get(name)
        if present and present[1] == calendar:
            return present[0]
        calendar_id = await holidays.save_calendar(tx.db, ctx.account.id, name, calendar)
        after = {"name": name, **msgspec.structs.asdict(calendar)}
        before = {"name": name, **msgspec.structs.asdict(present[1])} if present else None
        await add_journal_images(tx, "change" if before else "add", "holiday_calendar", calendar_id, before, after)
    return calendar_id

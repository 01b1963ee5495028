"""Holidays, and the calendars of them that sites keep."""

from collections.abc import Mapping
from datetime import date

import msgspec

from kalends.actions.access import allow
from kalends.actions.availability.hours import check_days
from kalends.actions.context import Context, transaction
from kalends.actions.journal import note_images
from kalends.engine.availability.openings import HolidayCalendar, holidays_between
from kalends.engine.time.clock import DAY
from kalends.store.availability import holidays
from kalends.store.catalog.sites import find_sites

_LONGEST_LOOK = 3660


@allow("read", "customer", "guest")
async def list_holidays(ctx: Context, first: date, last: date) -> list[tuple[date, str]]:
    """The public holidays from `first` to `last` that some site keeps, or of the account's country if none does.

    Raises Invalid(last: before_start, or out_of_range beyond ten years).
    """
    check_days(first, last, _LONGEST_LOOK)
    sites = await find_sites(ctx.db, ctx.account.id)
    kept = {site.holiday_calendar_id for site in sites if ctx.sees(site.id)}
    calendars = [
        calendar for id_, calendar in (await holidays.find_calendars(ctx.db, ctx.account.id)).values() if id_ in kept
    ]
    found: dict[date, str] = {}
    for calendar in calendars or [HolidayCalendar(ctx.account.country)]:
        found = holidays_between(calendar, first, last + DAY) | found
    return sorted(found.items())


@allow("read")
async def list_calendars(ctx: Context) -> Mapping[str, tuple[int, HolidayCalendar]]:
    """The account's calendars of holidays with their ids, by name."""
    return await holidays.find_calendars(ctx.db, ctx.account.id)


@allow("manage", whole_account=True)
async def set_calendar(ctx: Context, name: str, wanted: HolidayCalendar) -> int:
    """Add or replace the calendar of that name; answers its id. Raises Invalid(country, subdivision: unknown)."""
    # Asked once, so that a country that nobody knows is refused here and not on somebody's booking.
    holidays_between(wanted, ctx.today, ctx.today)
    async with transaction(ctx) as tx:
        known = (await holidays.find_calendars(tx.db, ctx.account.id)).get(name)
        if known and known[1] == wanted:
            return known[0]
        calendar_id = await holidays.save_calendar(tx.db, ctx.account.id, name, wanted)
        after = {"name": name, **msgspec.structs.asdict(wanted)}
        before = {"name": name, **msgspec.structs.asdict(known[1])} if known else None
        await note_images(tx, "change" if before else "add", "holiday_calendar", calendar_id, before, after)
    return calendar_id

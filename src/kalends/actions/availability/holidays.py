"""Public holidays, and the account's holiday calendars, which sites refer to."""

from collections.abc import Mapping
from datetime import date

import msgspec

from kalends.actions.access import allow
from kalends.actions.accounts.settings import change_settings
from kalends.actions.availability.hours import check_days
from kalends.actions.catalog.sites import change_site, get_site, list_sites
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_images
from kalends.engine.accounts.account import Settings, SettingsPatch
from kalends.engine.availability.holidays import HolidayCalendar, check_calendar, holidays_between
from kalends.engine.catalog.site import SitePatch
from kalends.engine.time.clock import DAY
from kalends.store.availability import holidays
from kalends.store.catalog.sites import find_sites

_MOST_DAYS = 3660  # ten years


@allow("read", "customer", "guest", "practitioner")
async def list_holidays(ctx: Context, first: date, last: date, site_id: int | None = None) -> list[tuple[date, str]]:
    """List the holidays from `first` to `last` (inclusive) in the calendar of a site, or in those of all of the
    caller's sites (None), with their titles.

    If no site has a calendar, the public holidays of the account's country. Raises NotFound(site), Invalid(last:
    before_start, out_of_range, beyond ten years; country, subdivision: unknown).
    """
    check_days(first, last, _MOST_DAYS)
    sites = await list_sites(ctx) if site_id is None else [await get_site(ctx, site_id)]
    site_calendar_ids = {site.holiday_calendar_id for site in sites}
    account_calendars = await holidays.find_calendars(ctx.db, ctx.account.id)
    calendars = [calendar for id_, calendar in account_calendars.values() if id_ in site_calendar_ids]
    titles: dict[date, str] = {}
    for calendar in calendars or [HolidayCalendar(ctx.account.country)]:
        titles = holidays_between(calendar, first, last + DAY) | titles
    return sorted(titles.items())


@allow("read")
async def is_closed_for_holidays(ctx: Context) -> bool:
    """Whether any of the caller's sites is closed on the holidays of a calendar."""
    sites = await find_sites(ctx.db, ctx.account.id)
    return any(site.holiday_calendar_id is not None for site in sites if ctx.sees(site.id))


@allow("manage", whole_account=True)
async def change_settings_and_closing(ctx: Context, patch: SettingsPatch, closed: bool | None) -> Settings:
    """Change the account's settings and whether its sites are closed on holidays (None: as they are).

    Closed, sites without a holiday calendar get that of the account's country; open, no site has one. Raises what
    `change_settings` raises, and Invalid(country: unknown) if nothing is known of the country's holidays.
    """
    async with transaction(ctx) as tx:
        settings = await change_settings(tx, patch)
        if closed is not None and closed != await is_closed_for_holidays(tx):
            country = settings.account.country
            calendar_id = await _calendar_of(tx, country) if closed else None
            for site in await find_sites(tx.db, tx.account.id):
                await change_site(tx, site.id, SitePatch(holiday_calendar_id=calendar_id))
        return settings


@allow("read", "practitioner")
async def list_calendars(ctx: Context) -> Mapping[str, tuple[int, HolidayCalendar]]:
    """Return the account's holiday calendars, each with its id, by name."""
    return await holidays.find_calendars(ctx.db, ctx.account.id)


@allow("manage", whole_account=True)
async def set_calendar(ctx: Context, name: str, calendar: HolidayCalendar) -> int:
    """Add or replace the holiday calendar with this name; returns its id.

    Raises Forbidden to a key that is limited to sites, Invalid(name: blank, invalid, too_long; country, subdivision:
    unknown; days/N/date: invalid for a date that is there before; days/N/title: invalid, too_long).
    """
    check_calendar(name, calendar, ctx.today)
    calendar = msgspec.structs.replace(calendar, days=tuple(sorted(calendar.days)))
    async with transaction(ctx) as tx:
        present = (await holidays.find_calendars(tx.db, ctx.account.id)).get(name)
        if present and present[1] == calendar:
            return present[0]
        calendar_id = await holidays.save_calendar(tx.db, ctx.account.id, name, calendar)
        after = {"name": name, **msgspec.structs.asdict(calendar)}
        before = {"name": name, **msgspec.structs.asdict(present[1])} if present else None
        await add_journal_images(tx, "change" if before else "add", "holiday_calendar", calendar_id, before, after)
    return calendar_id


async def _calendar_of(ctx: Context, country: str) -> int:
    """The id of the calendar that is named like the country, as it is there or new."""
    present = (await holidays.find_calendars(ctx.db, ctx.account.id)).get(country)
    return present[0] if present else await set_calendar(ctx, country, HolidayCalendar(country))

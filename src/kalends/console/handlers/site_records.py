"""Sites as they are set up: name, address, clock and holidays."""

import msgspec

from kalends.actions.availability.holidays import list_calendars, set_calendar
from kalends.actions.catalog.sites import add_site, change_site, get_site, list_sites
from kalends.actions.context import Context, transaction
from kalends.console.pages import language
from kalends.console.records import Parts, Records
from kalends.console.values import Values
from kalends.console.views.forms import own_name
from kalends.console.views.records import Page
from kalends.console.views.sites import PATH, SentSite, sent_site, site_fields, sites_table
from kalends.console.views.tables import Table
from kalends.engine.availability.holidays import HolidayCalendar
from kalends.engine.catalog.site import Site
from kalends.web.call import call_of
from kalends.web.door import WebRequest


async def _table(request: WebRequest, ctx: Context, with_archived: bool) -> Table:
    return sites_table(await list_sites(ctx), with_archived)


async def _calendars(ctx: Context) -> dict[str, int]:
    return {name: calendar_id for name, (calendar_id, _) in (await list_calendars(ctx)).items()}


async def _fields(request: WebRequest, ctx: Context, site: Site | None) -> Parts:
    return site_fields(site, ctx.account, await _calendars(ctx), language(call_of(request)))


async def _parse(ctx: Context, values: Values, site: Site | None) -> SentSite:
    return sent_site(values, ctx.account, await _calendars(ctx))


async def _save(ctx: Context, site: Site | None, sent: SentSite) -> Site:
    """Add or change a site; a calendar of a country is made when the first site asks for it."""
    async with transaction(ctx) as tx:
        calendar = sent.holidays
        if isinstance(calendar, str):
            calendar = await set_calendar(tx, calendar, HolidayCalendar(calendar))
        patch = msgspec.structs.replace(sent.patch, holiday_calendar_id=calendar)
        return await add_site(tx, patch) if site is None else await change_site(tx, site.id, patch)


SITES = Records(
    path=PATH,
    title="sites.list",
    new_title="sites.new",
    hint="sites.hint",
    table=_table,
    get=get_site,
    name=lambda site: own_name(site.name),
    fields=_fields,
    parse=_parse,
    save=_save,
    adds=add_site,
    pages=lambda site: (Page("hours.title", f"/sites/{site.id}/hours"),),
)

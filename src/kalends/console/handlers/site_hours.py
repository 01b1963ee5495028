"""When a site is open: this week at a glance, days that are different, holidays, and what is booked outside of it."""

from datetime import timedelta

from kalends.actions.access import may
from kalends.actions.availability.exceptions import query_exceptions
from kalends.actions.availability.extra_openings import add_extra_openings
from kalends.actions.availability.holidays import list_calendars, list_holidays
from kalends.actions.availability.hours import opening_hours
from kalends.actions.bookings.outside import booked_outside_at
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import change_site, get_site
from kalends.actions.context import Context
from kalends.console.fields import query_fields
from kalends.console.handlers.site_extra_openings import extra_openings_at
from kalends.console.screens import draw_at
from kalends.console.site_times import times_at
from kalends.console.views.hours import exceptions_table, holidays_table, outside_view, week_table
from kalends.console.views.tables import Table
from kalends.console.views.times import Times
from kalends.engine.catalog.site import Site
from kalends.engine.query import Filter, OffsetPage, Query, Sort
from kalends.engine.time.clock import DAY, wall
from kalends.web.door import Answer, WebRequest

_MOST_EXCEPTIONS = 200
_YEAR = timedelta(days=365)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """All of it."""
    site = await get_site(ctx, request.path_params["site_id"])
    times = times_at(request, ctx, site)
    resources = [each for each in await list_resources(ctx) if each.site_id == site.id]
    today, _ = wall(ctx.now, times.zone)
    hours = await opening_hours(ctx, [each.id for each in resources], today, today + 6 * DAY)
    may_manage = may(ctx, change_site)
    return await draw_at(
        request,
        ctx,
        site,
        "site_hours.html",
        path_here=f"/sites/{site.id}",
        name=site.name,
        week=week_table(resources, hours),
        outside=outside_view(await booked_outside_at(ctx, site.id), {each.id: each for each in resources}, times),
        exceptions=await exceptions_of(ctx, times, f"/sites/{site.id}", editable=may_manage, site_id=site.id),
        extra=await extra_openings_at(ctx, resources, times),
        may_open=may(ctx, add_extra_openings),
        holidays=await holidays_at(ctx, site, times),
        saved=query_fields(request, "note")["note"] == "saved",
        may_manage=may_manage,
    )


async def exceptions_of(
    ctx: Context,
    times: Times,
    path: str,
    *,
    editable: bool,
    resource_id: int | None = None,
    site_id: int | None = None,
) -> Table:
    """The exceptions of a resource or of a site that are not over, as a table."""
    today, _ = wall(ctx.now, times.zone)
    owner = Filter("resource_id", "equal", resource_id) if resource_id else Filter("site_id", "equal", site_id)
    query = Query(
        OffsetPage(_MOST_EXCEPTIONS), (owner, Filter("day_until", "greater", today)), (Sort("day_from"),), count=0
    )
    page = await query_exceptions(ctx, query)
    return exceptions_table(page.rows, f"{path}/exceptions", times, of_site=resource_id is None, editable=editable)


async def holidays_at(ctx: Context, site: Site, times: Times) -> Table:
    """The holidays of the next year on which a site is closed; none, if it has no calendar of them."""
    today, _ = wall(ctx.now, times.zone)
    is_known = any(site.holiday_calendar_id == calendar_id for calendar_id, _ in (await list_calendars(ctx)).values())
    holidays = await list_holidays(ctx, today, today + _YEAR, site.id) if is_known else []
    return holidays_table(holidays, times)

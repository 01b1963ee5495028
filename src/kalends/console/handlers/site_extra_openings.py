"""Extra openings of a site: some or all of those who can be booked there are open at a time besides their hours."""

from collections.abc import Mapping, Sequence

from kalends.actions.access import check_may
from kalends.actions.availability.extra_openings import add_extra_openings, query_extra_openings
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import get_site
from kalends.actions.context import Context
from kalends.console.fields import attempt, read_fields
from kalends.console.screens import draw_form, refilled
from kalends.console.site_times import times_at
from kalends.console.views.extra_openings import (
    FIELDS,
    NAMES,
    extra_form,
    sent_extra_opening,
    sent_resources,
    site_extra_table,
)
from kalends.console.views.forms import Complaint
from kalends.console.views.tables import PAGE_SIZE, Table
from kalends.console.views.times import Times
from kalends.engine.catalog.resource import Resource
from kalends.engine.query import Filter, OffsetPage, Query, Sort
from kalends.notices.texts import Message
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def extra_openings_at(ctx: Context, resources: Sequence[Resource], times: Times) -> Table:
    """The next ones of the resources of a site, for the page of its hours."""
    titles = {resource.id: resource.title for resource in resources}
    filters = (Filter("resource_id", "in", tuple(titles)), Filter("ends_at", "greater", ctx.now))
    page = await query_extra_openings(ctx, Query(OffsetPage(PAGE_SIZE), filters, (Sort("starts_at"),), count=0))
    return site_extra_table(page.rows, titles, times)


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form to add one."""
    check_may(ctx, add_extra_openings)
    return await _draw(request, ctx)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Add one, and its repeats, to each of the resources."""
    site = await get_site(ctx, request.path_params["site_id"])
    sent = await read_fields(request, *FIELDS, many=("resource_ids",))
    first, rule, values = sent_extra_opening(sent, times_at(request, ctx, site))
    resource_ids = sent_resources(values)

    async def act(tx: Context) -> None:
        if first is None:
            return
        for resource_id in resource_ids:
            await add_extra_openings(tx, resource_id, first, rule, site_id=site.id)

    _, complaint = await attempt(ctx, values, act, {**NAMES, "resource": "resource_ids", "site_id": "resource_ids"})
    if complaint:
        return await _draw(request, ctx, sent, complaint)
    return redirect(call_of(request), f"/sites/{site.id}/hours", note="saved")


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    site = await get_site(ctx, request.path_params["site_id"])
    resources = [each for each in await list_resources(ctx) if each.site_id == site.id and not each.always_open]
    form = extra_form(f"/sites/{site.id}/extra-openings", f"/sites/{site.id}/hours", resources)
    title = Message("hours.new_extra_at", {"name": site.name})
    form = refilled(request, form, sent, complaint)
    return await draw_form(request, ctx, title, form, "hours.extra_hint", site=site)

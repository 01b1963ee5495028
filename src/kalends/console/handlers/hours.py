"""When a resource is open: its week, what holds for a while only, exceptions, and what is booked outside of them."""

from collections.abc import Awaitable, Callable, Mapping

from kalends.actions.access import check_may, may
from kalends.actions.availability.weekly_hours import get_weekly_hours, set_weekly_hours
from kalends.actions.bookings.outside import Outside, booked_outside
from kalends.actions.catalog.resources import get_resource, list_resources
from kalends.actions.catalog.services import list_services
from kalends.actions.catalog.sites import change_site, get_site
from kalends.actions.context import Context, rolled_back
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.handlers.extra_openings import extra_openings_of
from kalends.console.handlers.site_hours import exceptions_of, holidays_at
from kalends.console.screens import draw_at, draw_form, refilled
from kalends.console.site_times import times_at
from kalends.console.views import limited_hours, week_form
from kalends.console.views.forms import Complaint
from kalends.console.views.hours import key_of, outside_view
from kalends.console.views.hours import limited_hours as limited_view
from kalends.engine.availability.weekly_hours import WeeklyHours
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def show(request: WebRequest, ctx: Context) -> Answer:
    """All of it, with the form for the week."""
    return await _draw(request, ctx)


async def save(request: WebRequest, ctx: Context) -> Answer:
    """Set the week, or show what would be booked outside of it."""
    resource_id, sent = request.path_params["resource_id"], await read_fields(request, *week_form.FIELDS, "version")
    openings, values = week_form.sent_week(sent)
    expected = expecting(ctx, "resource", resource_id, sent["version"])
    always = values.flag("always_open")

    async def act(tx: Context) -> Outside:
        kept = [each for each in (await get_weekly_hours(tx, resource_id)).openings if not week_form.is_usual(each)]
        await set_weekly_hours(tx, resource_id, [] if always else [*openings, *kept], always_open=always)
        return await booked_outside(tx, resource_id)

    preview = values.flag(week_form.PREVIEW)
    outside, complaint = await attempt(expected, values, lambda tx: _previewed(tx, act) if preview else act(tx))
    if complaint or preview:
        return await _draw(request, ctx, sent, complaint, outside)
    return redirect(call_of(request), _path(resource_id), note="saved")


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form for hours that hold for a while only, or for some services."""
    check_may(ctx, set_weekly_hours)
    return await _draw_limited(request, ctx)


async def add(request: WebRequest, ctx: Context) -> Answer:
    """Add such hours. A resource that was always open is open in these hours alone afterwards."""
    resource_id = request.path_params["resource_id"]
    sent = await read_fields(request, *limited_hours.FIELDS, many=limited_hours.MANY)
    added, values = limited_hours.sent_limited(sent)

    async def act(tx: Context) -> WeeklyHours:
        present = (await get_weekly_hours(tx, resource_id)).openings
        return await set_weekly_hours(tx, resource_id, [*present, *added])

    _, complaint = await attempt(ctx, values, act, {"service": "service_ids"})
    if complaint:
        return await _draw_limited(request, ctx, sent, complaint)
    return redirect(call_of(request), _path(resource_id), note="saved")


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """Remove such hours; nothing, if they are gone already."""
    resource_id, sent = request.path_params["resource_id"], await read_fields(request, "key")
    hours = await get_weekly_hours(ctx, resource_id)
    kept = [each for each in hours.openings if key_of(each) != sent["key"]]
    if len(kept) < len(hours.openings):
        await set_weekly_hours(ctx, resource_id, kept)
    return redirect(call_of(request), _path(resource_id), note="saved")


async def _previewed(ctx: Context, act: Callable[[Context], Awaitable[Outside]]) -> Outside:
    """What comes of it, without doing it."""
    async with rolled_back(ctx) as tx:
        return await act(tx)


async def _draw(
    request: WebRequest,
    ctx: Context,
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
    preview: Outside | None = None,
) -> Answer:
    hours = await get_weekly_hours(ctx, request.path_params["resource_id"])
    site = await get_site(ctx, hours.resource.site_id)
    times = times_at(request, ctx, site)
    outside = preview or await booked_outside(ctx, hours.resource.id)
    resources = {each.id: each for each in await list_resources(ctx, with_inactive=True)}
    services = {service.id: service.title for service in await list_services(ctx, with_inactive=True)}
    may_manage = may(ctx, set_weekly_hours)
    return await draw_at(
        request,
        ctx,
        site,
        "hours.html",
        status=422 if complaint else 200,
        title=hours.resource.title,
        path_here=_path(hours.resource.id),
        saved=sent is None and query_fields(request, "note")["note"] == "saved",
        form=refilled(request, week_form.week_form(_path(hours.resource.id), hours), sent, complaint),
        limited=limited_view([each for each in hours.openings if not week_form.is_usual(each)], services, times),
        extra=await extra_openings_of(ctx, hours.resource.id, times),
        preview=preview is not None,
        outside=outside_view(outside, resources, times),
        exceptions=await exceptions_of(
            ctx, times, f"/resources/{hours.resource.id}", editable=may_manage, resource_id=hours.resource.id
        ),
        site_exceptions=await exceptions_of(
            ctx, times, f"/sites/{site.id}", editable=may(ctx, change_site), site_id=site.id
        ),
        holidays=await holidays_at(ctx, site, times),
        may_manage=may_manage,
    )


async def _draw_limited(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    resource = await get_resource(ctx, request.path_params["resource_id"])
    form = limited_hours.limited_form(f"{_path(resource.id)}/limited", await list_services(ctx))
    form, site = refilled(request, form, sent, complaint), await get_site(ctx, resource.site_id)
    return await draw_form(request, ctx, "hours.new_limited", form, site=site)


def _path(resource_id: int) -> str:
    return f"/resources/{resource_id}/hours"

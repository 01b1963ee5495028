"""Extra openings: single times at which a resource is open besides its hours, alone or repeated."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.availability.extra_openings import (
    add_extra_openings,
    query_extra_openings,
    remove_extra_opening,
)
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.sites import get_site
from kalends.actions.context import Context, transaction
from kalends.console.fields import attempt, read_fields
from kalends.console.screens import draw_form, refilled
from kalends.console.site_times import times_at
from kalends.console.views.extra_openings import (
    FIELDS,
    NAMES,
    ExtraView,
    extra_form,
    extra_views,
    sent_extra_opening,
)
from kalends.console.views.forms import Complaint
from kalends.console.views.tables import PAGE_SIZE
from kalends.console.views.times import Times
from kalends.engine.availability.extra_opening import ExtraOpening
from kalends.engine.query import Filter, OffsetPage, Query, Sort
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_MOST_OF_SERIES = 10_000


async def extra_openings_of(ctx: Context, resource_id: int, times: Times) -> list[ExtraView]:
    """The next extra openings of a resource, for the page of its hours."""
    page = await query_extra_openings(ctx, _coming(ctx, resource_id, PAGE_SIZE))
    return extra_views(page.rows, _path(resource_id), times)


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form to add one."""
    check_may(ctx, add_extra_openings)
    return await _draw(request, ctx)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Add one, and its repeats."""
    resource = await get_resource(ctx, request.path_params["resource_id"])
    times = times_at(request, ctx, await get_site(ctx, resource.site_id))
    sent = await read_fields(request, *FIELDS)
    first, rule, values = sent_extra_opening(sent, times)

    async def act(tx: Context) -> None:
        if first:
            await add_extra_openings(tx, resource.id, first, rule)

    _, complaint = await attempt(ctx, values, act, NAMES)
    return await _draw(request, ctx, sent, complaint) if complaint else _saved(request, resource.id)


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """Remove one; what is booked then stays."""
    resource_id = request.path_params["resource_id"]
    await remove_extra_opening(ctx, request.path_params["opening_id"], resource_id=resource_id)
    return _saved(request, resource_id)


async def remove_all(request: WebRequest, ctx: Context) -> Answer:
    """Remove one, and those to come that were added together with it."""
    resource_id, opening_id = request.path_params["resource_id"], request.path_params["opening_id"]
    async with transaction(ctx) as tx:
        for opening in await _series_of(tx, resource_id, opening_id):
            await remove_extra_opening(tx, opening.id, resource_id=resource_id)
    return _saved(request, resource_id)


async def _series_of(ctx: Context, resource_id: int, opening_id: int) -> list[ExtraOpening]:
    """The openings to come of a series, by one of them; empty if it is gone."""
    coming = (await query_extra_openings(ctx, _coming(ctx, resource_id, _MOST_OF_SERIES))).rows
    series = {opening.series for opening in coming if opening.id == opening_id and opening.series}
    return [opening for opening in coming if opening.series in series]


def _coming(ctx: Context, resource_id: int, most: int) -> Query:
    filters = (Filter("resource_id", "equal", resource_id), Filter("ends_at", "greater", ctx.now))
    return Query(OffsetPage(most), filters, (Sort("starts_at"),), count=0)


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    resource = await get_resource(ctx, request.path_params["resource_id"])
    form = extra_form(_path(resource.id), _hours_path(resource.id))
    form, site = refilled(request, form, sent, complaint), await get_site(ctx, resource.site_id)
    return await draw_form(request, ctx, "hours.new_extra", form, "hours.extra_hint", site=site)


def _saved(request: WebRequest, resource_id: int) -> Answer:
    return redirect(call_of(request), _hours_path(resource_id), note="saved")


def _path(resource_id: int) -> str:
    return f"/resources/{resource_id}/extra-openings"


def _hours_path(resource_id: int) -> str:
    return f"/resources/{resource_id}/hours"

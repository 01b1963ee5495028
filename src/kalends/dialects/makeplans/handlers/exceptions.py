"""Exception dates: dates on which a resource has other opening hours than usual."""

from datetime import date

from kalends.actions.availability import hours
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_params, parse_query
from kalends.dialects.makeplans.fields.view import render_context
from kalends.dialects.makeplans.handlers.resources import id_of
from kalends.dialects.makeplans.parse.reader import parse_day_of
from kalends.dialects.makeplans.parse.resources import (
    parse_exception_date,
    parse_exception_dates,
    parse_exception_query,
    parse_scope,
)
from kalends.dialects.makeplans.render import paged, render_exception_date, render_exception_dates, render_usual
from kalends.web.door import Answer, WebRequest


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """GET /resources/{resource_id}/exception_dates"""
    query, paging = parse_exception_query(parse_query(request), ctx, id_of(request))
    page = await hours.list_exception_days(ctx, query)
    return paged(render_exception_dates(page.rows, render_context(ctx)), request, paging, page)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /resources/{resource_id}/exception_dates/{exception_date}"""
    day, service_id = day_of(request), parse_scope(parse_query(request), ctx)
    exception_day = await hours.get_exception_day(ctx, id_of(request), day, service_id)
    return render_exception_date(exception_day, render_context(ctx))


async def put(request: WebRequest, ctx: Context) -> Answer:
    """POST and PUT /resources/{resource_id}/exception_dates/{exception_date}"""
    resource_id, day = id_of(request), day_of(request)
    days, service_id = parse_exception_date(await parse_params(request), ctx, day)
    kept = await hours.set_exception_days(ctx, resource_id, days, service_id)
    return render_exception_date(kept[0], render_context(ctx)) if kept else render_usual(resource_id, day, service_id)


async def put_many(request: WebRequest, ctx: Context) -> Answer:
    """POST and PUT /resources/{resource_id}/exception_dates"""
    resource_id, days_by_service = id_of(request), parse_exception_dates(await parse_params(request), ctx)
    kept = await hours.set_all_exception_days(ctx, resource_id, days_by_service)
    return render_exception_dates(kept, render_context(ctx))


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """DELETE /resources/{resource_id}/exception_dates/{exception_date}"""
    day, service_id = day_of(request), parse_scope(parse_query(request), ctx)
    exception_day = await hours.remove_exception_day(ctx, id_of(request), day, service_id)
    return render_exception_date(exception_day, render_context(ctx))


def day_of(request: WebRequest) -> date:
    """The date in the path. Raises NotFound(exception_day)."""
    return parse_day_of(request.path_params["exception_date"], "exception_day")

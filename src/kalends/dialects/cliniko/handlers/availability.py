"""When practitioners are there and free: usual hours, single blocks besides, and times that can be booked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from kalends.actions.availability import extra_openings
from kalends.actions.bookings.slots import starts_at_site
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import get_site, list_sites
from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.availability import BLOCK, BLOCKS, DAYS, availability_block, daily_availability
from kalends.dialects.cliniko.fields.practitioners import PERSON
from kalends.dialects.cliniko.handlers.people import check_practitioner
from kalends.dialects.cliniko.handlers.practitioners import PEOPLE
from kalends.dialects.cliniko.handlers.records import Parent, Records
from kalends.dialects.cliniko.parse.availability import NewBlock, TimesQuery, parse_block, parse_times
from kalends.dialects.cliniko.render import render_page, render_start
from kalends.dialects.kit.reader import parse_query
from kalends.engine.availability.extra_opening import ExtraOpening
from kalends.engine.availability.weekday_hours import WeekdayHours
from kalends.engine.query import Filter, Page, Query
from kalends.engine.refusals import NotFound
from kalends.web.door import Answer, WebRequest

_ACTIVE = Filter("in_use", "equal", True)
_BUSINESS = Parent("business_id", "site", "site_id", get_site)
_PRACTITIONER = Parent("practitioner_id", "resource", "resource_id", check_practitioner)


async def _look_up(ctx: Context, rows: Sequence[Any]) -> Mapping[str, Any]:
    return {
        "site_of": {resource.id: resource.site_id for resource in await list_resources(ctx, with_inactive=True)},
        "zones": {site.id: site.time_zone for site in await list_sites(ctx)},
    }


async def _find_hours(ctx: Context, query: Query) -> Page[WeekdayHours]:
    return await extra_openings.query_weekday_hours(
        ctx, msgspec.structs.replace(query, filters=(*query.filters, PEOPLE))
    )


async def _find_blocks(ctx: Context, query: Query) -> Page[ExtraOpening]:
    return await extra_openings.query_extra_openings(
        ctx, msgspec.structs.replace(query, filters=(*query.filters, PEOPLE))
    )


async def _add_block(ctx: Context, new: NewBlock) -> ExtraOpening:
    added = await extra_openings.add_extra_openings(
        ctx, new.resource_id, new.span, new.rule, site_id=new.site_id, resource_kind=PERSON
    )
    return added[0]


_BLOCKS = Records("extra_opening", BLOCKS, _find_blocks, availability_block, _look_up, refers=BLOCK)
_DAYS = Records("weekday_hours", DAYS, _find_hours, daily_availability, _look_up)

list_blocks = _BLOCKS.list_pages()
show_block = _BLOCKS.show()
create_block = _BLOCKS.create(parse_block, _add_block)
list_days = _DAYS.list_pages(_ACTIVE)
show_day = _DAYS.show()
days_of_business = _DAYS.list_pages(_ACTIVE, parent=_BUSINESS)
days_of_practitioner = _DAYS.list_pages(_ACTIVE, parent=_PRACTITIONER)


async def available_times(request: WebRequest, ctx: Context) -> Answer:
    """GET .../appointment_types/{appointment_type_id}/available_times"""
    query, paging = parse_times(request.path_params, parse_query(request), ctx)
    starts = await _starts(ctx, query)
    page = starts[paging.offset : paging.offset + paging.size]
    times = [{"appointment_start": start} for start in page]
    return render_page(request, "available_times", times, msgspec.structs.replace(paging, total=len(starts)))


async def next_available_time(request: WebRequest, ctx: Context) -> Answer:
    """GET .../appointment_types/{appointment_type_id}/next_available_time"""
    query, _ = parse_times(request.path_params, parse_query(request), ctx)
    starts = await _starts(ctx, query)
    if not starts:
        raise NotFound("slot")
    return render_start(request, starts[0], len(starts))


async def _starts(ctx: Context, query: TimesQuery) -> Sequence[datetime]:
    await check_practitioner(ctx, query.resource_id)
    return await starts_at_site(ctx, *msgspec.structs.astuple(query))

"""Tickets, their time slots and properties; statuses of bookings; how busy slots are."""

from kalends.actions.bookings.attended import (
    average_busy_times,
    get_attended_service,
    list_attended_services,
    list_seats_of,
)
from kalends.actions.bookings.statuses import list_statuses
from kalends.actions.catalog.custom_fields import list_service_fields
from kalends.actions.context import Context
from kalends.dialects.carecloud.fields.view import RenderContext, load_context, with_zones
from kalends.dialects.carecloud.parse.tickets import (
    page_of_few,
    parse_busy_times,
    parse_properties,
    parse_slots,
    parse_statuses,
    parse_tickets,
)
from kalends.dialects.carecloud.render import (
    render_busy_times,
    render_properties,
    render_property,
    render_slots,
    render_status,
    render_statuses,
    render_ticket,
    render_tickets,
)
from kalends.dialects.kit.reader import parse_params, parse_query
from kalends.engine.refusals import NotFound
from kalends.web.door import Answer, WebRequest


async def tickets(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking-tickets"""
    context = await load_context(request, ctx)
    wanted = parse_tickets(parse_query(request), context, await list_service_fields(ctx, with_inactive=True))
    return render_tickets(await list_attended_services(ctx, wanted.query, wanted.wanted), context)


async def ticket(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking-tickets/{booking_ticket_id}"""
    context = await load_context(request, ctx)
    return render_ticket(await get_attended_service(ctx, _ticket_id(request, context)), context)


async def time_slots(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking-tickets/{booking_ticket_id}/time-slots"""
    context = await load_context(request, ctx)
    service_id = _ticket_id(request, context)
    wanted = parse_slots(parse_query(request), context, await list_service_fields(ctx, with_inactive=True))
    page = await list_seats_of(ctx, service_id, wanted.query, wanted.wanted)
    resource_ids = [seats.session.resource_id for seats in page.rows]
    return render_slots(page, await with_zones(ctx, context, resource_ids))


async def busy_times(request: WebRequest, ctx: Context) -> Answer:
    """POST /bookings/actions/average-booking-busy-times"""
    context = await load_context(request, ctx)
    params, properties = await parse_params(request), await list_service_fields(ctx, with_inactive=True)
    wanted = parse_busy_times(params, context, properties)
    times = await average_busy_times(ctx, wanted.period, wanted.day, wanted.service_id, wanted.having)
    return render_busy_times(wanted.period, times)


async def properties(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking-ticket-properties"""
    context = await load_context(request, ctx)
    wanted = parse_properties(parse_query(request), context)
    fields = await list_service_fields(ctx, with_inactive=True)
    return render_properties(page_of_few(fields, wanted, lambda field: str(field.title)), context)


async def ticket_property(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking-ticket-properties/{booking_ticket_property_id}"""
    context = await load_context(request, ctx)
    text = request.path_params["booking_ticket_property_id"]
    field_id = context.opaque_ids.parse("custom_field", text)
    fields = {field.id: field for field in await list_service_fields(ctx, with_inactive=True)}
    if field_id not in fields:
        raise NotFound("custom_field", text)
    return render_property(fields[field_id], context)


async def statuses(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking-statuses"""
    context = await load_context(request, ctx)
    wanted = parse_statuses(parse_query(request), context)
    page = page_of_few(await list_statuses(ctx), wanted, lambda status: str(status.name_in([context.language])))
    return render_statuses(page, context)


async def status(request: WebRequest, ctx: Context) -> Answer:
    """GET /booking-statuses/{booking_status_id}"""
    context = await load_context(request, ctx)
    text = request.path_params["booking_status_id"]
    status_id = context.opaque_ids.parse("booking_status", text)
    known = {status.id: status for status in await list_statuses(ctx)}
    if status_id not in known:
        raise NotFound("booking_status", text)
    return render_status(known[status_id], context)


def _ticket_id(request: WebRequest, context: RenderContext) -> int:
    return context.opaque_ids.parse("service", request.path_params["booking_ticket_id"])

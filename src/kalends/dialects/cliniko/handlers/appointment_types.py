"""Appointment types: listed, shown, made, changed, archived."""

import msgspec

from kalends.actions.catalog import services, serving
from kalends.actions.catalog.query import query_services
from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.appointment_types import APPOINTMENT_TYPE, APPOINTMENT_TYPES, appointment_type
from kalends.dialects.cliniko.handlers.people import check_practitioner
from kalends.dialects.cliniko.handlers.records import Parent, Records
from kalends.dialects.cliniko.parse.appointment_types import SentType, parse_type, parse_type_change
from kalends.engine.catalog.service import BOOKED, Service
from kalends.engine.query import Filter, Page, Query
from kalends.engine.refusals import NotFound

_BOOKED = Filter("kind", "in", BOOKED)
_PRACTITIONER = Parent("practitioner_id", "resource", "resource_ids", check_practitioner, "has")


async def _find(ctx: Context, query: Query) -> Page[Service]:
    return await query_services(ctx, msgspec.structs.replace(query, filters=(*query.filters, _BOOKED)))


async def _get_any(ctx: Context, service_id: int) -> Service:
    service = await services.get_service(ctx, service_id)
    if service.kind not in BOOKED:
        raise NotFound("service", service_id)
    return service


async def _change(ctx: Context, service_id: int, sent: SentType) -> Service:
    return await serving.change_served(ctx, service_id, *sent)


async def _archive(ctx: Context, service_id: int) -> Service:
    return await services.remove_service(ctx, (await _get_any(ctx, service_id)).id)


RECORDS = Records("service", APPOINTMENT_TYPES, _find, appointment_type, refers=APPOINTMENT_TYPE)

listing = RECORDS.list_pages()
of_practitioner = RECORDS.list_pages(parent=_PRACTITIONER)
show = RECORDS.show()
create = RECORDS.create(parse_type, lambda ctx, sent: serving.add_served(ctx, *sent))
update = RECORDS.update_present(parse_type_change, _change)
archive = RECORDS.end(_archive)

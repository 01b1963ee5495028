"""Custom fields, which an account adds to its resources, services and bookings."""

from kalends.actions.catalog.custom_fields import (
    add_field,
    change_field,
    get_field,
    list_fields,
    list_questions,
    list_service_fields,
)
from kalends.actions.catalog.services import list_services
from kalends.actions.context import Context
from kalends.console.records import Parts, Records
from kalends.console.values import Values
from kalends.console.views.forms import own_name
from kalends.console.views.own_fields import PATH, own_field_fields, own_fields_table, sent_own_field
from kalends.console.views.tables import Table
from kalends.engine.catalog.custom_field import CustomField, CustomFieldPatch
from kalends.engine.catalog.service import BOOKED
from kalends.web.door import WebRequest


async def _table(request: WebRequest, ctx: Context, with_inactive: bool) -> Table:
    lists = (list_questions, list_fields, list_service_fields)
    return own_fields_table([field for listed in lists for field in await listed(ctx, with_inactive)])


async def _fields(request: WebRequest, ctx: Context, field: CustomField | None) -> Parts:
    services = [service for service in await list_services(ctx, with_inactive=True) if service.kind in BOOKED]
    return own_field_fields(field, services, await list_questions(ctx, with_inactive=True))


async def _parse(ctx: Context, values: Values, field: CustomField | None) -> CustomFieldPatch:
    return sent_own_field(values, field)


async def _save(ctx: Context, field: CustomField | None, patch: CustomFieldPatch) -> CustomField:
    return await add_field(ctx, patch) if field is None else await change_field(ctx, field.id, patch)


OWN_FIELDS = Records(
    path=PATH,
    title="custom.list",
    new_title="custom.new",
    hint="custom.hint",
    table=_table,
    get=get_field,
    name=lambda field: own_name(field.title),
    fields=_fields,
    parse=_parse,
    save=_save,
    adds=add_field,
)

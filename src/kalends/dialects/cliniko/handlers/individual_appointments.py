"""Individual appointments: listed, shown, booked with their repeats, changed, cancelled, archived."""

import msgspec

from kalends.actions.bookings.appointments import book_appointments, change_appointment
from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.query import query_items
from kalends.actions.bookings.remove import remove_item
from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.individual_appointments import (
    INDIVIDUAL_APPOINTMENT,
    INDIVIDUAL_APPOINTMENTS,
    individual_appointment,
)
from kalends.dialects.cliniko.handlers.conflicts import conflicts_of
from kalends.dialects.cliniko.handlers.looked_up import customers_shown, of_appointments
from kalends.dialects.cliniko.handlers.records import Records
from kalends.dialects.cliniko.parse.attendees import parse_appointment_cancellation
from kalends.dialects.cliniko.parse.bookings import NewAppointment, parse_appointment, parse_appointment_change
from kalends.dialects.cliniko.render import render_nothing
from kalends.dialects.kit.reader import parse_params
from kalends.engine.bookings.views import ItemView
from kalends.engine.query import Filter, Page, Query
from kalends.web.door import Answer, WebRequest

KINDS = ("appointment",)


async def _find(ctx: Context, query: Query) -> Page[ItemView]:
    return await query_items(ctx, query, KINDS)


async def _add(ctx: Context, new: NewAppointment) -> ItemView:
    """The first of the appointments."""
    return (await book_appointments(ctx, new.request, new.rule)).items[0]


RECORDS = Records(
    "item",
    INDIVIDUAL_APPOINTMENTS,
    _find,
    individual_appointment,
    of_appointments,
    customers_shown,
    refers=INDIVIDUAL_APPOINTMENT,
)
_ALSO_HIDDEN = msgspec.structs.replace(RECORDS, listing=msgspec.structs.replace(INDIVIDUAL_APPOINTMENTS, hidden=()))

listing = RECORDS.list_pages()
deleted = _ALSO_HIDDEN.list_pages(Filter("archived_at", "not_null"))
cancelled = _ALSO_HIDDEN.list_pages(Filter("cancelled_at", "not_null"), Filter("archived_at", "is_null"))
show = RECORDS.show()
create = RECORDS.create(parse_appointment, _add)
update = RECORDS.update_present(parse_appointment_change, change_appointment)
archive = RECORDS.end(lambda ctx, item_id: remove_item(ctx, item_id, KINDS))
conflicts = conflicts_of(RECORDS)


async def cancel(request: WebRequest, ctx: Context) -> Answer:
    """PATCH /individual_appointments/{id}/cancel"""
    cancellation = parse_appointment_cancellation(await parse_params(request), ctx)
    await RECORDS.present(request, ctx)
    await cancel_item(ctx, RECORDS.id_of(request), cancellation)
    return render_nothing()

"""Attendees: listed, shown, made, changed, cancelled, archived, and what is below them."""

from typing import Any

import msgspec

from kalends.actions.bookings.book import book
from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.query import query_items
from kalends.actions.bookings.remove import remove_item
from kalends.actions.bookings.sessions import get_session
from kalends.actions.context import Context
from kalends.actions.customers.cases import get_case
from kalends.dialects.cliniko.fields.attendees import ATTENDEE, ATTENDEES, PATIENT_FORMS, attendee
from kalends.dialects.cliniko.handlers.looked_up import customers_shown, of_attendees
from kalends.dialects.cliniko.handlers.records import Parent, Records
from kalends.dialects.cliniko.parse.attendees import (
    parse_attendee,
    parse_attendee_cancellation,
    parse_attendee_change,
)
from kalends.dialects.cliniko.render import render_nothing
from kalends.dialects.kit.reader import parse_params
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.views import ItemView
from kalends.engine.query import Filter, Page, Query
from kalends.engine.refusals import NotFound
from kalends.web.door import Answer, WebRequest

KINDS = ("appointment", "seat")


async def _find(ctx: Context, query: Query) -> Page[ItemView]:
    return await query_items(ctx, query, KINDS)


async def _find_forms(ctx: Context, query: Query) -> Page[Any]:
    """There are no forms for patients to fill in."""
    return Page([], 0)


async def _add(ctx: Context, request: BookingRequest) -> ItemView:
    return (await book(ctx, request)).items[0]


async def _get_appointment(ctx: Context, item_id: int) -> ItemView:
    """Raises NotFound(item), also for what is no appointment."""
    view = await get_item(ctx, item_id)
    if view.item.kind != "appointment":
        raise NotFound("item", item_id)
    return view


async def _get_attendee(ctx: Context, item_id: int) -> ItemView:
    """Raises NotFound(item), also for what nobody attends."""
    view = await get_item(ctx, item_id)
    if view.item.kind not in KINDS:
        raise NotFound("item", item_id)
    return view


RECORDS = Records("item", ATTENDEES, _find, attendee, of_attendees, customers_shown, refers=ATTENDEE)
FORMS = Records("patient_form", PATIENT_FORMS, _find_forms, attendee)
_ALSO_HIDDEN = msgspec.structs.replace(RECORDS, listing=msgspec.structs.replace(ATTENDEES, hidden=()))
_OF_CASE = msgspec.structs.replace(RECORDS, listing=ATTENDEES.without("patient_case_id"))

listing = RECORDS.list_pages()
deleted = _ALSO_HIDDEN.list_pages(Filter("archived_at", "not_null"))
cancelled = _ALSO_HIDDEN.list_pages(Filter("cancelled_at", "not_null"), Filter("archived_at", "is_null"))
of_group = RECORDS.list_pages(parent=Parent("group_appointment_id", "session", "occupied_id", get_session))
of_appointment = RECORDS.list_pages(parent=Parent("individual_appointment_id", "item", "occupied_id", _get_appointment))
of_case = _OF_CASE.list_pages(parent=Parent("patient_case_id", "case", "case_id", get_case))
forms = FORMS.list_pages(parent=Parent("attendee_id", "item", "id", _get_attendee))
show = RECORDS.show()
create = RECORDS.create(parse_attendee, _add)
update = RECORDS.update_present(parse_attendee_change, change_item)
archive = RECORDS.end(lambda ctx, item_id: remove_item(ctx, item_id, KINDS))


async def cancel(request: WebRequest, ctx: Context) -> Answer:
    """PATCH /attendees/{id}/cancel"""
    present = await RECORDS.present(request, ctx)
    cancellation = parse_attendee_cancellation(await parse_params(request), ctx, present)
    await cancel_item(ctx, present.item.id, cancellation)
    return render_nothing()

"""Invoices: listed, also those of a record above them, and shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.actions.billing.query import query_invoices, subjects_of
from kalends.actions.bookings.find import get_item
from kalends.actions.bookings.query import query_items_and_sessions
from kalends.actions.context import Context
from kalends.actions.customers.cases import get_case
from kalends.actions.customers.find import get_customer
from kalends.dialects.cliniko.fields.invoices import INVOICES, invoice
from kalends.dialects.cliniko.handlers.people import check_practitioner
from kalends.dialects.cliniko.handlers.records import Parent, Records
from kalends.engine.billing.invoice import Invoice
from kalends.engine.query import Filter, OffsetPage, Query
from kalends.engine.refusals import NotFound


async def _look_up(ctx: Context, rows: Sequence[Invoice]) -> Mapping[str, Any]:
    return {"subjects": await subjects_of(ctx, rows)}


async def _check_appointment(ctx: Context, appointment_id: int) -> None:
    """Raises NotFound(appointment) unless it is an appointment, of one or of a group."""
    query = Query(OffsetPage(1), (Filter("id", "equal", appointment_id),))
    if not (await query_items_and_sessions(ctx, query, ("appointment",))).total:
        raise NotFound("appointment", appointment_id)


RECORDS = Records("invoice", INVOICES, query_invoices, invoice, _look_up, lambda row, context: (row.customer_id,))

listing = RECORDS.list_pages()
show = RECORDS.show()
of_appointment = RECORDS.list_pages(
    parent=Parent("appointment_id", "appointment", "occupancy_ids", _check_appointment, "has")
)
of_attendee = RECORDS.list_pages(parent=Parent("attendee_id", "item", "item_ids", get_item, "has"))
of_case = RECORDS.list_pages(parent=Parent("patient_case_id", "case", "case_ids", get_case, "has"))
of_patient = RECORDS.list_pages(parent=Parent("patient_id", "customer", "customer_id", get_customer))
of_practitioner = RECORDS.list_pages(parent=Parent("practitioner_id", "resource", "person_id", check_practitioner))

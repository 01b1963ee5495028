"""Patient cases: listed, also those that are open, shown, made, changed and archived."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.actions.bookings.cases import add_case_of_items, change_case_of_items, list_case_items
from kalends.actions.context import Context
from kalends.actions.customers.cases import archive_case, query_cases
from kalends.dialects.cliniko.fields.patient_cases import PATIENT_CASE, PATIENT_CASES, patient_case
from kalends.dialects.cliniko.handlers.records import Records
from kalends.dialects.cliniko.parse.patient_cases import SentCase, parse_case, parse_case_change
from kalends.engine.customers.case import CustomerCase
from kalends.engine.query import Filter
from kalends.web.door import Answer, WebRequest


async def look_up(ctx: Context, rows: Sequence[CustomerCase]) -> Mapping[str, Any]:
    """The attendees of the cases."""
    return {"case_items": await list_case_items(ctx, [case.id for case in rows])}


async def add(ctx: Context, sent: SentCase) -> CustomerCase:
    """Add a case with its attendees."""
    return await add_case_of_items(ctx, sent.patch, sent.item_ids or ())


async def change(ctx: Context, case_id: int, sent: SentCase) -> CustomerCase:
    """Change a case, and its attendees if they were sent."""
    return await change_case_of_items(ctx, case_id, sent.patch, sent.item_ids)


RECORDS = Records(
    "case",
    PATIENT_CASES,
    query_cases,
    patient_case,
    look_up,
    lambda case, context: (case.customer_id,),
    refers=PATIENT_CASE,
)

listing = RECORDS.list_pages()
show = RECORDS.show()
create = RECORDS.create(parse_case, add)
update = RECORDS.update(parse_case_change, change)
archive = RECORDS.end(archive_case)


async def active(request: WebRequest, ctx: Context) -> Answer:
    """GET /patient_cases/active: those that are neither closed nor expired."""
    is_open = Filter("closed", "equal", False), Filter("open_until", "at_least", ctx.today)
    return await RECORDS.list_pages(*is_open)(request, ctx)

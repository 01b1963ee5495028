"""Bookings: group appointments, individual appointments and unavailable blocks in one list."""

from kalends.actions.bookings.query import ItemOrSession, query_items_and_sessions
from kalends.actions.context import Context
from kalends.actions.customers.cases import get_case
from kalends.dialects.cliniko.fields.bookings_list import BOOKINGS, booking
from kalends.dialects.cliniko.handlers.looked_up import customers_shown, of_bookings
from kalends.dialects.cliniko.handlers.records import Parent, Records
from kalends.engine.query import Page, Query

KINDS = ("appointment", "block")


async def _find(ctx: Context, query: Query) -> Page[ItemOrSession]:
    return await query_items_and_sessions(ctx, query, KINDS)


RECORDS = Records("item", BOOKINGS, _find, booking, of_bookings, customers_shown)

listing = RECORDS.list_pages()
of_case = RECORDS.list_pages(parent=Parent("patient_case_id", "case", "case_ids", get_case, "has"))
show = RECORDS.show()

"""Who a booking is for: found by words, or described anew."""

from collections.abc import Mapping

from kalends.actions.context import Context
from kalends.actions.customers.find import get_customer, query_customers
from kalends.console.values import Values
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.query import Filter, OffsetPage, Query
from kalends.engine.refusals import NotFound
from kalends.notices.texts import Message

PERSON = ("customer", "q", "name", "phone", "email", "known")
"""What a form sends of a person."""
NEW, NOBODY = "new", "none"
"""The values of `customer` for somebody who is not known yet, and for a booking that is for nobody."""
MOST_FOUND = 8
_MOST_DIGITS = 15


async def find_people(ctx: Context, sent: Mapping[str, str]) -> list[Customer]:
    """Who was chosen, else who was looked for."""
    if sent["customer"].isdecimal() and len(sent["customer"]) <= _MOST_DIGITS:
        try:
            return [await get_customer(ctx, int(sent["customer"]))]
        except NotFound:
            return []
    if not sent["q"].strip():
        return []
    return await search_people(ctx, sent["q"], MOST_FOUND)


async def search_people(ctx: Context, words: str, most: int) -> list[Customer]:
    """The first customers who have all of these words. They are not counted, so that there may be very many."""
    alive = (Filter("deleted_at", "is_null"),)
    return (await query_customers(ctx, Query(OffsetPage(most), alive, count=0), words)).rows


def read_person(values: Values) -> CustomerPatch | None:
    """Somebody new; None if it is somebody who is known, or nobody. Fault of `name`: it is missing."""
    if values.text("customer") != NEW:
        return None
    patch = CustomerPatch(name=values.text("name"), phone=values.text("phone"), email=values.text("email"))
    if not (patch.name or patch.phone or patch.email):
        values.faults["name"] = Message("fault.blank")
    return patch

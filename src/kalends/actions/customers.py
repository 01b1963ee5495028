"""Who books or attends: found again, or new."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from kalends.actions.context import Context
from kalends.engine.change import Change
from kalends.engine.contacts import e164, normal_email
from kalends.engine.listing import CustomerQuery, Page
from kalends.engine.people import Customer
from kalends.engine.refusals import Duplicate, Fault, Invalid, NotFound
from kalends.store import customers
from kalends.store.claims import place
from kalends.store.ids import next_ids

T = TypeVar("T")

_NULL_WHEN_BLANK = ("email", "phone", "national_id", "external_id", "gender", "locale")
_SOMEBODY = ("first_name", "last_name", "company", "email", "phone", "national_id")


async def list_customers(ctx: Context, query: CustomerQuery) -> Page[Customer]:
    """One page of customers in the order of their ids; a phone is found however it is written."""
    rows, total = await customers.list_customers(ctx.db, ctx.account.id, query, _number(ctx, query.phone))
    return Page(rows, total)


async def get_customer(ctx: Context, customer_id: int) -> Customer:
    """One customer, deleted or not. Raises NotFound(customer)."""
    customer = await customers.find_customer(ctx.db, ctx.account.id, customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    return customer


async def once_more(act: Callable[[], Awaitable[T]]) -> T:
    """What the action comes to; begun anew when somebody made the same customer meanwhile, who is then matched."""
    try:
        return await act()
    except Duplicate:
        return await act()


async def add_customer(ctx: Context, fields: Mapping[str, Any]) -> Customer:
    """A new customer from fields of engine.people.Customer.

    Raises Invalid, Duplicate, NotFound(customer: the parent).
    """
    customer = await _new(ctx, normal(ctx, fields))
    await place(ctx.db, ctx.account.id, Change(ctx.now, ctx.who, "add", customers=(customer,)))
    return customer


async def match_or_make(ctx: Context, fields: Mapping[str, Any]) -> tuple[Customer, bool]:
    """The customer whom these fields mean, as it is, or a new one that is yet to be placed; and whether it is new.

    Matched on national id, else phone, else email. Raises Invalid. Source: MakePlans reference, person_attributes.
    """
    given = normal(ctx, fields)
    keys = given.get("national_id"), given.get("phone_e164"), given.get("email")
    known = await customers.match_customer(ctx.db, ctx.account.id, *keys) if any(keys) else None
    return (known, False) if known else (await _new(ctx, given), True)


def normal(ctx: Context, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are kept: texts without space around them, contacts in their one form. Raises Invalid."""
    given = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    given |= {name: given[name] or None for name in _NULL_WHEN_BLANK if name in given}
    faults: list[Fault] = []
    for name, contact, read in (
        ("email", "email", normal_email),
        ("phone", "phone_e164", lambda phone: e164(phone, ctx.account.country)),
    ):
        if name in given:
            try:
                given[contact] = read(given[name])
            except Invalid as unusable:
                faults += unusable.faults
    if faults:
        raise Invalid(*faults)
    return given


async def _new(ctx: Context, given: Mapping[str, Any]) -> Customer:
    if not any(given.get(name) for name in _SOMEBODY):
        raise Invalid(Fault("first_name", "blank"))
    (customer_id,) = await next_ids(ctx.db, "customer")
    blank = dict.fromkeys(("first_name", "last_name", "company", "street", "postcode", "city", "state", "country"), "")
    unset = dict.fromkeys(Customer.__struct_fields__, None)
    made = {
        "account_id": ctx.account.id,
        "id": customer_id,
        "notes": "",
        "sole": ctx.account.policy.unique_contacts,
        "details": {},
        "revision": 0,
        "created_at": ctx.now,
        "created_by": ctx.who,
        "updated_at": ctx.now,
        "updated_by": ctx.who,
    }
    return Customer(**{**unset, **blank, **made, **given})


def _number(ctx: Context, phone: str | None) -> str | None:
    try:
        return e164(phone, ctx.account.country)
    except Invalid:
        return None

"""Who books or attends: found again, or new."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from kalends.actions.access import allow, check_own_customer, internal
from kalends.actions.context import Context, transaction
from kalends.engine.bookings.change_set import change_set
from kalends.engine.contacts import e164, normal_email
from kalends.engine.details import merged
from kalends.engine.listing import CustomerQuery, Page
from kalends.engine.people import Customer
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import customers
from kalends.store.commit import commit
from kalends.store.ids import next_ids

_FEWEST_DIGITS = 4

T = TypeVar("T")

_MADE = ("account_id", "id", "revision", "created_at", "created_by", "updated_at", "updated_by")
_SAID = tuple(name for name in Customer.__struct_fields__ if name not in _MADE)
_SETTLED = ("phone_e164", "blocked_at", "deleted_at", "merged_into_id")
_CHANGEABLE = tuple(name for name in _SAID if name not in _SETTLED)
_MOST_CHILDREN = 10_000
_NULL_WHEN_BLANK = ("email", "phone", "national_id", "external_id", "gender", "locale")
_BLANK_WHEN_NULL = ("first_name", "last_name", "company", "street", "postcode", "city", "state", "country", "notes")
_MATCHED_ON = ("national_id", "phone_e164", "email")
_NAMES = ("first_name", "last_name", "company")
_SOMEBODY = ("first_name", "last_name", "company", "email", "phone", "national_id")


@allow("read")
async def list_customers(ctx: Context, query: CustomerQuery) -> Page[Customer]:
    """One page of customers in the order of their ids; a phone is found however it is written."""
    number, digits = _number(ctx, query.phone), _digits(query.search)
    rows, total = await customers.list_customers(ctx.db, ctx.account.id, query, number, digits)
    return Page(rows, total)


@allow("read", "customer")
async def get_customer(ctx: Context, customer_id: int) -> Customer:
    """One customer, deleted or not. Raises NotFound(customer)."""
    check_own_customer(ctx, customer_id)
    customer = await customers.find_customer(ctx.db, ctx.account.id, customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    return customer


@allow("read")
async def list_children(ctx: Context, customer_id: int, with_deleted: bool = False) -> list[Customer]:
    """The customers whose parent this one is. Raises NotFound(customer)."""
    await get_customer(ctx, customer_id)
    query = CustomerQuery(parent_ids=(customer_id,), with_deleted=with_deleted, limit=_MOST_CHILDREN)
    return (await list_customers(ctx, query)).rows


@allow("book")
async def add_customer(ctx: Context, fields: Mapping[str, Any]) -> Customer:
    """A new customer from fields of engine.people.Customer.

    Raises Invalid, Duplicate, NotFound(customer: the parent, or customer_group).
    """
    customer = await _new(ctx, normal(ctx, fields))
    await commit(ctx.db, ctx.account.id, change_set(ctx.author, "add", customers=(customer,)))
    return customer


@allow("book")
async def change_customer(ctx: Context, customer_id: int, fields: Mapping[str, Any]) -> Customer:
    """Change some fields of a customer, named as in engine.people.Customer; `custom` is replaced whole.

    Raises NotFound(customer, its parent or customer_group), also for one that is deleted, Invalid, Duplicate.
    """
    return await _change(ctx, customer_id, "change", lambda _: changeable(fields))


@allow("book")
async def keep_more(
    ctx: Context, customer_id: int, place: tuple[str, str], values: Sequence[Any], most: int
) -> Customer:
    """Add to a list that a door keeps of a customer in its details; `place` is the door's name and the list's.

    Raises NotFound(customer), Invalid(the list's name: too_many) beyond `most`.
    """
    door, name = place

    def longer(present: Customer) -> dict[str, Any]:
        kept = [*present.details.get(door, {}).get(name, ()), *values]
        if len(kept) > most:
            raise Invalid(Fault(name, "too_many"))
        return {"details": {door: {name: kept}}}

    return await _change(ctx, customer_id, "change", longer)


@allow("book")
async def remove_customer(ctx: Context, customer_id: int) -> Customer:
    """Delete a customer; its bookings stay, and again it changes nothing. Raises NotFound(customer)."""
    return await _change(ctx, customer_id, "remove", lambda was: {"deleted_at": was.deleted_at or ctx.now})


@allow("book")
async def undelete_customer(ctx: Context, customer_id: int) -> Customer:
    """Have a customer back, even one that was merged, without its bookings then.

    Raises NotFound(customer), and Duplicate when somebody else has its email, phone or national id by now.
    """
    return await _change(ctx, customer_id, "undelete", lambda _: {"deleted_at": None, "merged_into_id": None})


@allow("book")
async def block_customer(ctx: Context, customer_id: int) -> Customer:
    """Bar a customer from booking publicly; again it changes nothing. Raises NotFound(customer)."""
    return await _change(ctx, customer_id, "block", lambda was: {"blocked_at": was.blocked_at or ctx.now})


@allow("book")
async def unblock_customer(ctx: Context, customer_id: int) -> Customer:
    """Let a customer book again. Raises NotFound(customer)."""
    return await _change(ctx, customer_id, "unblock", lambda _: {"blocked_at": None})


def changeable(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the fields that may be changed by asking for it."""
    return {name: value for name, value in fields.items() if name in _CHANGEABLE}


@internal
async def check_parent(ctx: Context, customer_id: int, parent_id: int | None) -> None:
    """Raises Invalid(parent_id: invalid) for a parent that stands below the customer."""
    if parent_id is not None and await customers.is_descendant(ctx.db, ctx.account.id, parent_id, customer_id):
        raise Invalid(Fault("parent_id", "invalid"))


def rewritten(ctx: Context, present: Customer, fields: Mapping[str, Any]) -> Customer:
    """The customer with these fields, checked, one revision on; not yet placed. Raises Invalid."""
    given = normal(ctx, fields)
    if "details" in given:
        given["details"] = merged(present.details, given["details"] or {})
    wanted = msgspec.structs.replace(present, **given)
    if not any(getattr(wanted, name) for name in _SOMEBODY):
        raise Invalid(Fault("first_name", "blank"))
    return msgspec.structs.replace(wanted, revision=present.revision + 1, updated_at=ctx.now, updated_by=ctx.actor)


@internal
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
    given |= {name: given[name] or "" for name in _BLANK_WHEN_NULL if name in given}
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


async def _change(
    ctx: Context, customer_id: int, what: str, fields: Callable[[Customer], Mapping[str, Any]]
) -> Customer:
    async with transaction(ctx) as tx:
        found = await customers.lock_customers(tx.db, ctx.account.id, [customer_id])
        if customer_id not in found or (what == "change" and found[customer_id].deleted_at):
            raise NotFound("customer", customer_id)
        present, given = found[customer_id], fields(found[customer_id])
        await check_parent(tx, customer_id, given.get("parent_id"))
        wanted = rewritten(tx, present, given)
        if all(getattr(wanted, name) == getattr(present, name) for name in _SAID):
            return present
        await commit(tx.db, ctx.account.id, change_set(ctx.author, what, customers=(wanted,)))
        return wanted


async def _new(ctx: Context, given: Mapping[str, Any]) -> Customer:
    if not any(given.get(name) for name in _SOMEBODY):
        raise Invalid(Fault("first_name", "blank"))
    (customer_id,) = await next_ids(ctx.db, "customer")
    blank = dict.fromkeys(_BLANK_WHEN_NULL, "")
    unset = dict.fromkeys(Customer.__struct_fields__, None)
    made = {
        "account_id": ctx.account.id,
        "id": customer_id,
        "sole": ctx.account.policy.unique_contacts,
        "details": {},
        "revision": 0,
        "created_at": ctx.now,
        "created_by": ctx.actor,
        "updated_at": ctx.now,
        "updated_by": ctx.actor,
    }
    return Customer(**{**unset, **blank, **made, **given})


def _digits(search: str | None) -> str | None:
    """The digits of what looks like a number or the end of one, as E.164 would have them."""
    if search is None or not re.fullmatch(r"[+\d\s()/.-]+", search):
        return None
    digits = re.sub(r"\D", "", search).lstrip("0")
    return digits if len(digits) >= _FEWEST_DIGITS else None


def _number(ctx: Context, phone: str | None) -> str | None:
    try:
        return e164(phone, ctx.account.country)
    except Invalid:
        return None


def means_customer(ctx: Context, customer: Customer, fields: Mapping[str, Any]) -> bool:
    """Whether fields mean a customer: what customers are matched on is the same, or where none of it is said, the name.

    Raises Invalid.
    """
    given = normal(ctx, fields)
    named = [name for name in _MATCHED_ON if given.get(name)] or [name for name in _NAMES if given.get(name)]
    return all(getattr(customer, name) == given[name] for name in named)

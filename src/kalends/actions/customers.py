"""Who books or attends: found again, or new."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import UnsetType

from kalends.actions.access import allow, check_own_customer, internal
from kalends.actions.context import Context, transaction
from kalends.engine import people
from kalends.engine.bookings.change_set import change_set
from kalends.engine.contacts import e164
from kalends.engine.listing import CustomerQuery, Page
from kalends.engine.patch import next_image
from kalends.engine.people import Customer, CustomerPatch, changed_customer, identity
from kalends.engine.refusals import Duplicate, Fault, Invalid, NotFound, Stale
from kalends.store import customers
from kalends.store.commit import commit
from kalends.store.ids import next_ids

_FEWEST_DIGITS = 4

T = TypeVar("T")

_MOST_CHILDREN = 10_000


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


async def retry_on_conflict(act: Callable[[], Awaitable[T]]) -> T:
    """What the action comes to; begun anew when what it was decided on changed meanwhile.

    Somebody made the same customer, who is then matched, or moved the session, whose new time then counts.
    """
    try:
        return await act()
    except (Duplicate, Stale):
        return await act()


@allow("book")
async def add_customer(ctx: Context, patch: CustomerPatch) -> Customer:
    """A new customer. Raises Duplicate(email, phone or national_id), NotFound(customer: the parent, or customer_group),
    Invalid as engine.people.new_customer does."""
    customer = await new_customer(ctx, patch)
    await commit(ctx.db, ctx.account.id, change_set(ctx.author, "add", customers=(customer,)))
    return customer


@allow("book")
async def change_customer(ctx: Context, customer_id: int, patch: CustomerPatch) -> Customer:
    """Change a customer; `custom` is replaced whole.

    Raises NotFound(customer, its parent or customer_group), also for one that is deleted, Duplicate(email, phone or
    national_id), Invalid as engine.people.changed_customer does or (parent_id: invalid) for one that stands below it.
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id, live=True)
        await check_parent(tx, customer_id, patch.parent_id)
        return await _save(tx, present, changed_customer(present, patch, ctx.account.country))


@allow("book")
async def append_details(
    ctx: Context, customer_id: int, door: str, name: str, values: Sequence[Any], *, most: int
) -> Customer:
    """Add to a list that a door keeps of a customer in its details, under a name.

    Raises NotFound(customer), Invalid(the list's name: too_many) beyond `most`.
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id, live=True)
        longer = [*present.details.get(door, {}).get(name, ()), *values]
        if len(longer) > most:
            raise Invalid(Fault(name, "too_many"))
        patch = CustomerPatch(details={door: {name: longer}})
        return await _save(tx, present, changed_customer(present, patch, ctx.account.country))


@allow("book")
async def remove_customer(ctx: Context, customer_id: int) -> Customer:
    """Delete a customer; its bookings stay, and again it changes nothing. Raises NotFound(customer)."""
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        wanted = msgspec.structs.replace(present, deleted_at=present.deleted_at or ctx.now)
        return await _save(tx, present, wanted, "remove")


@allow("book")
async def undelete_customer(ctx: Context, customer_id: int) -> Customer:
    """Have a customer back, even one that was merged, without its bookings then.

    Raises NotFound(customer), and Duplicate when somebody else has its email, phone or national id by now.
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        wanted = msgspec.structs.replace(present, deleted_at=None, merged_into_id=None)
        return await _save(tx, present, wanted, "undelete")


@allow("book")
async def block_customer(ctx: Context, customer_id: int) -> Customer:
    """Bar a customer from booking publicly; again it changes nothing. Raises NotFound(customer)."""
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        wanted = msgspec.structs.replace(present, blocked_at=present.blocked_at or ctx.now)
        return await _save(tx, present, wanted, "block")


@allow("book")
async def unblock_customer(ctx: Context, customer_id: int) -> Customer:
    """Let a customer book again. Raises NotFound(customer)."""
    async with transaction(ctx) as tx:
        present = await _lock(tx, customer_id)
        return await _save(tx, present, msgspec.structs.replace(present, blocked_at=None), "unblock")


@internal
async def check_parent(ctx: Context, customer_id: int, parent_id: int | UnsetType | None) -> None:
    """Raises Invalid(parent_id: invalid) for a parent that stands below the customer."""
    if isinstance(parent_id, int) and await customers.is_descendant(ctx.db, ctx.account.id, parent_id, customer_id):
        raise Invalid(Fault("parent_id", "invalid"))


@internal
async def find_or_make_customer(ctx: Context, patch: CustomerPatch) -> tuple[Customer, bool]:
    """The customer whom a patch means, as it is, or a new one that is yet to be written; and whether it is new.

    Matched on national id, else phone, else email. Raises Invalid as engine.people.new_customer does. Source:
    MakePlans reference, person_attributes.
    """
    known = identity(patch, ctx.account.country)
    customer = await customers.match_customer(ctx.db, ctx.account.id, known) if known else None
    return (customer, False) if customer else (await new_customer(ctx, patch), True)


@internal
async def new_customer(ctx: Context, patch: CustomerPatch) -> Customer:
    """A new customer with an id of its own, yet to be written. Raises Invalid as engine.people.new_customer does."""
    (customer_id,) = await next_ids(ctx.db, "customer")
    return people.new_customer(patch, ctx.account, customer_id, ctx.now, ctx.actor)


async def _lock(ctx: Context, customer_id: int, *, live: bool = False) -> Customer:
    """The customer, whom nobody else changes until the end; `live` finds none that is deleted."""
    found = (await customers.lock_customers(ctx.db, ctx.account.id, [customer_id])).get(customer_id)
    if found is None or (live and found.deleted_at):
        raise NotFound("customer", customer_id)
    return found


async def _save(ctx: Context, present: Customer, wanted: Customer, verb: str = "change") -> Customer:
    image = next_image(present, wanted, ctx.now, ctx.actor)
    if image is not present:
        await commit(ctx.db, ctx.account.id, change_set(ctx.author, verb, customers=(image,)))
    return image


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

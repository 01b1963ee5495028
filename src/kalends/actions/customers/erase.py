"""Erase a person: the customer's data goes, what was booked and invoiced stays without it."""

from collections.abc import Sequence

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.customers.find import get_customer
from kalends.actions.expected import check_expected
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.booking import Booking, Item
from kalends.engine.bookings.change_set import change_set
from kalends.engine.bookings.erasure import IMAGES, erased_booking, erased_customer, erased_item
from kalends.engine.bookings.states import ACTIVE, state_at
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import InUse
from kalends.store.bookings import of_customer
from kalends.store.commit import commit
from kalends.store.customers.erasure import count_pending, erase_traces, find_merged


@allow("manage", whole_account=True)
async def erase_customer(ctx: Context, customer_id: int) -> Customer:
    """Erase a customer, and those who were merged into it: names, contacts, notes, what doors keep; the texts of its
    bookings, cases and messages; all of that in the journal; its login. It is deleted, and no change if it is erased.

    Invoices keep the customer's name and address, as they must be kept. Responses to requests with an idempotency key
    go within a day.

    Raises NotFound(customer), InUse(customer) while something of theirs is booked from now on, Stale (ten times in a
    row something else changed meanwhile), Outdated. Source: Regulation (EU) 2016/679, article 17.
    """

    async def erase_once(attempt: Context) -> Customer:
        async with transaction(attempt) as tx:
            customer = await get_customer(tx, customer_id)
            check_expected(tx, customer)
            return customer if customer.erased_at else await _erase(tx, customer)

    return await retry_on_conflict(ctx, erase_once, Locks())


async def _erase(ctx: Context, customer: Customer) -> Customer:
    merged = await find_merged(ctx.db, ctx.account.id, customer.id)
    people = [customer, *(other for other in merged if not other.erased_at)]
    ids = frozenset(person.id for person in people)
    items = await of_customer.items_naming(ctx.db, ctx.account.id, *ids)
    bookings = await of_customer.bookings_naming(ctx.db, ctx.account.id, *ids)
    await _check_over(ctx, items, bookings)
    erased = tuple(erased_customer(person, ctx.now, ctx.actor) for person in people)
    change = change_set(
        ctx.author,
        "erase",
        customers=erased,
        bookings=tuple(erased_booking(booking, ctx.author) for booking in bookings),
        items=tuple(erased_item(item, ids, ctx.author) for item in items),
    )
    await commit(ctx.db, ctx.account.id, change)
    of_others = {item.id for item in items if item.customer_id is not None and item.customer_id not in ids}
    traces = {
        "customer": sorted(ids),
        "booking": [booking.id for booking in bookings],
        "item": [item.id for item in items if item.id not in of_others],
    }
    await erase_traces(ctx.db, ctx.account.id, ctx.now, IMAGES, traces, _addresses(people))
    return erased[0]


async def _check_over(ctx: Context, items: Sequence[Item], bookings: Sequence[Booking]) -> None:
    """Raises InUse(customer) if an item is not over, or occurrences are yet to be made."""
    current = [item for item in items if item.ends_at > ctx.now and state_at(item, ctx.now) in ("draft", *ACTIVE)]
    pending, last = await count_pending(ctx.db, ctx.account.id, [booking.id for booking in bookings])
    ends = [item.ends_at for item in current] + ([last] if last else [])
    if ends:
        raise InUse("customer", len(current) + pending, max(ends))


def _addresses(people: Sequence[Customer]) -> list[str]:
    emails = [person.email.lower() for person in people if person.email]
    return emails + [person.phone_e164 for person in people if person.phone_e164]

"""Changing a booking as a whole: its words, and where, when and in which state its items are."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow
from kalends.actions.bookings.find import bookings_in, check_lapsed
from kalends.actions.context import Context, transaction
from kalends.actions.customers.add import find_or_make_customer
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.change_booking import BookingChange, changed_booking, item_changes, main_verb, plan_layout
from kalends.engine.bookings.change_set import Message
from kalends.engine.bookings.create import Booker
from kalends.engine.bookings.item_changes import ItemChange, changes_of
from kalends.engine.bookings.messages import messages
from kalends.engine.bookings.patch import BookingPatch
from kalends.engine.bookings.references import Named, References, named_extras
from kalends.engine.bookings.resolve import check_words, live_customer
from kalends.engine.bookings.states import ACTIVE
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.customers.customer import Customer, CustomerPatch, is_meant
from kalends.engine.refusals import Forbidden, NotFound
from kalends.store.bookings import series
from kalends.store.bookings.find import Scope
from kalends.store.bookings.references import load_references
from kalends.store.commit import commit


@allow("book")
async def change_booking(ctx: Context, booking_id: int, patch: BookingPatch) -> BookingWithItems:
    """Change a booking as a whole: its words, and where, when and in which state its items are; all or nothing.

    Items that are over stay as they are while others are not. Of new resources or times each takes an item that is
    there, in the order of time; what is left over is removed, what is missing is added. Seats keep their session's time
    and resource. Raises NotFound(booking), Forbidden when some of it is at another site, IllegalTransition, Stale,
    NotServed, Retired, Full, TooManyOccurrences, and Invalid(title, state, status, starts_at, ends_at, extras,
    resource_id).
    """
    locks = Locks(bookings=[booking_id])
    return await retry_on_conflict(ctx, lambda tried: _change_booking(tried, booking_id, patch), locks)


async def _change_booking(ctx: Context, booking_id: int, patch: BookingPatch) -> BookingWithItems:
    check_words(None if patch.state is UNSET else patch.state, None if patch.status is UNSET else patch.status)
    if patch.state != "cancelled":
        return await _commit_change(ctx, booking_id, patch)
    async with transaction(ctx) as tx:
        await series.lock_booking(tx.db, tx.account.id, booking_id)
        await series.withdraw_pending(tx.db, tx.account.id, booking_id)
        return await _commit_change(tx, booking_id, patch)


async def _commit_change(ctx: Context, booking_id: int, patch: BookingPatch) -> BookingWithItems:
    present = await _whole(ctx, booking_id)
    change = plan_layout(present, patch, ctx.author)
    references = await load_references(ctx.db, ctx.account.id, _named(change), ctx.site_ids)
    booker = await _booker(ctx, present, patch, references)
    booking = changed_booking(present.booking, patch, booker, ctx.author)
    changes = item_changes(ctx.account, change, booking or present.booking, references, ctx.author)
    if not changes and booking is None:
        return present
    planned = changes_of(
        ctx.author,
        main_verb(changes),
        changes,
        references,
        booker=booker,
        booking=booking,
        messages=_messages(ctx, changes, booker.customer if booker else present.customer),
        item_counts={booking_id: present.items[0].siblings},
    )
    await commit(ctx.db, ctx.account.id, planned)
    return _changed(present, booking, changes, references, booker)


async def _whole(ctx: Context, booking_id: int) -> BookingWithItems:
    """The booking with all its items. Raises NotFound, and Forbidden when only some of it may be seen."""
    scope = Scope(ctx.account.id, ctx.now, ctx.account.time_zone, booking_ids=[booking_id])
    present = (await bookings_in(ctx, scope)).get(booking_id)
    if present is None:
        raise NotFound("booking", booking_id)
    check_lapsed(ctx, present.items)
    sites = {ctx.sees(view.resource.site_id) for view in present.items if view.resource}
    if sites == {False}:
        raise NotFound("booking", booking_id)
    if False in sites:
        raise Forbidden()
    return present


def _named(change: BookingChange) -> Named:
    """What must be known to change the items so: nothing where only words change."""
    planned = [one for _, one in change.pairs if one]
    inventory, products = named_extras(extra for one in planned for extra in one.resource.extras)
    services = {view.item.service_id for view in change.meant if view.item.service_id is not None}
    takes = change.patch.state is not UNSET or bool(planned)
    customer_id = change.patch.customer_id
    return Named(
        resources=inventory | {one.resource.resource_id for one in planned},
        services=products | services if takes else frozenset(),
        customers=frozenset([customer_id] if isinstance(customer_id, int) else ()),
        new_items=sum(item is None for item, _ in change.pairs),
    )


async def _booker(
    ctx: Context, present: BookingWithItems, patch: BookingPatch, references: References
) -> Booker | None:
    """Who the booking is for from now on; None where that stays."""
    if isinstance(patch.customer_id, int):
        return Booker(live_customer(patch.customer_id, references))
    if patch.customer_id is None:
        return Booker()
    given = None if patch.customer is UNSET else patch.customer
    if (
        given is None
        or given == CustomerPatch()
        or (present.customer and is_meant(present.customer, given, ctx.account.country))
    ):
        return None
    return Booker(*await find_or_make_customer(ctx, given))


def _messages(ctx: Context, changes: Sequence[ItemChange], customer: Customer | None) -> tuple[Message, ...]:
    """One message for all, none about what takes no time and took none."""
    about = [change.item for change in changes if change.item.state in ACTIVE or change.releases]
    return messages(main_verb(changes), about[0], customer, ctx.account) if about else ()


def _changed(
    present: BookingWithItems,
    booking: Booking | None,
    changes: Iterable[ItemChange],
    references: References,
    booker: Booker | None,
) -> BookingWithItems:
    """The booking as it is after the change, without reading it again."""
    after = booking or present.booking
    customer = booker.customer if booker else present.customer
    known: Mapping[int, ItemView] = {view.item.id: view for view in present.items}
    by_id = dict(known)
    for change in changes:
        by_id[change.item.id] = _view(change, known.get(change.item.id), after, references)
    new = len(by_id) - len(known)
    views = [
        msgspec.structs.replace(
            view,
            siblings=present.items[0].siblings + new,
            customer=customer if view.item.customer_id is not None else None,
            recurs=after.recurrence is not None,
        )
        for view in by_id.values()
        if view.item.state != "deleted"
    ]
    views.sort(key=lambda view: (view.item.starts_at, view.item.id))
    return BookingWithItems(after, customer, tuple(views))


def _view(change: ItemChange, was: ItemView | None, booking: Booking, references: References) -> ItemView:
    item = change.item
    known = references.resources.get(item.resource_id or 0)
    if was is None:
        return ItemView(item, booking.uid, 1, None, known)
    return msgspec.structs.replace(was, item=item, resource=known or was.resource)

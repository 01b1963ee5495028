"""Changes a booking as a whole: its own fields, and resources, times and states of its items."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow, internal
from kalends.actions.bookings.find import bookings_in, check_lapsed
from kalends.actions.bookings.lock import expected_booking
from kalends.actions.catalog.sites import zones_of
from kalends.actions.context import Context, transaction
from kalends.actions.customers.add import fill_customer, match_or_new_customer
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.change_booking import BookingChange, changed_booking, item_changes, main_verb, plan_layout
from kalends.engine.bookings.change_set import ChangeSet, Message
from kalends.engine.bookings.create import Booker
from kalends.engine.bookings.item_changes import ItemChange, changes_of
from kalends.engine.bookings.layout import ZoneOf
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.patch import BookingPatch, NewTimes
from kalends.engine.bookings.references import ReferenceIds, References, ids_in_extras, named_ids
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.resolve import check_state_and_status, live_customer
from kalends.engine.bookings.states import ACTIVE
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.customers.customer import Customer, CustomerPatch, matches_patch
from kalends.engine.refusals import Forbidden, NotFound
from kalends.store.bookings import series
from kalends.store.bookings.find import Scope
from kalends.store.bookings.references import load_references
from kalends.store.commit import commit


@allow("book")
async def change_booking(
    ctx: Context, booking_id: int, patch: BookingPatch, messages: MessageOverrides = BY_POLICY
) -> BookingWithItems:
    """Change a booking as a whole: its own fields, and resources, times and states of its items; all or nothing.

    The change applies to drafts and active items; if there are none, to all items. For new resources or times existing
    items are reused, exact matches first, then in order of time; items are added or removed as needed. Time and
    resource of seats are their session's. One message is sent for all items.

    Raises NotFound(booking, resource, service, customer), Forbidden if some items are at sites that the caller may not
    see, IllegalTransition, Stale, Outdated, NotServed, Retired(resource, session), Full, SeparateTimes,
    TooManyOccurrences, Duplicate (a field of the customer), and Invalid(state, status: unknown; starts_at: blank,
    fixed, invalid, out_of_range; ends_at: before_start, invalid, out_of_range; extras: not_served; resource_id: blank,
    fixed, not_bookable; and the customer's fields).
    """
    locks = Locks(bookings=[booking_id])
    async with expected_booking(ctx, booking_id) as tx:
        return await retry_on_conflict(tx, lambda attempt: _change_booking(attempt, booking_id, patch, messages), locks)


async def _change_booking(
    ctx: Context, booking_id: int, patch: BookingPatch, messages: MessageOverrides
) -> BookingWithItems:
    check_state_and_status(
        None if patch.state is UNSET else patch.state, None if patch.status is UNSET else patch.status
    )
    if patch.state != "cancelled":
        return await _commit_change(ctx, booking_id, patch, messages)
    async with transaction(ctx) as tx:
        await series.lock_booking(tx.db, tx.account.id, booking_id)
        await series.withdraw_pending(tx.db, tx.account.id, booking_id)
        return await _commit_change(tx, booking_id, patch, messages)


async def _commit_change(
    ctx: Context, booking_id: int, patch: BookingPatch, messages: MessageOverrides
) -> BookingWithItems:
    planned, changed = await plan_booking_change(ctx, booking_id, patch, messages)
    if planned is not None:
        await commit(ctx.db, ctx.account.id, planned)
    return changed


@internal
async def plan_booking_change(
    ctx: Context, booking_id: int, patch: BookingPatch, messages: MessageOverrides = BY_POLICY
) -> tuple[ChangeSet | None, BookingWithItems]:
    """The change set of a patch of a booking, None if nothing changes, and the booking as it will be.

    Raises what `change_booking` raises, but for what only the commit knows: Full and Stale.
    """
    present = await _get_whole_booking(ctx, booking_id)
    change = plan_layout(present, patch, ctx.author, await _zone_of(ctx, present, patch))
    references = await load_references(ctx.db, ctx.account.id, _named(change), ctx.site_ids)
    refusals = AllRefusals()
    booker: Booker | None = None
    with refusals:
        booker = await _booker(ctx, present, patch, references)
    booking = changed_booking(present.booking, patch, booker, ctx.author)
    with refusals:
        changes = item_changes(ctx.account, change, booking or present.booking, references, ctx.author)
    refusals.raise_any()
    if not changes and booking is None and not (booker and booker.saved):
        return None, present
    planned = changes_of(
        ctx.author,
        main_verb(changes),
        changes,
        references,
        booker=booker,
        booking=booking,
        messages=_messages(ctx, changes, booker.customer if booker else present.customer, messages),
        item_counts={booking_id: present.items[0].siblings},
    )
    return planned, _changed(present, booking, changes, references, booker)


async def _zone_of(ctx: Context, present: BookingWithItems, patch: BookingPatch) -> ZoneOf:
    """The time zones of the resources that the booking has or gets, as far as the patch needs them."""
    if patch.resources is UNSET and not isinstance(patch.times, NewTimes):
        return lambda resource_id: ctx.zone
    requested = () if patch.resources is UNSET else patch.resources
    resource_ids = {view.resource.id for view in present.items if view.resource}
    zones = await zones_of(ctx, resource_ids | {resource.resource_id for resource in requested})
    return lambda resource_id: zones.get(resource_id or 0, ctx.zone)


async def _get_whole_booking(ctx: Context, booking_id: int) -> BookingWithItems:
    """The booking with all its items.

    Raises NotFound(booking), Stale, and Forbidden if the caller may see some of its sites only.
    """
    scope = Scope(ctx.account.id, ctx.now, booking_ids=[booking_id], placeless_seats=True)
    present = (await bookings_in(ctx, scope)).get(booking_id)
    if present is None:
        raise NotFound("booking", booking_id)
    check_lapsed(ctx, present.items)
    visible = {ctx.sees(view.resource.site_id) for view in present.items if view.resource}
    if visible == {False}:
        raise NotFound("booking", booking_id)
    if False in visible:
        raise Forbidden()
    return present


def _named(change: BookingChange) -> ReferenceIds:
    """The ids to look up before the change: services only if claims may change."""
    planned = [planned_time for _, planned_time in change.pairs if planned_time]
    inventories, products = ids_in_extras(extra for planned_time in planned for extra in planned_time.resource.extras)
    services = {view.item.service_id for view in change.meant if view.item.service_id is not None}
    may_claim = change.patch.state is not UNSET or bool(planned)
    return ReferenceIds(
        resources=inventories | {planned_time.resource.resource_id for planned_time in planned},
        services=products | services if may_claim else frozenset(),
        customers=named_ids([change.patch.customer_id]),
        new_items=sum(item is None for item, _ in change.pairs),
    )


async def _booker(
    ctx: Context, present: BookingWithItems, patch: BookingPatch, references: References
) -> Booker | None:
    """The new customer of the booking, or the present one with blanks filled in; None if the customer stays as it is.

    Somebody else's name alone means somebody else: the forms that change a booking as a whole always send the contacts.
    """
    if isinstance(patch.customer_id, int):
        return Booker(live_customer(patch.customer_id, references))
    if patch.customer_id is None:
        return Booker()
    if patch.customer is UNSET or patch.customer == CustomerPatch():
        return None
    if present.customer and matches_patch(present.customer, patch.customer, ctx.account.country):
        booker = Booker(*await fill_customer(ctx, present.customer, patch.customer))
        return booker if booker.to_save else None
    return Booker(*await match_or_new_customer(ctx, patch.customer))


def _messages(
    ctx: Context, changes: Sequence[ItemChange], customer: Customer | None, overrides: MessageOverrides
) -> tuple[Message, ...]:
    """The messages for the whole change, about its first item that is or was active; none if there is none."""
    active = [change.item for change in changes if change.item.state in ACTIVE or change.releases]
    if not active:
        return ()
    verb = main_verb(changes)
    is_visible = verb != "change" or any(change.is_visible for change in changes)
    return messages_for(verb, active[0], customer, ctx.account, overrides, is_visible=is_visible)


def _changed(
    present: BookingWithItems,
    booking: Booking | None,
    changes: Iterable[ItemChange],
    references: References,
    booker: Booker | None,
) -> BookingWithItems:
    """The booking after the change, put together without reading it again."""
    after = booking or present.booking
    customer = booker.customer if booker else present.customer
    before: Mapping[int, ItemView] = {view.item.id: view for view in present.items}
    by_id = dict(before)
    for change in changes:
        by_id[change.item.id] = _view(change, before.get(change.item.id), after, references)
    added = len(by_id) - len(before)
    views = [
        msgspec.structs.replace(
            view,
            siblings=present.items[0].siblings + added,
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
    resource = references.resources.get(item.resource_id or 0)
    if was is None:
        return ItemView(item, booking.uid, 1, None, resource)
    return msgspec.structs.replace(was, item=item, resource=resource or was.resource)

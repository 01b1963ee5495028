"""Changes one item, or several items of its booking: read, plan, commit; retried under locks on a conflict."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeAlias

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow, internal, sees_item
from kalends.actions.bookings.commit import commit_planned
from kalends.actions.bookings.find import check_lapsed, get_item, get_to_change
from kalends.actions.bookings.pending import change_pending
from kalends.actions.bookings.series import sees_pending
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context, transaction
from kalends.actions.customers.add import fill_customer, find_described
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.change_booking import main_verb
from kalends.engine.bookings.change_item import (
    check_seat,
    given_fields,
    in_scope,
    keeps_length,
    named_by_change,
    patched,
    shifted_patch,
    viewed,
    with_length,
)
from kalends.engine.bookings.change_set import ChangeSet, Message, change_set
from kalends.engine.bookings.create import Booker
from kalends.engine.bookings.item_changes import ItemChange, changes_of, requested_anew, revised_booking
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.messages import told_apart
from kalends.engine.bookings.overlap import as_written
from kalends.engine.bookings.patch import ItemPatch, Scope
from kalends.engine.bookings.references import ReferenceIds, References
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.resolve import live_customer
from kalends.engine.bookings.stored_series import given_to
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.refusals import IllegalTransition, NotFound
from kalends.store.bookings import series
from kalends.store.bookings.items import find_views_of
from kalends.store.bookings.references import load_references
from kalends.store.commit import commit

PatchedItem: TypeAlias = tuple[ItemView, ItemPatch]
Besides: TypeAlias = Mapping[int, tuple[int, ...]]
"""What items take besides their resource, by their ids."""
NO_OTHERS: Besides = {}


@allow("book", "practitioner")
async def change_item(
    ctx: Context,
    item_id: int,
    patch: ItemPatch,
    *,
    scope: Scope = "this",
    messages: MessageOverrides = BY_POLICY,
    besides: Besides = NO_OTHERS,
) -> ItemView:
    """Change some fields of an item, and with scope `following` or `all` of the later or all items of its booking.

    The others are moved by as much on the wall clock of the site, and so are occurrences of a series that are still to
    be made; all or nothing. Those that the caller may not see stay. Items that stay the same are not written, and no
    message is sent for them. `besides`: what these items take besides from then on, by their ids.

    Raises NotFound(item, service, resource, session, site, customer, booked_by_customer, case), IllegalTransition if
    the item is deleted, Retired(service, session, resource), NotServed, TooMany, Full, Stale, Duplicate (a field of the
    customer), Forbidden if the caller may only see the item, and Invalid(units, extras:
    not_positive, out_of_range; extras: invalid, not_served; site_id: not_served; status: unknown; ends_at:
    before_start, out_of_range; service_id: not_bookable; session_id: blank; expires_at: past; starts_at, ends_at,
    resource_id, service_id: fixed; and the customer's fields).
    """
    sessions = [patch.session_id] if isinstance(patch.session_id, int) else []
    if scope == "this":
        locks = Locks(items=[item_id], sessions=sessions)
        own = _with_besides(patch, besides, item_id)
        return await retry_on_conflict(ctx, lambda attempt: _change_one(attempt, item_id, own, messages), locks)
    booking_id = (await get_item(ctx, item_id)).item.booking_id
    change = partial(_change_many, item_id=item_id, patch=patch, scope=scope, messages=messages, besides=besides)
    return await retry_on_conflict(ctx, change, Locks(bookings=[booking_id]))


async def _change_one(ctx: Context, item_id: int, patch: ItemPatch, messages: MessageOverrides) -> ItemView:
    view, refusals = await _get_undeleted(ctx, item_id), AllRefusals()
    with refusals:
        check_seat(view.item, patch)
    if keeps_length(patch):
        patch = with_length(patch, view.item, await zone_at(ctx, view.resource))
    fields = given_fields(view, patch)
    references = await load_references(ctx.db, ctx.account.id, named_by_change(view, fields, patch), ctx.site_ids)
    booker: Booker | None = None
    with refusals:
        booker = await _booker(ctx, view, patch, references)
    if booker is not None:
        fields["customer_id"] = booker.customer.id if booker.customer else None
    with refusals:
        change = patched(ctx.account, view, fields, patch, references, ctx.author)
    refusals.raise_any()
    if change is None:
        return msgspec.structs.replace(view, customer=await _save(ctx, booker)) if booker and booker.saved else view
    after = viewed(change, references, booker)
    _check_own(ctx, change, references)
    sent = _messages(ctx, after, [change], messages, was_active=change.was_active)
    booking = await _booking_for(ctx, view, booker) if booker else None
    planned = changes_of(ctx.author, "change", [change], references, booker=booker, booking=booking, messages=sent)
    written = await commit_planned(ctx, planned, patch.if_taken)
    return as_written((after,), written)[0]


@internal
async def change_items(
    ctx: Context, patches: Sequence[PatchedItem], messages: MessageOverrides = BY_POLICY, *, as_requests: bool = False
) -> tuple[ItemView, ...]:
    """Change several items of one booking, as they have been read, each by its own patch, as one change: what one of
    them gives up another can take. All or nothing. Customers stay as they are, and get one message each; `as_requests`:
    what changes and was confirmed awaits confirmation again, of which the staff are told.

    Raises Stale if one of them has changed since it was read, and what `change_item` raises.
    """
    planned = await _plan(ctx, patches, patches[0])
    if as_requests:
        planned = msgspec.structs.replace(planned, changes=[requested_anew(change) for change in planned.changes])
    changed = {change.item.id: viewed(change, planned.references) for change in planned.changes}
    if planned.changes:
        await commit_planned(ctx, _change_set(ctx, planned, messages, None))
    return tuple(changed.get(view.item.id, view) for view, _ in patches)


async def _change_many(
    ctx: Context, item_id: int, patch: ItemPatch, scope: Scope, messages: MessageOverrides, besides: Besides
) -> ItemView:
    async with transaction(ctx) as tx:
        view = await _get_undeleted(tx, item_id)
        check_seat(view.item, patch)
        booking = await series.lock_booking(tx.db, tx.account.id, view.item.booking_id)
        if booking is None:
            raise NotFound("booking", view.item.booking_id)
        every = in_scope(await find_views_of(tx.db, tx.account.id, booking.id), view, scope)
        views = [other for other in every if sees_item(tx, other)]
        check_lapsed(tx, views)
        zone = await zone_at(tx, view.resource)
        shifted = [(other, shifted_patch(patch, view.item, other.item, zone)) for other in views]
        patches = [(other, _with_besides(own, besides, other.item.id)) for other, own in shifted]
        planned = await _plan(tx, patches, (view, patch))
        if await sees_pending(tx, booking):
            await change_pending(tx, booking, view, patch, scope=scope, zone=zone)
        booker, changes, of_all = planned.booker, planned.changes, booking if views == every else None
        if changes:
            written = await commit_planned(tx, _change_set(tx, planned, messages, of_all), patch.if_taken)
            changed = (change for change in changes if change.item.id == item_id)
            after = next((viewed(change, planned.references, booker) for change in changed), view)
            return as_written((after,), written)[0]
        customer = await _save(tx, booker) if booker and booker.saved else view.customer
        return msgspec.structs.replace(view, customer=customer)


def _with_besides(patch: ItemPatch, besides: Besides, item_id: int) -> ItemPatch:
    return msgspec.structs.replace(patch, also_resource_ids=besides[item_id]) if item_id in besides else patch


class _Planned(msgspec.Struct, frozen=True):
    """The items that change, with the records that they refer to, and their new customer, as of `_booker`."""

    changes: list[ItemChange]
    references: References
    booker: Booker | None


async def _plan(ctx: Context, patches: Sequence[PatchedItem], of_customer: PatchedItem) -> _Planned:
    """Plan the patches of several items; one of them says who all are for."""
    all_fields = [given_fields(view, patch) for view, patch in patches]
    named = _union([named_by_change(view, own, patch) for (view, patch), own in zip(patches, all_fields, strict=True)])
    references = await load_references(ctx.db, ctx.account.id, named, ctx.site_ids)
    refusals = AllRefusals()
    booker: Booker | None = None
    with refusals:
        booker = await _booker(ctx, *of_customer, references)
    if booker is not None:
        for fields in all_fields:
            fields["customer_id"] = booker.customer.id if booker.customer else None
    with refusals:
        changes = [
            patched(ctx.account, view, fields, patch, references, ctx.author)
            for (view, patch), fields in zip(patches, all_fields, strict=True)
        ]
    refusals.raise_any()
    planned = _Planned([change for change in changes if change is not None], references, booker)
    for change in planned.changes:
        _check_own(ctx, change, references)
    return planned


def _check_own(ctx: Context, change: ItemChange, references: References) -> None:
    """Raises NotFound(resource) to a practitioner who would give an item to somebody else, or take their time too."""
    item, was = change.item, change.was.item if change.was else change.item
    taken = {item.resource_id, *item.also_resource_ids}
    people = {id_ for id_ in taken if id_ in references.resources and references.resources[id_].kind == "person"}
    added = people - {was.resource_id, *was.also_resource_ids}
    others = [id_ for id_ in added if not ctx.principal.sees_resources(id_)]
    if others or not ctx.principal.sees_resources(*viewed(change, references).resource_ids):
        raise NotFound("resource", others[0] if others else item.resource_id)


def _change_set(ctx: Context, planned: _Planned, messages: MessageOverrides, booking: Booking | None) -> ChangeSet:
    changes, references, booker = planned.changes, planned.references, planned.booker
    changed_booking = None
    customer_id = booker.customer.id if booker and booker.customer else None
    if booking is not None and booker is not None and customer_id != booking.customer_id:
        changed_booking = revised_booking(given_to(booking, customer_id), ctx.author)
    sent, verb = _messages_of(ctx, planned, messages), main_verb(changes)
    return changes_of(ctx.author, verb, changes, references, booker=booker, booking=changed_booking, messages=sent)


def _messages_of(ctx: Context, planned: _Planned, overrides: MessageOverrides) -> tuple[Message, ...]:
    """Each customer is told of their own items by a message that names the first of these that was active."""
    changes_by_customer: dict[int | None, list[ItemChange]] = {}
    for change in planned.changes:
        changes_by_customer.setdefault(change.item.customer_id, []).append(change)
    told = []
    for own in changes_by_customer.values():
        first = next((change for change in own if change.was_active), own[0])
        after = viewed(first, planned.references, planned.booker)
        told.append(_messages(ctx, after, own, overrides, was_active=first.was_active))
    return told_apart(told)


def _messages(
    ctx: Context, after: ItemView, changes: Sequence[ItemChange], messages: MessageOverrides, *, was_active: bool
) -> Sequence[Message]:
    is_visible = any(change.is_visible for change in changes)
    return messages_for(
        main_verb(changes),
        after.item,
        after.customer,
        ctx.account,
        messages,
        was_active=was_active,
        is_visible=is_visible,
    )


async def _get_undeleted(ctx: Context, item_id: int) -> ItemView:
    view = await get_to_change(ctx, item_id)
    if view.item.state == "deleted":
        raise IllegalTransition("deleted", "change")
    return view


async def _booker(ctx: Context, view: ItemView, patch: ItemPatch, references: References) -> Booker | None:
    """The new customer of the item, or the present one with blanks filled in; None if the customer stays as it is."""
    present = view.customer
    description = patch.customer if patch.customer != CustomerPatch() else UNSET
    if isinstance(patch.customer_id, int) and patch.customer_id != view.item.customer_id:
        present = live_customer(patch.customer_id, references)
        described = (present, False) if description is UNSET else await fill_customer(ctx, present, description)
    elif description is not UNSET:
        described = await find_described(ctx, None if patch.customer_id is None else present, description)
    elif patch.customer_id is None and present is not None:
        return Booker()
    else:
        return None
    return Booker(*described)


async def _save(ctx: Context, booker: Booker) -> Customer | None:
    """Save the customer alone, where nothing else changes."""
    await commit(ctx.db, ctx.account.id, change_set(ctx.author, "change", customers=booker.saved))
    return booker.customer


async def _booking_for(ctx: Context, view: ItemView, booker: Booker) -> Booking | None:
    """The booking of a single item, for the item's new customer; None if it stays, or has several items."""
    customer_id = booker.customer.id if booker.customer else None
    if view.siblings > 1 or customer_id == view.item.customer_id:
        return None
    booking = await series.load_booking(ctx.db, ctx.account.id, view.item.booking_id)
    return None if booking is None else revised_booking(given_to(booking, customer_id), ctx.author)


def _union(named: Sequence[ReferenceIds]) -> ReferenceIds:
    return ReferenceIds(
        resources=frozenset[int]().union(*(ids.resources for ids in named)),
        services=frozenset[int]().union(*(ids.services for ids in named)),
        sessions=frozenset[int]().union(*(ids.sessions for ids in named)),
        customers=frozenset[int]().union(*(ids.customers for ids in named)),
        cases=frozenset[int]().union(*(ids.cases for ids in named)),
        sites=frozenset[int]().union(*(ids.sites for ids in named)),
    )

"""Changing an item, or it and its fellows: read, plan, commit; again under locks where somebody else was faster."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.actions.access import allow
from kalends.actions.bookings.book import find_booker
from kalends.actions.bookings.find import check_lapsed, get_item, get_to_change
from kalends.actions.bookings.pending import change_pending
from kalends.actions.catalog.sites import zone_at
from kalends.actions.context import Context, transaction
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.change_item import given_fields, in_scope, named_by_change, patched, shifted_patch, viewed
from kalends.engine.bookings.create import Booker
from kalends.engine.bookings.item_changes import ItemChange, changes_of, revised_booking
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.patch import ItemPatch, Scope
from kalends.engine.bookings.references import Named, References
from kalends.engine.bookings.request import BY_POLICY, BookingRequest, MessageOverrides
from kalends.engine.bookings.resolve import live_customer
from kalends.engine.bookings.stored_series import for_customer
from kalends.engine.bookings.views import ItemView
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Forbidden, IllegalTransition, NotFound
from kalends.store.bookings import series
from kalends.store.bookings.items import find_views_of
from kalends.store.bookings.references import load_references
from kalends.store.commit import commit


@allow("book")
async def change_item(
    ctx: Context,
    item_id: int,
    patch: ItemPatch,
    *,
    scope: Scope = "this",
    messages: MessageOverrides = BY_POLICY,
) -> ItemView:
    """Change some fields of an item; moving it releases and takes in one statement.

    With scope `following` or `all` the later or all items of its booking change alike, all or nothing: moved as far on
    the wall clock of the site, and what is still to be made of a series with them. What is as it was is not written
    again, and nobody is told. Raises NotFound(item and what `book` does not find), IllegalTransition for one that is
    deleted, Retired, NotServed, TooMany, Full, Stale, and Invalid as `book` does.
    """
    sessions = [patch.session_id] if isinstance(patch.session_id, int) else []
    if scope == "this":
        locks = Locks(items=[item_id], sessions=sessions)
        return await retry_on_conflict(ctx, lambda tried: _change_one(tried, item_id, patch, messages), locks)
    booking_id = (await get_item(ctx, item_id)).item.booking_id
    locks = Locks(bookings=[booking_id])
    return await retry_on_conflict(ctx, lambda tried: _change_many(tried, item_id, patch, scope, messages), locks)


async def _change_one(ctx: Context, item_id: int, patch: ItemPatch, messages: MessageOverrides) -> ItemView:
    view = await _alive(ctx, item_id)
    given = given_fields(view, patch)
    references = await load_references(ctx.db, ctx.account.id, named_by_change(view, given), ctx.site_ids)
    booker = await _booker(ctx, given, patch, references)
    if booker is not None:
        given["customer_id"] = booker.customer.id if booker.customer else None
    change = patched(ctx.account, view, given, patch, references, ctx.author)
    if change is None:
        return view
    after = viewed(change, references, booker)
    sent = messages_for("change", after.item, after.customer, ctx.account, messages, was_active=change.was_active)
    booking = await _followed(ctx, view, booker) if booker else None
    planned = changes_of(ctx.author, "change", [change], references, booker=booker, booking=booking, messages=sent)
    await commit(ctx.db, ctx.account.id, planned)
    return after


async def _change_many(
    ctx: Context, item_id: int, patch: ItemPatch, scope: Scope, messages: MessageOverrides
) -> ItemView:
    async with transaction(ctx) as tx:
        view = await _alive(tx, item_id)
        booking = await series.lock_booking(tx.db, tx.account.id, view.item.booking_id)
        if booking is None:
            raise NotFound("booking", view.item.booking_id)
        views = in_scope(await find_views_of(tx.db, tx.account.id, booking.id), view, scope)
        check_lapsed(tx, views)
        if any(not tx.sees(one.site_id) for one in views):
            raise Forbidden()
        zone = await zone_at(tx, view.resource)
        patches = [shifted_patch(patch, view.item, one.item, zone) for one in views]
        given = [given_fields(one, each) for one, each in zip(views, patches, strict=True)]
        named = _together([named_by_change(one, fields) for one, fields in zip(views, given, strict=True)])
        references = await load_references(tx.db, tx.account.id, named, tx.site_ids)
        booker = await _booker(tx, given[0], patch, references)
        if booker is not None:
            for fields in given:
                fields["customer_id"] = booker.customer.id if booker.customer else None
        planned = [
            patched(tx.account, one, fields, each, references, tx.author)
            for one, fields, each in zip(views, given, patches, strict=True)
        ]
        changes = [change for change in planned if change is not None]
        await change_pending(tx, booking, view, patch, scope=scope, zone=zone)
        if changes:
            await _commit_many(tx, changes, references, booker, messages, booking)
        return next((viewed(one, references, booker) for one in changes if one.item.id == item_id), view)


async def _commit_many(
    ctx: Context,
    changes: Sequence[ItemChange],
    references: References,
    booker: Booker | None,
    messages: MessageOverrides,
    booking: Booking,
) -> None:
    first = next((change for change in changes if change.was_active), changes[0])
    after = viewed(first, references, booker)
    sent = messages_for("change", after.item, after.customer, ctx.account, messages, was_active=first.was_active)
    followed = None
    if booker is not None:
        customer_id = booker.customer.id if booker.customer else None
        followed = revised_booking(for_customer(booking, customer_id), ctx.author)
    planned = changes_of(ctx.author, "change", changes, references, booker=booker, booking=followed, messages=sent)
    await commit(ctx.db, ctx.account.id, planned)


async def _alive(ctx: Context, item_id: int) -> ItemView:
    view = await get_to_change(ctx, item_id)
    if view.item.state == "deleted":
        raise IllegalTransition("deleted", "change")
    return view


async def _booker(ctx: Context, given: Mapping[str, Any], patch: ItemPatch, references: References) -> Booker | None:
    """Who the item is for from now on, None where that stays."""
    if given.get("customer_id") is not None:
        return Booker(live_customer(given["customer_id"], references))
    if isinstance(patch.customer, CustomerPatch) and patch.customer != CustomerPatch():
        return await find_booker(ctx, BookingRequest(lines=(), customer=patch.customer), references)
    return Booker() if "customer_id" in given else None


async def _followed(ctx: Context, view: ItemView, booker: Booker) -> Booking | None:
    """The booking of a single item, which is for whom the item is for; None where it is so, or has several items."""
    customer_id = booker.customer.id if booker.customer else None
    if view.siblings > 1 or customer_id == view.item.customer_id:
        return None
    booking = await series.load_booking(ctx.db, ctx.account.id, view.item.booking_id)
    return None if booking is None else revised_booking(for_customer(booking, customer_id), ctx.author)


def _together(named: Sequence[Named]) -> Named:
    return Named(
        resources=frozenset[int]().union(*(one.resources for one in named)),
        services=frozenset[int]().union(*(one.services for one in named)),
        sessions=frozenset[int]().union(*(one.sessions for one in named)),
        customers=frozenset[int]().union(*(one.customers for one in named)),
    )

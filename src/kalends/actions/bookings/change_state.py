"""Verifies, confirms, declines, cancels and removes items, and records attendance."""

from collections.abc import Sequence

from kalends.actions.access import allow, changes_item, check_verb, sees_item
from kalends.actions.bookings.find import check_lapsed, get_to_change
from kalends.actions.bookings.lock import expected_booking
from kalends.actions.bookings.series import find_collection, sees_pending
from kalends.actions.bookings.verification import try_code
from kalends.actions.context import Context, transaction
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.item_changes import ItemChange, changes_of, in_state, revised
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.outcome import OutcomePatch, item_with_outcome
from kalends.engine.bookings.references import ReferenceIds, References
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.resolve import check_state_and_status
from kalends.engine.bookings.states import next_state, state_at
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import IllegalTransition, NotFound
from kalends.store.bookings import series
from kalends.store.bookings.items import find_views_of
from kalends.store.bookings.references import load_references
from kalends.store.commit import commit


@allow("book", "customer", "guest", "practitioner")
async def change_item_state(
    ctx: Context,
    item_id: int,
    verb: str,
    *,
    messages: MessageOverrides = BY_POLICY,
    code: str | None = None,
    reason: str | None = None,
) -> ItemView:
    """Change the state of an item by a verb: verify, confirm, decline, cancel, remove, or reopen what was cancelled or
    declined or has expired (see engine/bookings/states.py).

    `code`: if given, it must be the item's verification code. The try counts whatever comes of it, so with a code the
    action must not be called in a transaction. `reason` is why it is cancelled or declined.

    Raises NotFound(item), IllegalTransition, WrongCode, Stale; Full, Retired(resource, session) and NotServed if a
    draft is confirmed or an item reopened; Invalid(reason: invalid, too_long); and Forbidden for verbs that customers
    and guests may not use.
    """
    check_verb(ctx, verb, code)
    if code is not None:
        await try_code(ctx, item_id, code)
    return await retry_on_conflict(
        ctx, lambda attempt: _advance(attempt, item_id, verb, messages, reason), Locks(items=[item_id])
    )


@allow("book", "practitioner")
async def set_status(ctx: Context, item_id: int, status: str | None) -> ItemView:
    """Record how the customer attended; None clears it.

    Raises NotFound(item), IllegalTransition if the item is deleted, Invalid(status: unknown), Stale.
    """
    check_state_and_status(None, status)
    return await retry_on_conflict(ctx, lambda attempt: _set_status(attempt, item_id, status), Locks(items=[item_id]))


@allow("book")
async def set_outcome(ctx: Context, item_id: int, patch: OutcomePatch) -> ItemView:
    """Confirm or cancel an item, or record that the customer did not come. No change if the outcome is so already.

    Raises NotFound(item), IllegalTransition, Stale, and, if a cancelled item is confirmed, Full, Retired(resource) or
    NotServed.
    """
    return await retry_on_conflict(ctx, lambda tried: _set_outcome(tried, item_id, patch), Locks(items=[item_id]))


@allow("book", "customer", "practitioner")
async def change_booking_state(
    ctx: Context, uid: str, verb: str, messages: MessageOverrides = BY_POLICY, *, reason: str | None = None
) -> list[ItemView]:
    """Cancel or remove all items of a booking whose state allows it, and withdraw the pending ones of a series.

    Items that the caller may not see stay, and what is pending if a customer calls. One message is sent for all.
    `reason` is why they are cancelled. Returns the changed items.

    Raises NotFound(series), Stale, Outdated, IllegalTransition if no item allows the verb and none was pending, and
    Forbidden for verbs that customers may not use.
    """
    check_verb(ctx, verb, None)
    booking = await find_collection(ctx, uid)
    locks = Locks(bookings=[booking.id])
    async with expected_booking(ctx, booking.id) as tx:
        return await retry_on_conflict(
            tx, lambda attempt: _advance_all(attempt, booking.id, verb, messages, reason=reason), locks
        )


async def _advance(ctx: Context, item_id: int, verb: str, messages: MessageOverrides, reason: str | None) -> ItemView:
    view = await get_to_change(ctx, item_id)
    state = next_state(state_at(view.item, ctx.now), verb, ctx.account.policy)
    change = in_state(view, state, verb, ctx.author, reason)
    sent = messages_for(verb, change.item, view.customer, ctx.account, messages, was_active=change.was_active)
    references = await _references(ctx, [change])
    await commit(ctx.db, ctx.account.id, changes_of(ctx.author, verb, [change], references, messages=sent))
    return change.view


async def _set_status(ctx: Context, item_id: int, status: str | None) -> ItemView:
    view = await get_to_change(ctx, item_id)
    if view.item.state == "deleted":
        raise IllegalTransition("deleted", "status")
    if view.item.status == status:
        return view
    change = ItemChange(view, revised(view.item, ctx.author, {"status": status}))
    await commit(ctx.db, ctx.account.id, changes_of(ctx.author, "status", [change]))
    return change.view


async def _set_outcome(ctx: Context, item_id: int, patch: OutcomePatch) -> ItemView:
    view = await get_to_change(ctx, item_id)
    change = item_with_outcome(view, patch, ctx.account.policy, ctx.author)
    if change is None:
        return view
    verb = change.verb or "status"
    sent = messages_for(verb, change.item, view.customer, ctx.account, was_active=change.was_active)
    references = await _references(ctx, [change])
    await commit(ctx.db, ctx.account.id, changes_of(ctx.author, verb, [change], references, messages=sent))
    return change.view


async def _advance_all(
    ctx: Context, booking_id: int, verb: str, messages: MessageOverrides, *, reason: str | None
) -> list[ItemView]:
    async with transaction(ctx) as tx:
        booking = await series.lock_booking(tx.db, tx.account.id, booking_id)
        is_own = tx.principal.kind == "customer"
        may_withdraw = booking is not None and not is_own and await sees_pending(tx, booking)
        withdrawn = await series.withdraw_pending(tx.db, tx.account.id, booking_id) if may_withdraw else 0
        all_views = await find_views_of(tx.db, tx.account.id, booking_id)
        check_lapsed(tx, all_views)
        views = [view for view in all_views if sees_item(tx, view) and changes_item(tx, view)]
        if is_own and not views:
            raise NotFound("series", booking_id)
        changes = [
            change for change in (_change_if_allowed(tx, view, verb, reason) for view in views) if change is not None
        ]
        if views and not changes and not withdrawn:
            raise IllegalTransition(state_at(views[0].item, tx.now), verb)
        if changes:
            first = next((change for change in changes if change.was_active), changes[0])
            customer = first.was.customer if first.was else None
            sent = messages_for(verb, first.item, customer, tx.account, messages, was_active=first.was_active)
            references = await _references(tx, changes)
            planned = changes_of(tx.author, verb, changes, references, messages=sent)
            await commit(tx.db, tx.account.id, planned)
        return [change.view for change in changes]


def _change_if_allowed(ctx: Context, view: ItemView, verb: str, reason: str | None) -> ItemChange | None:
    try:
        state = next_state(state_at(view.item, ctx.now), verb, ctx.account.policy)
    except IllegalTransition:
        return None
    return in_state(view, state, verb, ctx.author, reason)


async def _references(ctx: Context, changes: Sequence[ItemChange]) -> References:
    """The services of the items that need new claims."""
    services = frozenset(
        change.item.service_id for change in changes if change.claims_anew and change.item.service_id is not None
    )
    return await load_references(ctx.db, ctx.account.id, ReferenceIds(services=services), ctx.site_ids)

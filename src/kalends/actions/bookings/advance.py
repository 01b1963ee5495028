"""What becomes of items by a verb: verified, confirmed, declined, cancelled, removed; and how a customer attended."""

from collections.abc import Sequence

from kalends.actions.access import allow, check_verb
from kalends.actions.bookings.find import check_lapsed, get_to_change
from kalends.actions.bookings.series import find_collection, sees_pending
from kalends.actions.context import Context, transaction
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.item_changes import ItemChange, changes_of, in_state, revised
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.references import Named, References
from kalends.engine.bookings.request import BY_POLICY, MessageOverrides
from kalends.engine.bookings.resolve import check_words
from kalends.engine.bookings.states import next_state, state_at
from kalends.engine.bookings.views import ItemView
from kalends.engine.refusals import IllegalTransition, WrongCode
from kalends.store.bookings import series
from kalends.store.bookings.items import find_views_of
from kalends.store.bookings.references import load_references
from kalends.store.commit import commit


@allow("book", "customer", "guest")
async def advance_item(
    ctx: Context, item_id: int, verb: str, *, messages: MessageOverrides = BY_POLICY, code: str | None = None
) -> ItemView:
    """Verify, confirm, decline, cancel or remove an item; with a `code` the verification code must be that one.

    Raises NotFound(item), IllegalTransition, WrongCode, Stale, and Full or Retired(resource) for a draft that is
    confirmed.
    """
    check_verb(ctx, verb, code)
    return await retry_on_conflict(
        ctx, lambda tried: _advance(tried, item_id, verb, messages, code), Locks(items=[item_id])
    )


@allow("book")
async def set_status(ctx: Context, item_id: int, status: str | None) -> ItemView:
    """Note how the customer attended, or take the note back with None.

    Raises NotFound(item), IllegalTransition for one that is deleted, Invalid(status: unknown), Stale.
    """
    check_words(None, status)
    return await retry_on_conflict(ctx, lambda tried: _set_status(tried, item_id, status), Locks(items=[item_id]))


@allow("book")
async def advance_collection(
    ctx: Context, uid: str, verb: str, messages: MessageOverrides = BY_POLICY
) -> list[ItemView]:
    """Cancel or remove all items of a collection that allow it, and withdraw what is still to be made of a series.

    What may not be seen stays. One message for all. Raises NotFound(series), and IllegalTransition when nothing is
    pending and no item allows the verb.
    """
    booking = await find_collection(ctx, uid)
    return await retry_on_conflict(
        ctx, lambda tried: _advance_all(tried, booking.id, verb, messages), Locks(bookings=[booking.id])
    )


async def _advance(ctx: Context, item_id: int, verb: str, messages: MessageOverrides, code: str | None) -> ItemView:
    view = await get_to_change(ctx, item_id)
    state = next_state(state_at(view.item, ctx.now), verb, ctx.account.policy)
    if code is not None and not _is_code(code, view.item.verification_code):
        raise WrongCode()
    change = in_state(view, state, verb, ctx.author)
    sent = messages_for(verb, change.item, view.customer, ctx.account, messages, was_active=change.was_active)
    references = await _to_claim(ctx, [change])
    await commit(ctx.db, ctx.account.id, changes_of(ctx.author, verb, [change], references, messages=sent))
    return _after(change)


async def _set_status(ctx: Context, item_id: int, status: str | None) -> ItemView:
    view = await get_to_change(ctx, item_id)
    if view.item.state == "deleted":
        raise IllegalTransition("deleted", "status")
    if view.item.status == status:
        return view
    change = ItemChange(view, revised(view.item, ctx.author, {"status": status}))
    await commit(ctx.db, ctx.account.id, changes_of(ctx.author, "status", [change]))
    return _after(change)


async def _advance_all(ctx: Context, booking_id: int, verb: str, messages: MessageOverrides) -> list[ItemView]:
    async with transaction(ctx) as tx:
        booking = await series.lock_booking(tx.db, tx.account.id, booking_id)
        seen = booking is not None and await sees_pending(tx, booking)
        withdrawn = await series.withdraw_pending(tx.db, tx.account.id, booking_id) if seen else 0
        every = await find_views_of(tx.db, tx.account.id, booking_id)
        check_lapsed(tx, every)
        views = [view for view in every if tx.sees(view.site_id)]
        changes = [change for change in (_ended(tx, view, verb) for view in views) if change is not None]
        if views and not changes and not withdrawn:
            raise IllegalTransition(state_at(views[0].item, tx.now), verb)
        if changes:
            first = next((change for change in changes if change.was_active), changes[0])
            customer = first.was.customer if first.was else None
            sent = messages_for(verb, first.item, customer, tx.account, messages, was_active=first.was_active)
            references = await _to_claim(tx, changes)
            planned = changes_of(tx.author, verb, changes, references, messages=sent)
            await commit(tx.db, tx.account.id, planned)
        return [_after(change) for change in changes]


def _ended(ctx: Context, view: ItemView, verb: str) -> ItemChange | None:
    try:
        state = next_state(state_at(view.item, ctx.now), verb, ctx.account.policy)
    except IllegalTransition:
        return None
    return in_state(view, state, verb, ctx.author)


async def _to_claim(ctx: Context, changes: Sequence[ItemChange]) -> References:
    """What must be known of the services whose items take their time only now."""
    services = frozenset(one.item.service_id for one in changes if one.claims_anew and one.item.service_id is not None)
    return await load_references(ctx.db, ctx.account.id, Named(services=services), ctx.site_ids)


def _after(change: ItemChange) -> ItemView:
    assert change.was is not None
    return ItemView(
        change.item,
        change.was.booking_uid,
        change.was.siblings,
        change.was.customer,
        change.was.resource,
        change.was.service,
        change.was.session,
        change.was.recurs,
    )


def _is_code(given: str, code: str | None) -> bool:
    """Whether it is the code, which has lost the zeros at its front where it went as a number."""
    return bool(given and code and given.zfill(len(code)) == code)

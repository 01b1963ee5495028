"""Verification codes: made, tried, and sent anew."""

import secrets

import msgspec

from kalends.actions.access import allow, internal, sees_item
from kalends.actions.bookings.find import get_item, get_to_change
from kalends.actions.context import Context, transaction
from kalends.actions.retry import Locks, retry_on_conflict
from kalends.engine.bookings.item_changes import ItemChange, changes_of, revised
from kalends.engine.bookings.messages import messages as messages_for
from kalends.engine.bookings.request import BY_POLICY, BookingRequest, MessageOverrides
from kalends.engine.bookings.states import next_state, state_at
from kalends.engine.bookings.stored_series import for_code
from kalends.engine.bookings.verification import CODE_DIGITS, check_code, with_new_code
from kalends.engine.bookings.views import ItemView
from kalends.store.bookings import series, verifications
from kalends.store.bookings.find import find_items
from kalends.store.bookings.items import find_views_of
from kalends.store.commit import commit, lock


@allow("book", "customer", "guest")
async def send_new_code(ctx: Context, item_id: int, messages: MessageOverrides = BY_POLICY) -> ItemView:
    """Replace the verification code of an item's booking by a new one and send it to the customer.

    The old code is void, in all items of the booking that the caller may see and in those of its series that are still
    to be made. The hold ends when it ended before.

    Raises NotFound(item), IllegalTransition unless the item awaits verification, TooManyAttempts if the last code was
    sent just now, Stale.
    """
    return await retry_on_conflict(ctx, lambda attempt: _send(attempt, item_id, messages), Locks(items=[item_id]))


@internal
async def try_code(ctx: Context, item_id: int, code: str) -> None:
    """Check the code that is to verify an item; each try counts, also if the action is refused afterwards.

    It must not be called in a transaction. Raises NotFound(item), IllegalTransition, WrongCode.
    """
    item = (await get_item(ctx, item_id)).item
    next_state(state_at(item, ctx.now), "verify", ctx.account.policy)
    check_code(code, item.verification_code, await verifications.count_try(ctx.db, item))


@internal
def with_code(request: BookingRequest) -> BookingRequest:
    """The request with one verification code for all lines that have none of their own, if it begins with one."""
    if not request.initiate:
        return request
    code = _new_code()
    lines = (msgspec.structs.replace(line, verification_code=line.verification_code or code) for line in request.lines)
    return msgspec.structs.replace(request, lines=tuple(lines))


async def _send(ctx: Context, item_id: int, messages: MessageOverrides) -> ItemView:
    booking_id = (await get_item(ctx, item_id)).item.booking_id
    async with transaction(ctx) as tx:
        booking = await series.lock_booking(tx.db, tx.account.id, booking_id)
        await lock(tx.db, tx.account.id, tx.now, await find_items(tx.db, tx.account.id, booking_id))
        view = await get_to_change(tx, item_id)
        next_state(view.item.state, "send_code", tx.account.policy)
        verification = await verifications.load_verification(tx.db, view.item)
        await verifications.save_verification(tx.db, with_new_code(verification, tx.now))
        views = await find_views_of(tx.db, tx.account.id, booking_id)
        code = _new_code()
        changes = {
            other.item.id: ItemChange(other, revised(other.item, tx.author, {"verification_code": code}), "send_code")
            for other in views
            if other.item.state == "awaiting_verification" and sees_item(tx, other)
        }
        if booking is not None and (coded := for_code(booking, code)) is not booking:
            await series.save_series(tx.db, coded)
        item = changes[item_id].item
        sent = messages_for("send_code", item, view.customer, tx.account, messages)
        await commit(tx.db, tx.account.id, changes_of(tx.author, "send_code", list(changes.values()), messages=sent))
        return msgspec.structs.replace(view, item=item)


def _new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"

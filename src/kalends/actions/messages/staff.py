"""Who of the staff gets a message that is for the staff, and when."""

from collections.abc import Sequence

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context, transaction
from kalends.engine.accounts.profile import Profile
from kalends.engine.accounts.user import StaffUser
from kalends.engine.contacts import e164
from kalends.engine.messages.digest import with_entry
from kalends.engine.messages.message import OutboxMessage
from kalends.engine.messages.staff import due_at, is_told, wants
from kalends.engine.refusals import Invalid
from kalends.store.accounts.users import list_users
from kalends.store.bookings.items import find_item
from kalends.store.messages import digests, outbox


@internal
async def address_to_staff(ctx: Context, messages: Sequence[OutboxMessage]) -> Sequence[OutboxMessage]:
    """Address mail for all of the staff who want to know to the first of them, and add a copy for each other.

    Who gets all of a day in one mail has it noted there. Returns the messages as they are then; none, if nobody gets
    them alone. What is addressed already or is for a customer stays as it is, and goes to the account itself if it has
    no staff who are told of bookings.
    """
    first = messages[0]
    if first.audience != "staff" or first.channel != "email" or first.user_id is not None:
        return messages
    view = None if first.item_id is None else await find_item(ctx.db, ctx.account.id, first.item_id)
    everybody = await list_users(ctx.db, ctx.account.id)
    users = [user for user in everybody if wants(user, first.template, view)]
    if not users and not any(map(is_told, everybody)):
        return messages
    at_once = [user for user in users if due_at(user, first.template, ctx.now, ctx.zone) == ctx.now]
    async with transaction(ctx) as tx:
        for message in messages:
            for user in users:
                if user not in at_once:
                    await _note_in_digest(tx, message, user)
            for user in at_once[:1]:
                await outbox.address_to(tx.db, ctx.account.id, message.id, user.id)
            for user in at_once[1:]:
                await outbox.add_message(tx.db, message, user_id=user.id, due_at=ctx.now)
    return [msgspec.structs.replace(message, user_id=at_once[0].id) for message in messages] if at_once else []


@internal
async def staff_address(ctx: Context, message: OutboxMessage, profile: Profile) -> str | None:
    """The address of a message for the staff: of the user, else of the account; None if there is none any more."""
    if message.channel == "sms":
        try:
            return e164(profile.phone, ctx.account.country)
        except Invalid:
            return None
    if message.user_id is None:
        return profile.email or None
    users = await list_users(ctx.db, ctx.account.id)
    return next((user.email for user in users if user.id == message.user_id and user.disabled_at is None), None)


async def _note_in_digest(tx: Context, message: OutboxMessage, user: StaffUser) -> None:
    """Add a message to the daily mail of a user that waits, or begin one."""
    present = await digests.lock_digest(tx.db, tx.account.id, user.id)
    if present is not None:
        await digests.save_data(tx.db, tx.account.id, present.id, with_entry(present.data, message))
        return
    due = due_at(user, message.template, tx.now, tx.zone)
    await outbox.add_message(
        tx.db, message, template="digest", user_id=user.id, data=with_entry({}, message), created_at=tx.now, due_at=due
    )

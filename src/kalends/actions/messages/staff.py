"""Who of the staff gets a message that is for the staff."""

from collections.abc import Sequence

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context, transaction
from kalends.engine.accounts.profile import Profile
from kalends.engine.accounts.user import StaffUser
from kalends.engine.bookings.views import ItemView
from kalends.engine.contacts import e164
from kalends.engine.messages.message import OutboxMessage
from kalends.engine.refusals import Invalid
from kalends.store.accounts.users import list_users
from kalends.store.bookings.items import find_item
from kalends.store.messages import outbox

_ROLES = ("owner", "manager")


@internal
async def address_to_staff(ctx: Context, messages: Sequence[OutboxMessage]) -> Sequence[OutboxMessage]:
    """Address mail for all of the staff who want to know to the first of them, and add a copy for each other.

    Returns the messages as they are then. What is addressed already, is for a customer, or goes to the account itself,
    since nobody of its staff wants it, stays as it is.
    """
    first = messages[0]
    if first.audience != "staff" or first.channel != "email" or first.user_id is not None:
        return messages
    view = await find_item(ctx.db, ctx.account.id, first.item_id)
    users = await list_users(ctx.db, ctx.account.id)
    wanting = [user for user in users if user.disabled_at is None and user.role in _ROLES and _sees(user, view)]
    if not wanting:
        return messages
    async with transaction(ctx) as tx:
        for message in messages:
            await outbox.address_to(tx.db, ctx.account.id, message.id, wanting[0].id)
            for user in wanting[1:]:
                await outbox.add_message(tx.db, message, user_id=user.id, due_at=ctx.now)
    return [msgspec.structs.replace(message, user_id=wanting[0].id) for message in messages]


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


def _sees(user: StaffUser, view: ItemView | None) -> bool:
    """Whether a user may see an item."""
    return user.site_ids is None or view is None or view.site_id is None or view.site_id in user.site_ids

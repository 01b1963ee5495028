"""Who of the staff gets a message that is for the staff, and when."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context, transaction
from kalends.actions.messages.covered import covered_items
from kalends.engine.accounts.profile import Profile
from kalends.engine.accounts.user import StaffUser
from kalends.engine.bookings.change_set import RESTORED
from kalends.engine.bookings.views import ItemView
from kalends.engine.contacts import e164
from kalends.engine.messages.digest import with_entry
from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.message import OutboxMessage
from kalends.engine.messages.staff import due_at, is_told, sees, wants
from kalends.engine.refusals import Invalid
from kalends.store.accounts.users import list_users
from kalends.store.bookings.items import find_views
from kalends.store.catalog.resources import find_resources
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
    covered = {each.id: await covered_items(ctx, each) if each.item_id is not None else {} for each in messages}
    everybody = await list_users(ctx.db, ctx.account.id)
    # Who did not hear that it was called off knows that it is on.
    kind = "cancellation" if all(RESTORED in each.data for each in messages) else first.template
    wanted = await _wanted(ctx, kind, everybody, {item_id for items in covered.values() for item_id in items})
    users = [user for user in everybody if wanted[user.id]]
    if not users and not any(map(is_told, everybody)):
        return messages
    at_once = [user for user in users if due_at(user, kind, ctx.now, ctx.zone) == ctx.now]
    async with transaction(ctx) as tx:
        for message in messages:
            for user in users:
                if user not in at_once:
                    own = [item_id for item_id in covered[message.id] if item_id in wanted[user.id]]
                    await _note_in_digest(tx, message, user, {each: covered[message.id][each] for each in own})
            for user in at_once[:1]:
                await outbox.address_to(tx.db, ctx.account.id, message.id, user.id)
            for user in at_once[1:]:
                await outbox.add_message(tx.db, message, user_id=user.id, due_at=ctx.now)
    return [msgspec.structs.replace(message, user_id=at_once[0].id) for message in messages] if at_once else []


@internal
async def as_user_sees(ctx: Context, message: OutboxMessage, facts: MessageFacts) -> MessageFacts:
    """The facts of a message without what the user of the staff who gets it may not see."""
    users = await list_users(ctx.db, ctx.account.id) if message.user_id is not None else []
    user = next((each for each in users if each.id == message.user_id), None)
    if user is None:
        return facts
    who = await _users_with(ctx, [entry.view for entry in facts.items])
    return msgspec.structs.replace(facts, items=tuple(entry for entry in facts.items if sees(user, entry.view, who)))


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


@internal
async def _users_with(ctx: Context, views: Iterable[ItemView]) -> dict[int, int | None]:
    """The users who the resources are with which items take place, by the ids of these."""
    ids = {each for view in views for each in view.resource_ids if each is not None}
    resources = await find_resources(ctx.db, ctx.account.id, list(ids)) if ids else []
    return {resource.id: resource.user_id for resource in resources}


@internal
async def _wanted(
    ctx: Context, kind: str, users: Sequence[StaffUser], item_ids: Collection[int]
) -> dict[int, set[int | None]]:
    """Of which of these items each user wants to be told by a kind of message, by the user's id; None stands for a
    message that is about none."""
    views: list[ItemView | None] = [*await find_views(ctx.db, ctx.account.id, list(item_ids))] if item_ids else [None]
    who = await _users_with(ctx, [view for view in views if view is not None])
    return {
        user.id: {view.item.id if view else None for view in views if wants(user, kind, view, who)} for user in users
    }


async def _note_in_digest(tx: Context, message: OutboxMessage, user: StaffUser, items: Mapping[int, int]) -> None:
    """Add a message to the daily mail of a user that waits, or begin one: as one about its item if that is among these,
    which are those that the user wants to be told of, with their revisions; else about the first of them."""
    if not items:
        return
    item_id = next((each for each in items if each == message.item_id), next(iter(items)))
    message = msgspec.structs.replace(message, item_id=item_id, item_revision=items[item_id])
    present = await digests.lock_digest(tx.db, tx.account.id, user.id)
    if present is not None:
        await digests.save_data(tx.db, tx.account.id, present.id, with_entry(present.data, message))
        return
    due = due_at(user, message.template, tx.now, tx.zone)
    await outbox.add_message(
        tx.db, message, template="digest", user_id=user.id, data=with_entry({}, message), created_at=tx.now, due_at=due
    )

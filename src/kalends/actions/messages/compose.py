"""Messages are written when their turn comes: what is still right is decided from the present, and the rest dropped."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from kalends.actions.context import Context
from kalends.actions.messages.bounces import is_bounced
from kalends.actions.messages.digest import decide_digest
from kalends.actions.messages.facts import MessageRequest, load_facts
from kalends.actions.messages.own_link import with_own_link
from kalends.actions.messages.refusals import is_refused
from kalends.actions.messages.render import render_message
from kalends.actions.messages.staff import address_to_staff, staff_address
from kalends.actions.messages.templates import note_fault
from kalends.actions.messages.webhook_notice import decide_webhook_notice
from kalends.actions.worker_context import worker_context
from kalends.engine.messages.decision import NO_PAST, ItemPast, depends_on_past, why_dropped
from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.history import is_undone
from kalends.engine.messages.message import OutboxMessage, message_name
from kalends.engine.messages.rendered import Rendered
from kalends.store.bookings.find import find_items
from kalends.store.db import Db, transaction
from kalends.store.installation import load_opaque_id_secret
from kalends.store.messages import leases, outbox
from kalends.store.messages.history import find_past_changes
from kalends.store.messages.leases import Lease
from kalends.store.messages.outbox import LeasedGroup

SERIES_WAIT, LONGEST_SERIES_WAIT = timedelta(seconds=5), timedelta(minutes=10)
"""How long what tells of a whole series waits until all of its items are made."""
Reasons = Mapping[int | None, str | None]
_OF_WHOLE_SERIES = ("confirmation", "notification")


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is ready to be sent to an address; `leases` are those of all messages that it stands for.

    `name` is the same whenever the message is sent again, and can't be guessed.
    """

    name: str
    message: OutboxMessage
    leases: tuple[Lease, ...]
    facts: MessageFacts
    rendered: Rendered
    address: str


async def compose(db: Db, now: datetime, group: LeasedGroup, sender: str, public_url: str = "") -> Letter | None:
    """Decide what of a group of messages is still right, drop the others, and write the message that is to be sent.

    None if there is nothing to send now. `sender` is the address that mail comes from, `public_url` that of this
    installation. Raises NotFound(account, item).
    """
    ctx = await worker_context(db, now, group.leases[0].account_id, public_url)
    messages = await address_to_staff(
        ctx, await outbox.find_messages(db, ctx.account.id, [lease.id for lease in group.leases])
    )
    if not messages:
        for lease in group.leases:
            await leases.finish(db, "outbox", lease, now, "dropped", reason="by_choice")
        return None
    if await _waits_for_series(ctx, messages[0]):
        for lease in group.leases:
            await leases.give_back(db, "outbox", lease, now + SERIES_WAIT)
        return None
    facts, reasons = await _decide(ctx, messages, sender)
    address = await _address(ctx, messages[0], facts)
    unwanted = await _why_unwanted(ctx, messages[0], address)
    kept = []
    for message, lease in zip(messages, group.leases, strict=True):
        reason = _why_not_sent(message, reasons[message.id]) or unwanted
        if reason is None:
            kept.append((message, lease))
        else:
            await leases.finish(db, "outbox", lease, now, "dropped", reason=reason)
    if not kept or address is None:
        return None
    told = {item_id for message, _ in kept for item_id, reason in reasons[message.id].items() if reason is None}
    facts = msgspec.structs.replace(facts, items=tuple(entry for entry in facts.items if entry.item.id in told))
    facts = await with_own_link(ctx, facts)
    return Letter(
        name=message_name(await load_opaque_id_secret(db), ctx.account.id, kept[0][0].id),
        message=kept[0][0],
        leases=tuple(lease for _, lease in kept),
        facts=facts,
        rendered=await _render(ctx, kept[0][0], facts),
        address=address,
    )


async def _waits_for_series(ctx: Context, message: OutboxMessage) -> bool:
    return (
        message.booking_id is not None
        and message.template in _OF_WHOLE_SERIES
        and ctx.now < message.created_at + LONGEST_SERIES_WAIT
        and await outbox.has_pending_occurrence(ctx.db, ctx.account.id, message.booking_id)
    )


async def _covered_items(ctx: Context, message: OutboxMessage) -> dict[int, int]:
    """The items that a message about a booking stands for, with their revisions when it was asked for: those that were
    made or changed together, of a series all of its items."""
    assert message.booking_id is not None
    assert message.item_id is not None
    items = await outbox.find_changed_together(ctx.db, ctx.account.id, message.item_id, message.item_revision)
    if message.item_revision == 0:
        for item_id in await find_items(ctx.db, ctx.account.id, message.booking_id):
            items.setdefault(item_id, 0)
    return items or {message.item_id: message.item_revision}


async def _decide(
    ctx: Context, messages: Sequence[OutboxMessage], sender: str
) -> tuple[MessageFacts, Mapping[int, Reasons]]:
    """The facts of a group of messages, and by the id of each why it must not tell of its items, None if it may.

    The item of a message that is about no booking is None.
    """
    if messages[0].template == "digest":
        return await decide_digest(ctx, messages, sender)
    if messages[0].template == "webhook_disabled":
        return await decide_webhook_notice(ctx, messages, sender)
    covered = {message.id: await _covered_items(ctx, message) for message in messages}
    since = _earliest(covered.values())
    facts = await _load_facts(ctx, messages[0], since, sender)
    past = await _past(ctx, messages[0], facts, since)
    reasons: dict[int, Reasons] = {
        message.id: {
            entry.item.id: why_dropped(message, entry.view, past.get(entry.item.id, NO_PAST), ctx.now)
            for entry in facts.items
            if entry.item.id in covered[message.id]
        }
        for message in messages
    }
    return facts, reasons


def _earliest(covered: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """The lowest revision of each item."""
    since: dict[int, int] = {}
    for items in covered:
        for item_id, revision in items.items():
            since[item_id] = min(revision, since.get(item_id, revision))
    return since


async def _load_facts(ctx: Context, message: OutboxMessage, since: Mapping[int, int], sender: str) -> MessageFacts:
    request = MessageRequest(
        kind=message.template,
        channel=message.channel,
        audience=message.audience,
        locale="" if message.audience == "customer" else message.locale,
        items=since,
        sender=sender,
        told=tuple(message.data.get("lines", ())),
    )
    return await load_facts(ctx, request)


async def _address(ctx: Context, message: OutboxMessage, facts: MessageFacts) -> str | None:
    """Where a message goes now; None if there is no address for its channel."""
    if message.audience == "staff":
        return await staff_address(ctx, message, facts.profile)
    customer = facts.customer
    if customer is None or customer.deleted_at is not None:
        return None
    return customer.email if message.channel == "email" else customer.phone_e164


async def _past(
    ctx: Context, message: OutboxMessage, facts: MessageFacts, since: Mapping[int, int]
) -> dict[int, ItemPast]:
    """What happened to the items since these revisions, or since earlier changes that were held back and never told.

    Empty for messages of which it does not matter.
    """
    if not depends_on_past(message):
        return {}
    untold = await outbox.find_held_back(ctx.db, message)
    since = _earliest([since, *[await _covered_items(ctx, each) for each in untold]])
    told = await outbox.find_told(ctx.db, message)
    changes = await find_past_changes(ctx.db, ctx.account.id, list(since))
    past = {}
    for entry in facts.items:
        own = [change for change in changes if change.item_id == entry.item.id]
        undone = is_undone(entry.item, own, since[entry.item.id])
        past[entry.item.id] = ItemPast(told.get(entry.item.id), undone)
    return past


def _why_not_sent(message: OutboxMessage, reasons: Reasons) -> str | None:
    """Why a message is dropped, if it may tell of none of its items."""
    if any(reason is None for reason in reasons.values()):
        return None
    return reasons.get(message.item_id) or next(filter(None, reasons.values()), "state")


async def _why_unwanted(ctx: Context, message: OutboxMessage, address: str | None) -> str | None:
    """Why a message is dropped although it is right: nobody can be told, or the customer does not want to be."""
    if address is None:
        return "no_address"
    if await is_bounced(ctx, address):
        return "bounced"
    if message.audience != "customer" or message.customer_id is None:
        return None
    refused = await is_refused(ctx, message.customer_id, message.template, message.channel)
    return "refused" if refused else None


async def _render(ctx: Context, message: OutboxMessage, facts: MessageFacts) -> Rendered:
    """The message as it is sent. If a template of the account can't be used, its staff is told once."""
    rendered = await render_message(ctx, facts)
    if rendered.fault and rendered.template_id is not None:
        async with transaction(ctx.db) as tx:
            in_tx = msgspec.structs.replace(ctx, db=tx)
            if await note_fault(in_tx, rendered.template_id, rendered.fault):
                await outbox.add_message(
                    tx,
                    message,
                    template="template_fault",
                    audience="staff",
                    channel="email",
                    user_id=None,
                    locale=ctx.account.locale,
                    data={"lines": [rendered.fault]},
                    created_at=ctx.now,
                    due_at=ctx.now,
                    resent_of_id=None,
                )
    return rendered

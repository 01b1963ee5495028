"""What of some messages is still right, decided from the present: where they go, what they tell, and why not others."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.actions.messages.covered import covered_items
from kalends.actions.messages.digest import decide_digest
from kalends.actions.messages.facts import MessageRequest, load_facts
from kalends.actions.messages.reach import why_unwanted
from kalends.actions.messages.staff import as_user_sees, staff_address
from kalends.actions.messages.webhook_notice import decide_webhook_notice
from kalends.engine.bookings.telling import address_of
from kalends.engine.messages.decision import NO_PAST, ItemPast, depends_on_past, why_dropped
from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.history import is_undone, unknown_since
from kalends.engine.messages.message import OutboxMessage
from kalends.store.messages import outbox
from kalends.store.messages.history import find_past_changes

Reasons = Mapping[int | None, str | None]


class Decision(msgspec.Struct, frozen=True):
    """What becomes of messages that are sent as one.

    `reasons`: by the id of each why it is dropped, None if it is sent. `facts` are of what those tell that are sent,
    and go to `address`, None if there is none.
    """

    facts: MessageFacts
    address: str | None
    reasons: Mapping[int, str | None]


@internal
async def decide(ctx: Context, messages: Sequence[OutboxMessage], sender: str = "") -> Decision:
    """Decide of messages of one kind to one recipient about one booking, or about none. `sender` is the address that
    mail comes from. Raises NotFound(item)."""
    facts, reasons = await _load(ctx, messages, sender)
    address = await _address(ctx, messages[0], facts)
    unwanted = await _why_unwanted(ctx, messages[0], address)
    why = {message.id: _why_not_sent(message, reasons[message.id]) or unwanted for message in messages}
    told = {
        item_id
        for message in messages
        if why[message.id] is None
        for item_id, reason in reasons[message.id].items()
        if reason is None
    }
    kept = tuple(entry for entry in facts.items if entry.item.id in told)
    return Decision(msgspec.structs.replace(facts, items=kept), address, why)


async def _load(
    ctx: Context, messages: Sequence[OutboxMessage], sender: str
) -> tuple[MessageFacts, Mapping[int, Reasons]]:
    """The facts of a group of messages, and by the id of each why it must not tell of its items, None if it may.

    The item of a message that is about no booking is None.
    """
    if messages[0].template == "digest":
        return await decide_digest(ctx, messages, sender)
    if messages[0].template == "webhook_disabled":
        return await decide_webhook_notice(ctx, messages, sender)
    covered = {message.id: await covered_items(ctx, message) for message in messages}
    recipient = outbox.recipient_of(messages[0])
    told = await outbox.find_told(ctx.db, recipient) if depends_on_past(messages[0]) else {}
    since = unknown_since(_earliest(covered.values()), told)
    facts = await as_user_sees(ctx, messages[0], await _load_facts(ctx, messages[0], since, sender))
    past = await _past(ctx, messages[0], facts, since, told)
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
        customer_id=message.customer_id if message.audience == "customer" else None,
        locale="" if message.audience == "customer" else message.locale,
        items=since,
        sender=sender,
        told=tuple(message.data.get("lines", ())),
    )
    return await load_facts(ctx, request)


async def _past(
    ctx: Context, message: OutboxMessage, facts: MessageFacts, since: Mapping[int, int], told: Mapping[int, int]
) -> dict[int, ItemPast]:
    """What happened to the items since these revisions, or since earlier changes that were held back and never told.

    Empty for messages of which it does not matter.
    """
    if not depends_on_past(message):
        return {}
    untold = await outbox.find_held_back(ctx.db, outbox.recipient_of(message))
    since = _earliest([since, *[await covered_items(ctx, each) for each in untold]])
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


async def _address(ctx: Context, message: OutboxMessage, facts: MessageFacts) -> str | None:
    """Where a message goes now; None if there is no address for its channel."""
    if message.audience == "staff":
        return await staff_address(ctx, message, facts.profile)
    return address_of(facts.customer, message.channel) if facts.customer else None


async def _why_unwanted(ctx: Context, message: OutboxMessage, address: str | None) -> str | None:
    """Why a message is dropped although it is right: nobody can be told, or the customer does not want to be."""
    if address is None:
        return "no_address"
    customer_id = message.customer_id if message.audience == "customer" else None
    return await why_unwanted(ctx, address, customer_id, message.template, message.channel)

"""Decides what of a daily mail to the staff is still right."""

from collections.abc import Sequence

import msgspec

from kalends.actions.access import internal
from kalends.actions.context import Context
from kalends.actions.messages.facts import MessageRequest, load_facts
from kalends.actions.messages.staff import as_user_sees
from kalends.engine.messages.decision import NO_PAST, why_dropped
from kalends.engine.messages.digest import DigestEntry, as_message, entries_of
from kalends.engine.messages.facts import MessageFacts, MessageItem
from kalends.engine.messages.message import OutboxMessage


@internal
async def decide_digest(
    ctx: Context, messages: Sequence[OutboxMessage], sender: str
) -> tuple[MessageFacts, dict[int, dict[int | None, str | None]]]:
    """The facts of daily mail, and by the id of each why it must not tell of its items, None if it may.

    Of several things that happened to an item the first that is still right is told: what was booked and moved is new,
    what was booked and cancelled is cancelled. Raises NotFound(item) if none of the items exists.
    """
    since: dict[int, int] = {}
    for message in messages:
        for entry in entries_of(message):
            since[entry.item_id] = min(entry.item_revision, since.get(entry.item_id, entry.item_revision))
    first = messages[0]
    request = MessageRequest(
        kind="digest", channel=first.channel, audience="staff", locale=first.locale, items=since, sender=sender
    )
    facts = await as_user_sees(ctx, first, await load_facts(ctx, request))
    reasons = {message.id: _reasons(ctx, message, facts) for message in messages}
    told = tuple(_told(ctx, messages, item) for item in facts.items)
    return msgspec.structs.replace(facts, items=told), reasons


def _reasons(ctx: Context, message: OutboxMessage, facts: MessageFacts) -> dict[int | None, str | None]:
    reasons: dict[int | None, str | None] = {}
    for item in facts.items:
        for reason in (_reason(ctx, message, entry, item) for entry in _of_item(message, item)):
            reasons[item.item.id] = None if reason is None else reasons.get(item.item.id, reason)
    return reasons


def _told(ctx: Context, messages: Sequence[OutboxMessage], item: MessageItem) -> MessageItem:
    """The item with the kind of what is told of it, and when it was before only if that is a change."""
    kinds = [
        entry.kind
        for message in messages
        for entry in _of_item(message, item)
        if _reason(ctx, message, entry, item) is None
    ]
    kind = kinds[0] if kinds else ""
    return msgspec.structs.replace(item, kind=kind, was=item.was if kind == "modification" else None)


def _of_item(message: OutboxMessage, item: MessageItem) -> list[DigestEntry]:
    return [entry for entry in entries_of(message) if entry.item_id == item.item.id]


def _reason(ctx: Context, message: OutboxMessage, entry: DigestEntry, item: MessageItem) -> str | None:
    return why_dropped(as_message(message, entry, ctx.now), item.view, NO_PAST, ctx.now)

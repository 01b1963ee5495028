"""What customers were told of a booking, without the words, and what they would be told of a change."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from kalends.actions.access import allow, internal, sees_item
from kalends.actions.bookings.find import get_item
from kalends.actions.context import Context
from kalends.actions.messages.covered import sees_all_of
from kalends.actions.messages.decide import decide
from kalends.actions.messages.facts import MessageRequest, load_facts
from kalends.actions.messages.own_link import with_sample_link
from kalends.actions.messages.reach import find_reach
from kalends.engine.bookings.telling import TOLD_BY, Reach, is_told_by_policy
from kalends.engine.bookings.views import ItemView
from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.history import unknown_since
from kalends.engine.messages.message import MessageQuery, OutboxMessage
from kalends.engine.messages.rendered import Rendered
from kalends.notices.messages.render import render
from kalends.notices.texts import FALLBACK, language_of_tag
from kalends.store.bookings.items import find_views
from kalends.store.messages.outbox import Recipient, find_changed_together, find_told, list_messages, recipient_of
from kalends.store.messages.templates import find_templates_for

_MOST = 20


class MessageSent(msgspec.Struct, frozen=True, kw_only=True):
    """A message about a booking, as everybody may know of it: nothing of what it says. `item_id`: of the time by whose
    change it was asked for; `is_whole`: it waits, and the caller may see all that it tells of. `state` is one of
    message.STATES, `reason` why it was dropped, or would be as things are now, one of decision.DROPPED; `at` is when it
    was sent or given up, or when it is due.
    """

    item_id: int | None
    is_whole: bool
    template: str
    channel: str
    audience: str
    state: str
    reason: str | None
    at: datetime


class CustomerNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer is told of a change, how and where, or why they can't be. `language` is that of the words;
    `usual`: unless somebody says otherwise they are told. `rendered` None: it is not known yet what."""

    reach: Reach
    language: str = ""
    usual: bool = False
    rendered: Rendered | None = None


@allow("read", "practitioner")
async def list_messages_about(ctx: Context, item_id: int) -> list[MessageSent]:
    """The last messages about the booking of an item, the newest first; without those about times of it that the caller
    may not see. Raises NotFound(item)."""
    view = await get_item(ctx, item_id)
    query = MessageQuery(booking_id=view.item.booking_id, limit=_MOST)
    listed = await list_messages(ctx.db, ctx.account.id, query)
    views = await find_views(ctx.db, ctx.account.id, [message.item_id for message in listed if message.item_id])
    hidden = {each.item.id for each in views if not sees_item(ctx, each)}
    found = [message for message in listed if message.item_id not in hidden]
    waiting = [message for message in found if message.state == "waiting"]
    reasons = await _why_dropped(ctx, waiting)
    whole = {message.id for message in waiting if await sees_all_of(ctx, message)}
    return [
        MessageSent(
            item_id=message.item_id,
            is_whole=message.id in whole,
            template=message.template,
            channel=message.channel,
            audience=message.audience,
            state=message.state,
            reason=message.reason or reasons.get(message.id),
            at=message.finished_at or message.due_at,
        )
        for message in found
    ]


@allow("manage", whole_account=True)
async def find_unsendable(ctx: Context, messages: Iterable[OutboxMessage]) -> dict[int, str]:
    """Why those of these messages that wait will not be sent as things are now, by their ids.

    Raises Forbidden to a key that is limited to sites.
    """
    reasons = await _why_dropped(ctx, [message for message in messages if message.state == "waiting"])
    return {message_id: reason for message_id, reason in reasons.items() if reason is not None}


@internal
async def _why_dropped(ctx: Context, waiting: Iterable[OutboxMessage]) -> dict[int, str | None]:
    """Why messages that wait would not be sent as things are now, by their ids; None if they would be."""
    alike: dict[tuple[Recipient, str], list[OutboxMessage]] = {}
    for message in sorted(waiting, key=lambda each: each.id):
        alike.setdefault((recipient_of(message), message.template), []).append(message)
    reasons: dict[int, str | None] = {}
    for group in alike.values():
        reasons |= (await decide(ctx, group)).reasons
    return reasons


@allow("book", "practitioner")
async def draw_notice(ctx: Context, item_id: int, verb: str) -> CustomerNotice:
    """What the customer of an item is told of what was done to it last: one of the verbs of telling.TOLD_BY, and all
    that was changed with it in one transaction. Raises NotFound(item).

    It is drawn beforehand where the change is made, and taken back, with `rolled_back`.
    """
    view = await get_item(ctx, item_id)
    reach = await reach_of(ctx, view, verb)
    if reach.why_not is not None:
        return CustomerNotice(reach=reach)
    facts = await load_change_facts(ctx, view, view.item.revision, TOLD_BY[verb], reach.channel)
    notice = await notice_of(ctx, reach, msgspec.structs.replace(facts, unnumbered=verb == "create"))
    is_written = verb != "create" or view.item.state == "confirmed"  # a code to verify it by is not told beforehand
    return notice if is_written else msgspec.structs.replace(notice, rendered=None)


@internal
async def reach_of(ctx: Context, view: ItemView, verb: str) -> Reach:
    """How the customer of an item can be told of what is done to it."""
    if view.customer is not None and view.item.service_id is None:
        return Reach("", "", "no_service")
    return await find_reach(ctx, view.customer, verb)


@internal
async def load_change_facts(ctx: Context, view: ItemView, revision: int, kind: str, channel: str) -> MessageFacts:
    """What a message tells its customer of the change by which an item came to a revision, and of all that was changed
    with it."""
    item = view.item
    together = await find_changed_together(ctx.db, ctx.account.id, item.id, revision) or {item.id: revision}
    told = await find_told(ctx.db, Recipient(ctx.account.id, item.booking_id, channel, "customer", item.customer_id))
    since = unknown_since(together, told)
    facts = await load_facts(ctx, MessageRequest(kind=kind, channel=channel, items=since, customer_id=item.customer_id))
    theirs = tuple(entry for entry in facts.items if entry.item.customer_id == item.customer_id)
    return await with_sample_link(ctx, msgspec.structs.replace(facts, items=theirs))


@internal
async def notice_of(ctx: Context, reach: Reach, facts: MessageFacts) -> CustomerNotice:
    """The message that tells a customer of this."""
    templates = await find_templates_for(ctx.db, ctx.account.id, facts.kind, facts.channel)
    return CustomerNotice(
        reach=reach,
        language=language_of_tag(facts.locale) or FALLBACK,
        usual=is_told_by_policy(ctx.account),
        rendered=render(facts, templates),
    )

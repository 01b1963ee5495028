"""What customers were told of a booking, without the words, and what they would be told of a change."""

from datetime import datetime

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.find import get_item
from kalends.actions.context import Context
from kalends.actions.messages.facts import MessageRequest, load_facts
from kalends.actions.messages.own_link import with_sample_link
from kalends.engine.bookings.telling import TOLD_BY, address_of, channel_for, is_told_by_policy
from kalends.engine.messages.message import MessageQuery
from kalends.engine.messages.rendered import Rendered
from kalends.notices.messages.render import render
from kalends.notices.texts import FALLBACK, language_of_tag
from kalends.store.messages.outbox import find_changed_together, list_messages
from kalends.store.messages.templates import find_templates_for

_MOST = 20


class MessageSent(msgspec.Struct, frozen=True, kw_only=True):
    """A message about a booking, as everybody may know of it: nothing of what it says. `state` is one of
    message.STATES; `at` is when it was sent or given up, or when it is due."""

    template: str
    channel: str
    audience: str
    state: str
    at: datetime


class CustomerNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer is told of a change, how and where. `language` is that of the words; `usual`: unless somebody
    says otherwise they are told. `rendered` None: it is not known yet what."""

    channel: str
    address: str
    language: str
    usual: bool
    rendered: Rendered | None


@allow("read")
async def list_messages_about(ctx: Context, item_id: int) -> list[MessageSent]:
    """The last messages about the booking of an item, the newest first. Raises NotFound(item)."""
    view = await get_item(ctx, item_id)
    query = MessageQuery(booking_id=view.item.booking_id, limit=_MOST)
    return [
        MessageSent(
            template=message.template,
            channel=message.channel,
            audience=message.audience,
            state=message.state,
            at=message.finished_at or message.due_at,
        )
        for message in await list_messages(ctx.db, ctx.account.id, query)
    ]


@allow("book")
async def draw_notice(ctx: Context, item_id: int, verb: str) -> CustomerNotice | None:
    """What the customer of an item is told of what was done to it last: one of the verbs of telling.TOLD_BY, and all
    that was changed with it in one transaction. None if they can't be told. Raises NotFound(item).

    It is drawn beforehand where the change is made, and taken back, with `rolled_back`.
    """
    view = await get_item(ctx, item_id)
    customer, channel = view.customer, channel_for(view.customer, ctx.account)
    if customer is None or channel is None or view.item.service_id is None:
        return None
    kind = TOLD_BY[verb]
    is_written = verb != "create" or view.item.state == "confirmed"  # a code to verify it by is not told beforehand
    revision = view.item.revision
    together = await find_changed_together(ctx.db, ctx.account.id, item_id, revision)
    request = MessageRequest(kind=kind, channel=channel, items=together or {item_id: revision})
    facts = await with_sample_link(ctx, await load_facts(ctx, request))
    facts = msgspec.structs.replace(facts, unnumbered=verb == "create")
    return CustomerNotice(
        channel=channel,
        address=address_of(customer, channel),
        language=language_of_tag(facts.locale) or FALLBACK,
        usual=is_told_by_policy(customer, ctx.account),
        rendered=render(facts, await find_templates_for(ctx.db, ctx.account.id, kind, channel)) if is_written else None,
    )

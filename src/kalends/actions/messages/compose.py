"""Messages are written when their turn comes: what is still right is decided from the present, and the rest dropped."""

from datetime import datetime, timedelta

import msgspec

from kalends.actions.context import Context
from kalends.actions.messages.decide import decide
from kalends.actions.messages.own_link import with_own_link
from kalends.actions.messages.render import render_message
from kalends.actions.messages.staff import address_to_staff
from kalends.actions.messages.templates import note_fault
from kalends.actions.worker_context import worker_context
from kalends.engine.messages.facts import MessageFacts
from kalends.engine.messages.message import OutboxMessage, message_name
from kalends.engine.messages.rendered import Rendered
from kalends.store.db import Db, transaction
from kalends.store.installation import load_opaque_id_secret
from kalends.store.messages import leases, outbox
from kalends.store.messages.leases import Lease
from kalends.store.messages.outbox import LeasedGroup

SERIES_WAIT, LONGEST_SERIES_WAIT = timedelta(seconds=5), timedelta(minutes=10)
"""How long what tells of a whole series waits until all of its items are made."""
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
    decision = await decide(ctx, messages, sender)
    kept = []
    for message, lease in zip(messages, group.leases, strict=True):
        reason = decision.reasons[message.id]
        if reason is None:
            kept.append((message, lease))
        else:
            await leases.finish(db, "outbox", lease, now, "dropped", reason=reason)
    if not kept or decision.address is None:
        return None
    facts = await with_own_link(ctx, decision.facts)
    return Letter(
        name=message_name(await load_opaque_id_secret(db), ctx.account.id, kept[0][0].id),
        message=kept[0][0],
        leases=tuple(lease for _, lease in kept),
        facts=facts,
        rendered=await _render(ctx, kept[0][0], facts),
        address=decision.address,
    )


async def _waits_for_series(ctx: Context, message: OutboxMessage) -> bool:
    return (
        message.booking_id is not None
        and message.template in _OF_WHOLE_SERIES
        and ctx.now < message.created_at + LONGEST_SERIES_WAIT
        and await outbox.has_pending_occurrence(ctx.db, ctx.account.id, message.booking_id)
    )


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

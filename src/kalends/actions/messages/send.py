"""The worker's side of messages: those that are due are taken, and marked when they were sent or could not be."""

from collections.abc import Sequence
from datetime import datetime

from kalends.actions.messages.bounces import note_bounce
from kalends.actions.messages.compose import Letter
from kalends.actions.messages.own_link import hide_link, withdraw_link
from kalends.actions.worker_context import worker_context
from kalends.engine.backoff import MESSAGES, next_attempt
from kalends.engine.messages.outgoing import Answer
from kalends.store.db import Db, transaction
from kalends.store.messages import leases, outbox
from kalends.store.messages.leases import Lease
from kalends.store.messages.outbox import LeasedGroup, Sent

MOST = 10
"""Messages that are sent one after the other over one connection."""
LOST = "the worker was lost while it sent this"


async def take_due(db: Db, now: datetime, until: datetime, channel: str) -> list[LeasedGroup]:
    """Lease messages of one account that are due on a channel until `until`; empty if there are none."""
    return await outbox.take_groups(db, channel, now, until, MOST)


async def give_up_lost(db: Db, now: datetime, group: LeasedGroup) -> bool:
    """Give up messages whose attempts are used up before this one: workers died while they sent the last of them.

    Returns whether they are given up.
    """
    attempts_before = group.leases[0].attempts - 1
    if attempts_before == 0 or next_attempt(MESSAGES, attempts_before, now) is not None:
        return False
    await postpone(db, now, group.leases, LOST, final=True)
    return True


async def settle(db: Db, now: datetime, letter: Letter, answer: Answer | None) -> datetime | None:
    """Keep how an attempt ended; an answer of None means that the message is kept, as there is no server for it.

    The secret of a link that was sent is not kept, and neither is a link that nobody got: the next attempt has its own.
    An address that nobody has is marked. Returns when the message is tried again, None if it is not.
    """
    if answer is None or answer.result == "sent":
        sent = Sent(
            state="sent" if answer else "kept",
            address=letter.address,
            subject=letter.rendered.subject,
            body=hide_link(letter.rendered.text, letter.facts.link) if answer else letter.rendered.text,
            answer=answer.text if answer else "",
            told={entry.item.id: entry.item.revision for entry in letter.facts.items},
        )
        async with transaction(db) as tx:
            await outbox.save_sent(tx, letter.leases, now, sent)
        return None
    if answer.is_not_delivered:
        await withdraw_link(db, letter.facts)
    if answer.no_mailbox:
        await note_bounce(await worker_context(db, now, letter.message.account_id), letter.address, answer.text)
    return await postpone(db, now, letter.leases, answer.text, final=answer.result == "refused")


async def postpone(
    db: Db, now: datetime, of_letter: Sequence[Lease], error: str, *, final: bool = False
) -> datetime | None:
    """Count a failed attempt. Returns when the next one is, or None if the messages are given up."""
    due_at = None if final else next_attempt(MESSAGES, of_letter[0].attempts, now)
    async with transaction(db) as tx:
        for lease in of_letter:
            await leases.postpone(tx, "outbox", lease, now, due_at, error)
    return due_at


async def give_back(db: Db, due_at: datetime, group: LeasedGroup) -> None:
    """End the leases of messages that were not tried after all; they are due at `due_at`."""
    async with transaction(db) as tx:
        for lease in group.leases:
            await leases.give_back(tx, "outbox", lease, due_at)

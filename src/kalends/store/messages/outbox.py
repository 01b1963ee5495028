"""Messages in the outbox: leased to be sent, marked, listed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.change_set import HELD_BACK
from kalends.engine.bookings.telling import TOLD_BY
from kalends.engine.messages.message import MessageQuery, OutboxMessage
from kalends.store.db import Db, transaction
from kalends.store.messages.leases import Lease, take, take_due
from kalends.store.rows import columns, fetch, fetch_one

# The customer of `o`; if they were merged, the one into whom.
_CUSTOMER = """coalesce((
    select merged_into_id from customer c where c.account_id = o.account_id and c.id = o.customer_id), o.customer_id)"""
_COLUMNS = columns(OutboxMessage, "o").replace("o.customer_id", _CUSTOMER)
# Whether `e` may be sent together with `q`: to the same recipient, of the same kind, about the same booking.
_TOGETHER = """e.account_id = q.account_id and e.booking_id = q.booking_id and e.state = 'waiting'
    and e.template = q.template and e.channel = q.channel and e.audience = q.audience
    and e.customer_id is not distinct from q.customer_id and e.user_id is not distinct from q.user_id"""

# Whether `o` was never leased: what was tried once may have been received.
_UNTRIED = "o.state = 'waiting' and o.attempts = 0"

_OF_BOOKING_TO_RECIPIENT = f"""o.account_id = $1 and o.booking_id = $2 and o.channel = $3 and o.audience = $4
    and {_CUSTOMER} is not distinct from $5 and o.user_id is not distinct from $6"""


class Recipient(NamedTuple):
    """Who is told of a booking, and by which channel: a customer, or a user or all of the staff."""

    account_id: int
    booking_id: int | None
    channel: str
    audience: str
    customer_id: int | None
    user_id: int | None = None


class LeasedGroup(msgspec.Struct, frozen=True):
    """Messages that are sent as one, the oldest first."""

    leases: tuple[Lease, ...]


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a message that was sent: `told` are the revisions that it told, by the id of the item."""

    state: str
    address: str
    subject: str
    body: str
    answer: str
    told: Mapping[int, int]


async def take_groups(db: Db, channel: str, now: datetime, until: datetime, most: int) -> list[LeasedGroup]:
    """Lease up to `most` messages of one account that are due on a channel, each with those to be sent with it.

    It is one short transaction, so that no other worker takes the second message of a group for the first. What was put
    off keeps no later message waiting.
    """
    earlier = f"select from outbox e where {_TOGETHER} and e.id < q.id and (e.due_at <= $1 or e.attempts > 0)"
    condition = f"q.channel = $3 and not exists ({earlier})"
    async with transaction(db) as tx:
        leaders = await take_due(tx, "outbox", now, until, most, condition, channel)
        if not leaders:
            return []
        account_id = leaders[0].account_id
        rows = await tx.fetch(
            f"""
            select q.id, e.id from outbox q join outbox e on {_TOGETHER} and e.id > q.id and e.due_at <= $3
            where q.account_id = $1 and q.id = any ($2) order by e.id
            """,
            account_id,
            [leader.id for leader in leaders],
            now,
        )
        leader_of = {follower: leader for leader, follower in rows}
        followers = await take(tx, "outbox", account_id, list(leader_of), now, until, most=len(leader_of))
    return [
        LeasedGroup((leader, *(lease for lease in followers if leader_of[lease.id] == leader.id))) for leader in leaders
    ]


def recipient_of(message: OutboxMessage) -> Recipient:
    """Who is told by a message."""
    return Recipient(*(getattr(message, name) for name in Recipient._fields))


async def find_messages(db: Db, account_id: int, ids: Sequence[int]) -> list[OutboxMessage]:
    """Return these messages in order of id; a merged customer is the one into whom it was merged."""
    statement = f"select {_COLUMNS} from outbox o where o.account_id = $1 and o.id = any ($2) order by o.id"
    return await fetch(db, OutboxMessage, statement, account_id, ids)


async def find_message(db: Db, account_id: int, message_id: int) -> OutboxMessage | None:
    """Return a message, or None."""
    statement = f"select {_COLUMNS} from outbox o where o.account_id = $1 and o.id = $2"
    return await fetch_one(db, OutboxMessage, statement, account_id, message_id)


async def list_messages(db: Db, account_id: int, query: MessageQuery) -> list[OutboxMessage]:
    """List messages, the newest first."""
    statement = f"""
        select {_COLUMNS} from outbox o
        where o.account_id = $1 and ($2::bigint is null or o.booking_id = $2) and ($3::bigint is null or o.item_id = $3)
            and ($4::text is null or o.state = $4) and ($5::bigint is null or o.id < $5)
        order by o.id desc limit $6"""
    return await fetch(db, OutboxMessage, statement, account_id, *msgspec.structs.astuple(query))


async def list_messages_of(
    db: Db, account_id: int, customer_ids: Sequence[int], items: Sequence[Item]
) -> list[OutboxMessage]:
    """List all messages to these customers or about these items, the oldest first."""
    statement = f"""
        select {_COLUMNS} from outbox o
        where o.account_id = $1 and (o.customer_id = any ($2) or o.booking_id = any ($3) and o.item_id = any ($4))
        order by o.id"""
    booking_ids, item_ids = [item.booking_id for item in items], [item.id for item in items]
    return await fetch(db, OutboxMessage, statement, account_id, customer_ids, booking_ids, item_ids)


async def find_waiting(db: Db, account_id: int, booking_id: int, customer_id: int | None) -> list[OutboxMessage]:
    """The messages about a booking that wait for their time to tell a customer of a change, the newest first."""
    statement = f"""
        select {_COLUMNS} from outbox o
        where o.account_id = $1 and o.booking_id = $2 and {_CUSTOMER} = $3 and o.audience = 'customer'
            and o.template = any ($4) and {_UNTRIED}
        order by o.id desc"""
    return await fetch(db, OutboxMessage, statement, account_id, booking_id, customer_id, [*TOLD_BY.values()])


async def reschedule(db: Db, account_id: int, ids: Sequence[int], due_at: datetime) -> list[int]:
    """Have messages that wait for their time sent at another one. Returns the ids of those that still waited."""
    statement = (
        f"update outbox o set due_at = $3 where o.account_id = $1 and o.id = any ($2) and {_UNTRIED} returning o.id"
    )
    return [row[0] for row in await db.fetch(statement, account_id, ids, due_at)]


async def withdraw(db: Db, account_id: int, ids: Sequence[int], now: datetime) -> list[int]:
    """Drop messages that wait for their time. Returns the ids of those that still waited."""
    statement = f"""
        update outbox o set state = 'dropped', reason = 'withdrawn', finished_at = $3
        where o.account_id = $1 and o.id = any ($2) and {_UNTRIED} returning o.id"""
    return [row[0] for row in await db.fetch(statement, account_id, ids, now)]


async def add_message(db: Db, message: OutboxMessage, **fields: Any) -> int:
    """Insert a waiting message like this one, with some fields changed. Returns its id."""
    new = msgspec.structs.replace(message, **fields)
    message_id: int = await db.fetchval(
        """
        insert into outbox (account_id, booking_id, item_id, item_revision, customer_id, user_id, audience, channel,
            template, locale, data, created_at, due_at, resent_of_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning id
        """,
        new.account_id,
        new.booking_id,
        new.item_id,
        new.item_revision,
        new.customer_id,
        new.user_id,
        new.audience,
        new.channel,
        new.template,
        new.locale,
        new.data,
        new.created_at,
        new.due_at,
        new.resent_of_id,
    )
    return message_id


async def add_staff_notice(
    db: Db, account_id: int, template: str, locale: str, data: Mapping[str, Any], now: datetime
) -> None:
    """Insert mail to the staff that is about no booking."""
    await db.execute(
        """
        insert into outbox (account_id, item_revision, audience, channel, template, locale, data, created_at, due_at)
        values ($1, 0, 'staff', 'email', $2, $3, $4, $5, $5)
        """,
        account_id,
        template,
        locale,
        data,
        now,
    )


async def address_to(db: Db, account_id: int, message_id: int, user_id: int) -> None:
    """Address a message for the staff to one user."""
    await db.execute(
        "update outbox set user_id = $3 where account_id = $1 and id = $2", account_id, message_id, user_id
    )


async def find_changed_together(db: Db, account_id: int, item_id: int, revision: int) -> dict[int, int]:
    """The items of its booking that were changed, or made, in the transaction in which an item came to this revision:
    item id -> revision that they had then. Of another server's transactions only the time is known."""
    rows = await db.fetch(
        """
        select other.subject_id, max(other.revision) from journal own
        join journal other
            on other.account_id = $1 and other.xid = own.xid and other.at = own.at and other.kind = 'item'
        join item i on i.account_id = $1 and i.id = other.subject_id
            and i.booking_id = (select booking_id from item where account_id = $1 and id = $2)
        where own.account_id = $1 and own.kind = 'item' and own.subject_id = $2 and own.revision = $3
        group by other.subject_id
        """,
        account_id,
        item_id,
        revision,
    )
    return {row[0]: row[1] for row in rows}


async def find_told(db: Db, recipient: Recipient) -> dict[int, int]:
    """The last revision of each item of the booking that its recipient was told of: item id -> revision."""
    rows = await db.fetch(
        f"""
        select told.key::bigint, max(told.value::integer) from outbox o
        cross join lateral jsonb_each_text(o.data -> 'told') told
        where {_OF_BOOKING_TO_RECIPIENT}
            and o.state in ('sent', 'kept') and o.template in ('confirmation', 'modification')
        group by told.key
        """,
        *recipient,
    )
    return {row[0]: row[1] for row in rows}


async def find_held_back(db: Db, recipient: Recipient) -> list[OutboxMessage]:
    """The messages of the booking to the same recipient that were held back and told nothing, nor did a later one."""
    statement = f"""
        select {_COLUMNS} from outbox o
        where {_OF_BOOKING_TO_RECIPIENT} and o.data ? $7 and o.state not in ('sent', 'kept') and not exists (
            select from (select o.data -> 'told' as told from outbox o where {_OF_BOOKING_TO_RECIPIENT}) other
            where (other.told ->> o.item_id::text)::integer >= o.item_revision)"""
    return await fetch(db, OutboxMessage, statement, *recipient, HELD_BACK)


async def has_pending_occurrence(db: Db, account_id: int, booking_id: int) -> bool:
    """Return whether more items of this series are still to be made."""
    pending: bool = await db.fetchval(
        "select exists (select from occurrence where account_id = $1 and booking_id = $2 and outcome = 'pending')",
        account_id,
        booking_id,
    )
    return pending


async def save_sent(db: Db, leases: Sequence[Lease], now: datetime, sent: Sent) -> None:
    """Mark messages that were sent as one: the first has what was sent, the others refer to it."""
    first, *others = leases
    await db.execute(
        """
        update outbox set state = $4, finished_at = $5, address = $6, subject = $7, body = $8, answer = $9,
            data = data || jsonb_build_object('told', $10::jsonb), reason = null
        where account_id = $1 and id = $2 and attempts = $3 and state = 'waiting'
        """,
        first.account_id,
        first.id,
        first.attempts,
        sent.state,
        now,
        sent.address,
        sent.subject,
        sent.body,
        sent.answer,
        {str(item_id): revision for item_id, revision in sent.told.items()},
    )
    await db.execute(
        """
        update outbox o set state = $4, finished_at = $5, sent_with_id = $6, address = $7, reason = null
        from unnest($2::bigint[], $3::integer[]) lease (id, attempts)
        where o.account_id = $1 and o.id = lease.id and o.attempts = lease.attempts and o.state = 'waiting'
        """,
        first.account_id,
        [lease.id for lease in others],
        [lease.attempts for lease in others],
        sent.state,
        now,
        first.id,
        sent.address,
    )

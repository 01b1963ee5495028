"""Deliveries of events to webhooks; how they are leased is in `leases`."""

from collections.abc import Sequence
from datetime import datetime

from kalends.engine.messages.delivery import WebhookAnswer, WebhookDelivery
from kalends.engine.query import Query
from kalends.store.db import Db
from kalends.store.messages.leases import Lease, take_due
from kalends.store.pages import fetch_page
from kalends.store.query import Column
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(WebhookDelivery)
DELIVERY_FIELDS = {
    "id": Column("t.id", int),
    "webhook_id": Column("t.webhook_id", int),
    "event": Column("t.event", str),
    "state": Column("t.state", str),
    "created_at": Column("t.created_at", datetime),
}


async def add_deliveries(
    db: Db, account_id: int, webhook_id: int, events: Sequence[str], positions: Sequence[str], now: datetime
) -> None:
    """Add a delivery for each event, with the position of its change. One that is there already stays as it is."""
    await db.execute(
        """
        insert into webhook_delivery (account_id, webhook_id, event, position, created_at, due_at)
        select $1, $2, event, position, $5, $5 from unnest($3::text[], $4::text[]) given (event, position)
        on conflict do nothing
        """,
        account_id,
        webhook_id,
        events,
        positions,
        now,
    )


async def add_test(db: Db, account_id: int, webhook_id: int, event: str, now: datetime) -> WebhookDelivery:
    """Add a delivery that is about no change."""
    statement = f"""
        insert into webhook_delivery (account_id, webhook_id, event, position, created_at, due_at)
        values ($1, $2, $3, '', $4, $4) returning {_COLUMNS}
        """
    delivery = await fetch_one(db, WebhookDelivery, statement, account_id, webhook_id, event, now)
    assert delivery is not None
    return delivery


async def list_deliveries(db: Db, account_id: int, webhook_id: int, most: int) -> list[WebhookDelivery]:
    """List the newest deliveries of a webhook, the newest first."""
    statement = f"""
        select {_COLUMNS} from webhook_delivery where account_id = $1 and webhook_id = $2 order by id desc limit $3
        """
    return await fetch(db, WebhookDelivery, statement, account_id, webhook_id, most)


async def query_deliveries(db: Db, account_id: int, query: Query) -> tuple[list[WebhookDelivery], int]:
    """Return one page of the deliveries of all webhooks, and how many match in all.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    source = "from webhook_delivery t where t.account_id = $1"
    return await fetch_page(db, WebhookDelivery, DELIVERY_FIELDS, query, source, account_id)


async def find_delivery(db: Db, account_id: int, webhook_id: int | None, delivery_id: int) -> WebhookDelivery | None:
    """Return one delivery of a webhook, or of any (None); None if there is none."""
    statement = f"""
        select {_COLUMNS} from webhook_delivery
        where account_id = $1 and webhook_id = coalesce($2, webhook_id) and id = $3
        """
    return await fetch_one(db, WebhookDelivery, statement, account_id, webhook_id, delivery_id)


async def take_deliveries(
    db: Db, account_id: int, webhook_id: int, now: datetime, until: datetime, most: int
) -> list[tuple[Lease, WebhookDelivery]]:
    """Lease up to `most` due deliveries of a webhook until `until`; what is due longest comes first."""
    condition = "q.account_id = $3 and q.webhook_id = $4"
    leases = await take_due(db, "webhook_delivery", now, until, most, condition, account_id, webhook_id)
    statement = f"select {_COLUMNS} from webhook_delivery where account_id = $1 and id = any ($2) order by id"
    taken = await fetch(db, WebhookDelivery, statement, account_id, [lease.id for lease in leases]) if leases else []
    return list(zip(leases, taken, strict=True))


async def note_status(db: Db, delivery: WebhookDelivery, answer: WebhookAnswer) -> None:
    """Record the status and the text of an answer."""
    await db.execute(
        "update webhook_delivery set status = $3, answer = $4 where account_id = $1 and id = $2",
        delivery.account_id,
        delivery.id,
        answer.status,
        answer.text,
    )


async def drop_waiting(db: Db, account_id: int, webhook_id: int, now: datetime, reason: str) -> None:
    """Give up all deliveries of a webhook that are still to be sent."""
    await db.execute(
        """
        update webhook_delivery set state = 'dropped', finished_at = $3, reason = $4
        where account_id = $1 and webhook_id = $2 and state = 'waiting'
        """,
        account_id,
        webhook_id,
        now,
        reason,
    )


async def send_again(
    db: Db, account_id: int, webhook_id: int, now: datetime, delivery_id: int | None = None
) -> list[WebhookDelivery]:
    """Make a delivery due again, with its attempts reset; None: all of the webhook that have failed or were dropped."""
    statement = f"""
        update webhook_delivery set state = 'waiting', attempts = 0, due_at = $3, finished_at = null, reason = null
        where account_id = $1 and webhook_id = $2
            and case when $4::bigint is null then state in ('failed', 'dropped') else id = $4 end
        returning {_COLUMNS}
        """
    return await fetch(db, WebhookDelivery, statement, account_id, webhook_id, now, delivery_id)


async def forget_deliveries(db: Db, before: datetime) -> None:
    """Delete deliveries that were finished before a time."""
    await db.execute("delete from webhook_delivery where state <> 'waiting' and finished_at < $1", before)

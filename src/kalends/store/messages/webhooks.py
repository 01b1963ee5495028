"""Webhooks, and how far each has come in the change feed."""

from collections.abc import Collection
from datetime import datetime

from kalends.engine.messages.webhook import Webhook
from kalends.engine.query import Query
from kalends.store.accounts.accounts import IS_OPEN
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(Webhook)
WEBHOOK_FIELDS = {"id": Column("t.id", int), "active": Column("t.active", bool), "door": Column("t.door", str)}


async def list_webhooks(db: Db, account_id: int, door: str | None) -> list[Webhook]:
    """List the webhooks of a door, or of all doors (None), oldest first."""
    statement = f"select {_COLUMNS} from webhook where account_id = $1 and door = coalesce($2, door) order by id"
    return await fetch(db, Webhook, statement, account_id, door)


async def query_webhooks(db: Db, account_id: int, query: Query) -> tuple[list[Webhook], int]:
    """Return one page of the webhooks of all doors, and how many match in all.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    return await fetch_page(db, Webhook, WEBHOOK_FIELDS, query, "from webhook t where t.account_id = $1", account_id)


async def find_webhook(db: Db, account_id: int, door: str | None, webhook_id: int) -> Webhook | None:
    """Return one webhook of a door, or of any door (None); None if there is none."""
    statement = f"select {_COLUMNS} from webhook where account_id = $1 and door = coalesce($2, door) and id = $3"
    return await fetch_one(db, Webhook, statement, account_id, door, webhook_id)


async def lock_webhook(db: Db, account_id: int, door: str | None, webhook_id: int) -> Webhook | None:
    """Lock and return one webhook, as `find_webhook`; until the transaction ends nobody else changes it."""
    statement = f"""
        select {_COLUMNS} from webhook where account_id = $1 and door = coalesce($2, door) and id = $3 for update
        """
    return await fetch_one(db, Webhook, statement, account_id, door, webhook_id)


async def remove_webhook(db: Db, account_id: int, webhook_id: int) -> None:
    """Delete a webhook and its deliveries."""
    await db.execute("delete from webhook_delivery where account_id = $1 and webhook_id = $2", account_id, webhook_id)
    await db.execute("delete from webhook where account_id = $1 and id = $2", account_id, webhook_id)


async def skip_to_present(db: Db, account_id: int, webhook_id: int) -> None:
    """Have a webhook begin with the changes that come next."""
    await db.execute(
        """
        update webhook set position = pg_snapshot_xmin(pg_current_snapshot()) || '-0' where account_id = $1 and id = $2
        """,
        account_id,
        webhook_id,
    )


async def list_behind(db: Db, most: int) -> list[tuple[int, int]]:
    """List active webhooks, as (account id, id), after whose positions the change feed has more; `most` at most."""
    rows = await db.fetch(
        f"""
        select account_id, id from webhook w where active and {IS_OPEN.format("w")} and exists (
            select from journal j where j.account_id = w.account_id
                and (j.xid, j.id) > (split_part(w.position, '-', 1)::xid8, split_part(w.position, '-', 2)::bigint)
                and j.xid < pg_snapshot_xmin(pg_current_snapshot()))
        order by id limit $1
        """,
        most,
    )
    return [tuple(row) for row in rows]


async def take_position(db: Db, account_id: int, webhook_id: int) -> tuple[str, Collection[str]] | None:
    """Lock an active webhook and return its position in the change feed and its patterns of events.

    None if it is not active any more, or if somebody else has locked it.
    """
    row = await db.fetchrow(
        """
        select position, events from webhook where account_id = $1 and id = $2 and active for update skip locked
        """,
        account_id,
        webhook_id,
    )
    return None if row is None else (row[0], row[1])


async def save_position(db: Db, account_id: int, webhook_id: int, position: str) -> None:
    """Set how far a webhook has come in the change feed."""
    await db.execute(
        "update webhook set position = $3 where account_id = $1 and id = $2", account_id, webhook_id, position
    )


async def list_due(db: Db, now: datetime, most: int) -> list[tuple[int, int]]:
    """List active webhooks, as (account id, id), that have due deliveries and that no worker is sending.

    Those that were served longest ago come first, `most` at most.
    """
    rows = await db.fetch(
        f"""
        select account_id, id from webhook w
        where active and {IS_OPEN.format("w")} and (sending_until is null or sending_until <= $1) and exists (
            select from webhook_delivery d where d.account_id = w.account_id and d.webhook_id = w.id
                and d.state = 'waiting' and d.due_at <= $1)
        order by sending_until nulls first, id limit $2
        """,
        now,
        most,
    )
    return [tuple(row) for row in rows]


async def take_webhook(db: Db, account_id: int, webhook_id: int, now: datetime, until: datetime) -> Webhook | None:
    """Reserve an active webhook's deliveries for this worker until `until`; None if another worker has them."""
    statement = f"""
        update webhook set sending_until = $4
        where account_id = $1 and id = $2 and active and (sending_until is null or sending_until <= $3)
        returning {_COLUMNS}
        """
    return await fetch_one(db, Webhook, statement, account_id, webhook_id, now, until)


async def release_webhook(db: Db, account_id: int, webhook_id: int, now: datetime, until: datetime) -> None:
    """End the reservation that this worker took until `until`."""
    await db.execute(
        "update webhook set sending_until = $3 where account_id = $1 and id = $2 and sending_until = $4",
        account_id,
        webhook_id,
        now,
        until,
    )


async def set_failing(db: Db, account_id: int, webhook_id: int, since: datetime | None) -> None:
    """Record the first failed delivery after the last that succeeded; None: one has succeeded."""
    await db.execute(
        """
        update webhook set failing_since = $3
        where account_id = $1 and id = $2 and (failing_since is null) <> ($3::timestamptz is null)
        """,
        account_id,
        webhook_id,
        since,
    )

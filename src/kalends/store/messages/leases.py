"""Queues of what is sent over the network: messages and webhook deliveries, taken from their tables under leases.

A row of such a table waits (`state` is waiting) until `due_at`. To send it, a worker leases it: `due_at` becomes the
end of the lease, and `attempts` is counted. It is sent outside of any transaction, and then finished or postponed. The
lease of a worker that dies runs out, and the row is due again; a worker that comes too late finds another count of
attempts, and changes nothing.

The tables have the columns account_id, id, state, due_at, attempts, finished_at, answer and reason, and an index on
(due_at) for what waits.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from kalends.store.accounts.accounts import IS_OPEN
from kalends.store.db import Db

Queue = Literal["outbox", "webhook_delivery"]

TAKEN_ALONE_FROM = 8
"""Attempts after which a row is taken alone, as it may be what makes workers die: others must not be lost with it."""
LOOK_AHEAD = 200  # due rows that are looked at to find some that nobody else is sending


class Lease(msgspec.Struct, frozen=True):
    """A row that this worker may send until its lease ends; `attempts` counts this one too."""

    account_id: int
    id: int
    attempts: int


async def take_due(
    db: Db, queue: Queue, now: datetime, until: datetime, most: int, condition: str = "true", *values: object
) -> list[Lease]:
    """Lease up to `most` due rows of one account until `until`; what is due longest comes first.

    A row that was tried TAKEN_ALONE_FROM times or more is leased alone.
    `condition` is SQL about the alias `q`, with `values` as $3, $4, ... Rows of other workers are passed over.
    """
    due = await db.fetch(
        f"""
        select q.account_id, q.id, q.attempts from {queue} q
        where q.state = 'waiting' and q.due_at <= $1 and {condition} and {IS_OPEN.format("q")}
        order by q.due_at, q.account_id, q.id limit $2
        """,
        now,
        LOOK_AHEAD,
        *values,
    )
    batches: dict[tuple[int, int | None], list[int]] = {}
    for account_id, row_id, attempts in due:
        batches.setdefault((account_id, row_id if attempts >= TAKEN_ALONE_FROM else None), []).append(row_id)
    for (account_id, _), ids in batches.items():
        if leases := await take(db, queue, account_id, ids, now, until, most=most):
            return leases
    return []


async def take(
    db: Db, queue: Queue, account_id: int, ids: Sequence[int], now: datetime, until: datetime, *, most: int
) -> list[Lease]:
    """Lease up to `most` of these rows of an account that are due; in order of id."""
    rows = await db.fetch(
        f"""
        with taken as (
            select id from {queue}
            where account_id = $1 and id = any ($2) and state = 'waiting' and due_at <= $3
            order by id limit $5 for update skip locked
        )
        update {queue} q set due_at = $4, attempts = q.attempts + 1
        from taken where q.account_id = $1 and q.id = taken.id
        returning q.account_id, q.id, q.attempts
        """,
        account_id,
        ids,
        now,
        until,
        most,
    )
    return sorted((Lease(*row) for row in rows), key=lambda lease: lease.id)


async def give_back(db: Db, queue: Queue, lease: Lease, due_at: datetime) -> None:
    """End a lease without an attempt: the row is due at `due_at`, as if it had not been taken."""
    await db.execute(
        f"""
        update {queue} set due_at = $4, attempts = attempts - 1
        where account_id = $1 and id = $2 and attempts = $3 and state = 'waiting'
        """,
        lease.account_id,
        lease.id,
        lease.attempts,
        due_at,
    )


async def postpone(db: Db, queue: Queue, lease: Lease, now: datetime, due_at: datetime | None, error: str) -> None:
    """End a lease whose attempt failed. The row is due again at `due_at`; None gives it up: it is kept as failed."""
    await db.execute(
        f"""
        update {queue} set due_at = coalesce($5, due_at), answer = $6,
            state = case when $5::timestamptz is null then 'failed' else state end,
            finished_at = case when $5::timestamptz is null then $4::timestamptz end
        where account_id = $1 and id = $2 and attempts = $3 and state = 'waiting'
        """,
        lease.account_id,
        lease.id,
        lease.attempts,
        now,
        due_at,
        error,
    )


async def finish(
    db: Db,
    queue: Queue,
    lease: Lease,
    now: datetime,
    state: str,
    *,
    reason: str | None = None,
    answer: str | None = None,
) -> None:
    """End a lease for good: the row has this state from now on."""
    await db.execute(
        f"""
        update {queue} set state = $5, finished_at = $4, reason = $6, answer = coalesce($7, answer)
        where account_id = $1 and id = $2 and attempts = $3 and state = 'waiting'
        """,
        lease.account_id,
        lease.id,
        lease.attempts,
        now,
        state,
        reason,
        answer,
    )


async def retry_failed(db: Db, queue: Queue, now: datetime) -> int:
    """Make all failed rows due again, with their attempts reset. Returns their number."""
    rows = await db.fetch(
        f"""
        update {queue} set state = 'waiting', attempts = 0, due_at = $1, finished_at = null
        where state = 'failed' returning 1
        """,
        now,
    )
    return len(rows)

"""Pending occurrences of series: listed, locked, settled and postponed.

The pending row is the job, and the row lock of the transaction that makes it is the lease: if the transaction ends
early (a killed worker, a lost database) the row stays pending and the next worker finds it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking
from kalends.engine.time.span import Span
from kalends.store.accounts.accounts import IS_OPEN
from kalends.store.db import Db
from kalends.store.rows import columns, reader

LOOK_AHEAD = 1000  # pending rows that are read to find several series; more than one series can have
MOST_SERIES = 20


class DueOccurrence(msgspec.Struct, frozen=True):
    """A pending occurrence that is due; `attempts` is the number of failed ones."""

    account_id: int
    booking_id: int
    starts_at: datetime
    attempts: int


async def list_due(db: Db, now: datetime) -> list[DueOccurrence]:
    """The next due occurrence of each series in all accounts, at most MOST_SERIES, by start and then by due time.

    Locks nothing.
    """
    rows = await db.fetch(
        f"""
        select distinct on (account_id, booking_id) account_id, booking_id, starts_at, attempts, due_at from (
            select account_id, booking_id, starts_at, attempts, due_at from occurrence
            where outcome = 'pending' and due_at <= $1 and {IS_OPEN.format("occurrence")}
            order by starts_at, due_at limit $2) due
        order by account_id, booking_id, starts_at
        """,
        now,
        LOOK_AHEAD,
    )
    earliest = sorted(rows, key=lambda row: (row["starts_at"], row["due_at"]))
    return list(map(reader(DueOccurrence), earliest[:MOST_SERIES]))


async def take_pending(
    db: Db, account_id: int, booking_id: int, starts_at: datetime
) -> tuple[Booking, Span, bool] | None:
    """In a transaction: lock a booking and its pending occurrence that begins at `starts_at`, without waiting.

    Returns the booking, the occurrence's span, and whether an occurrence of the series was made before; None if the
    occurrence is not pending, or if another transaction has locked the booking.
    """
    booking = await db.fetchrow(
        f"select {columns(Booking)} from booking where account_id = $1 and id = $2 for no key update skip locked",
        account_id,
        booking_id,
    )
    if booking is None:
        return None
    # A separate statement: it sees what was committed by whoever had the booking locked before.
    row = await db.fetchrow(
        """
        select starts_at, ends_at, exists (
            select from occurrence where account_id = $1 and booking_id = $2 and outcome = 'made')
        from occurrence where account_id = $1 and booking_id = $2 and starts_at = $3 and outcome = 'pending'
        for update skip locked
        """,
        account_id,
        booking_id,
        starts_at,
    )
    return (reader(Booking)(booking), Span(row[0], row[1]), row[2]) if row else None


async def settle(db: Db, booking: Booking, span: Span, item_id: int | None, refusal: Mapping[str, Any] | None) -> None:
    """Store the outcome of an occurrence: made as the item `item_id`, or refused."""
    await db.execute(
        """
        update occurrence set outcome = case when $4::bigint is null then 'refused' else 'made' end,
            item_id = $4, refusal = $5
        where account_id = $1 and booking_id = $2 and starts_at = $3
        """,
        booking.account_id,
        booking.id,
        span.start,
        item_id,
        refusal,
    )


async def postpone(db: Db, due: DueOccurrence, due_at: datetime | None) -> None:
    """Count a failed attempt. The occurrence is due again at `due_at`, or has failed for good if that is None.

    Changes nothing if the occurrence was settled meanwhile, or if another worker counted the attempt.
    """
    await db.execute(
        """
        update occurrence set attempts = attempts + 1, due_at = coalesce($5, due_at),
            outcome = case when $5::timestamptz is null then 'failed' else 'pending' end
        where account_id = $1 and booking_id = $2 and starts_at = $3 and attempts = $4 and outcome = 'pending'
        """,
        due.account_id,
        due.booking_id,
        due.starts_at,
        due.attempts,
        due_at,
    )


async def retry_failed(db: Db, due_at: datetime) -> int:
    """Make all failed occurrences pending again, with their attempts reset. Returns their number."""
    rows = await db.fetch(
        "update occurrence set outcome = 'pending', attempts = 0, due_at = $1 where outcome = 'failed' returning 1",
        due_at,
    )
    return len(rows)

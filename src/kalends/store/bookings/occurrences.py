"""Occurrences of series that are still to be made: found, locked, settled, put off.

A pending row is the work itself, and the row lock of the transaction that makes it is the lease: whatever ends the
transaction (a killed worker, a lost database) leaves the row pending, for the next worker to find.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking
from kalends.engine.time.span import Span
from kalends.store.db import Db
from kalends.store.rows import columns, reader

LOOK_AHEAD = 1000  # pending rows that are read to find different series: the longest series has fewer
MOST_SERIES = 20


class DueOccurrence(msgspec.Struct, frozen=True):
    """A pending occurrence to be tried now; `attempts` have failed so far."""

    account_id: int
    booking_id: int
    starts_at: datetime
    attempts: int


async def list_due(db: Db, now: datetime) -> list[DueOccurrence]:
    """Of each series the next occurrence to make, at most 20: those that start first come first, of all accounts.

    Locks nothing. Among those that start at the same time, what is due longest comes first.
    """
    rows = await db.fetch(
        """
        select distinct on (account_id, booking_id) account_id, booking_id, starts_at, attempts, due_at from (
            select account_id, booking_id, starts_at, attempts, due_at from occurrence
            where outcome = 'pending' and due_at <= $1 order by starts_at, due_at limit $2) due
        order by account_id, booking_id, starts_at
        """,
        now,
        LOOK_AHEAD,
    )
    nearest = sorted(rows, key=lambda row: (row["starts_at"], row["due_at"]))
    return list(map(reader(DueOccurrence), nearest[:MOST_SERIES]))


async def take_pending(
    db: Db, account_id: int, booking_id: int, starts_at: datetime
) -> tuple[Booking, Span, bool] | None:
    """In a transaction, lock a booking and then its occurrence that begins at `starts_at`, without waiting.

    Answers the booking, the occurrence's span and whether another of the series was made before. None when the
    occurrence is not pending, or when another transaction works on the booking at the moment.
    """
    booking = await db.fetchrow(
        f"select {columns(Booking)} from booking where account_id = $1 and id = $2 for no key update skip locked",
        account_id,
        booking_id,
    )
    if booking is None:
        return None
    # A statement of its own: it sees what was kept by those who had the booking locked before.
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
    """Note what became of an occurrence: made as an item, or refused."""
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
    """Count one more failed attempt: to be tried again at `due_at`, or never when that is None.

    Changes nothing when the occurrence was settled since it was found, or the attempt was counted by another worker.
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
    """Make all failed occurrences pending again, with no attempts behind them; answers how many."""
    rows = await db.fetch(
        "update occurrence set outcome = 'pending', attempts = 0, due_at = $1 where outcome = 'failed' returning 1",
        due_at,
    )
    return len(rows)

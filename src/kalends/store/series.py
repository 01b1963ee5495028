"""Series: the booking that a recurrence belongs to, and what became of each of its occurrences."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kalends.engine.booking import Booking
from kalends.engine.listing import Outcome
from kalends.engine.span import Span
from kalends.store.db import Db, build, columns

_BOOKING = columns(Booking)


def is_uid(text: str) -> bool:
    """Whether a text can be a collection's id at all."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def add_occurrences(db: Db, booking: Booking, spans: Sequence[Span]) -> None:
    """Add the occurrences of a series, all of them pending and due at once; its booking is there."""
    await db.execute(
        """
        insert into occurrence (account_id, booking_id, starts_at, ends_at, due_at)
        select $1, $2, starts_at, ends_at, $5
        from unnest($3::timestamptz[], $4::timestamptz[]) span (starts_at, ends_at)
        """,
        booking.account_id,
        booking.id,
        [span.start for span in spans],
        [span.end for span in spans],
        booking.created_at,
    )


async def find_series(db: Db, account_id: int, uid: str) -> Booking | None:
    """The order behind a collection's id, or None."""
    row = await db.fetchrow(f"select {_BOOKING} from booking where account_id = $1 and uid = $2", account_id, uid)
    return build(Booking, row) if row else None


async def load_series(db: Db, account_id: int, booking_id: int) -> Booking | None:
    """The order with an id, or None."""
    row = await db.fetchrow(f"select {_BOOKING} from booking where account_id = $1 and id = $2", account_id, booking_id)
    return build(Booking, row) if row else None


async def list_outcomes(db: Db, account_id: int, booking_id: int) -> list[Outcome]:
    """What became of each occurrence, in order of time."""
    rows = await db.fetch(
        f"""
        select {columns(Outcome)} from occurrence where account_id = $1 and booking_id = $2 order by starts_at
        """,
        account_id,
        booking_id,
    )
    return [build(Outcome, row) for row in rows]


async def list_pending(db: Db, account_id: int, booking_id: int) -> list[datetime]:
    """When each occurrence begins that is still to be made, in order."""
    rows = await db.fetch(
        """
        select starts_at from occurrence where account_id = $1 and booking_id = $2 and outcome = 'pending'
        order by starts_at
        """,
        account_id,
        booking_id,
    )
    return [row[0] for row in rows]


async def take_pending(
    db: Db, account_id: int, booking_id: int, starts_at: datetime
) -> tuple[Booking, Span, bool] | None:
    """In a transaction: the order, its occurrence that begins then, and whether another was made already.

    As they are when nobody else works on the series any more; None when it is not pending by then.
    """
    booking = await db.fetchrow(
        f"select {_BOOKING} from booking where account_id = $1 and id = $2 for no key update", account_id, booking_id
    )
    row = await db.fetchrow(
        """
        select starts_at, ends_at, exists (
            select from occurrence where account_id = $1 and booking_id = $2 and outcome = 'made')
        from occurrence where account_id = $1 and booking_id = $2 and starts_at = $3 and outcome = 'pending'
        for update
        """,
        account_id,
        booking_id,
        starts_at,
    )
    return (build(Booking, booking), Span(row[0], row[1]), row[2]) if booking and row else None


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


async def withdraw_pending(db: Db, account_id: int, booking_id: int) -> int:
    """No more occurrences are to be made; waits for one that is being made right now. Answers how many were pending."""
    withdrawn = await db.fetch(
        """
        update occurrence set outcome = 'withdrawn'
        where account_id = $1 and booking_id = $2 and outcome = 'pending' returning 1
        """,
        account_id,
        booking_id,
    )
    return len(withdrawn)

"""Series: the booking that a recurrence belongs to, and what became of each of its occurrences."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.views import Outcome
from kalends.engine.time.span import Span
from kalends.store.db import Db
from kalends.store.rows import columns, reader

_BOOKING = columns(Booking)


def is_uid(text: str) -> bool:
    """Whether a text can be a collection's id at all."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def add_series(db: Db, booking: Booking, spans: Sequence[Span], due_at: datetime) -> None:
    """Keep the booking and its occurrences, all of them pending and to be made from `due_at` on."""
    await db.execute(
        f"insert into booking ({_BOOKING}) select {_BOOKING} from jsonb_populate_record(null::booking, $1)", booking
    )
    await db.execute(
        """
        insert into occurrence (account_id, booking_id, starts_at, ends_at, due_at)
        select $1, $2, o.starts_at, o.ends_at, $5
        from unnest($3::timestamptz[], $4::timestamptz[]) o (starts_at, ends_at)
        """,
        booking.account_id,
        booking.id,
        [span.start for span in spans],
        [span.end for span in spans],
        due_at,
    )


async def find_series(db: Db, account_id: int, uid: str) -> Booking | None:
    """The order behind a collection's id, or None."""
    row = await db.fetchrow(f"select {_BOOKING} from booking where account_id = $1 and uid = $2", account_id, uid)
    return reader(Booking)(row) if row else None


async def load_booking(db: Db, account_id: int, booking_id: int) -> Booking | None:
    """The order with an id, or None."""
    row = await db.fetchrow(f"select {_BOOKING} from booking where account_id = $1 and id = $2", account_id, booking_id)
    return reader(Booking)(row) if row else None


async def list_outcomes(db: Db, account_id: int, booking_id: int) -> list[Outcome]:
    """What became of each occurrence, in order of time."""
    rows = await db.fetch(
        f"""
        select {columns(Outcome)} from occurrence where account_id = $1 and booking_id = $2 order by starts_at
        """,
        account_id,
        booking_id,
    )
    return list(map(reader(Outcome), rows))


async def lock_booking(db: Db, account_id: int, booking_id: int) -> Booking | None:
    """In a transaction: the booking, which nobody else changes or adds items to until the end, or None."""
    row = await db.fetchrow(
        f"select {_BOOKING} from booking where account_id = $1 and id = $2 for no key update", account_id, booking_id
    )
    return reader(Booking)(row) if row else None


async def replace_pending(
    db: Db, account_id: int, booking_id: int, spans: Mapping[datetime, Span], due_at: datetime
) -> None:
    """In a transaction that has locked the booking: move pending occurrences, by when they began, to other times."""
    await db.execute(
        """
        delete from occurrence
        where account_id = $1 and booking_id = $2 and starts_at = any ($3) and outcome = 'pending'
        """,
        account_id,
        booking_id,
        list(spans),
    )
    await db.execute(
        """
        insert into occurrence (account_id, booking_id, starts_at, ends_at, due_at)
        select $1, $2, o.starts_at, o.ends_at, $5
        from unnest($3::timestamptz[], $4::timestamptz[]) o (starts_at, ends_at)
        """,
        account_id,
        booking_id,
        [span.start for span in spans.values()],
        [span.end for span in spans.values()],
        due_at,
    )


async def save_series(db: Db, booking: Booking) -> None:
    """In a transaction that has locked the booking: keep what is still to be made of its series."""
    await db.execute(
        "update booking set recurrence = $3 where account_id = $1 and id = $2",
        booking.account_id,
        booking.id,
        booking.recurrence,
    )


async def withdraw_pending(db: Db, account_id: int, booking_id: int) -> int:
    """No more occurrences are to be made, nor are those that failed; waits for one that is being made right now.

    Answers how many were withdrawn.
    """
    withdrawn = await db.fetch(
        """
        update occurrence set outcome = 'withdrawn'
        where account_id = $1 and booking_id = $2 and outcome in ('pending', 'failed') returning 1
        """,
        account_id,
        booking_id,
    )
    return len(withdrawn)

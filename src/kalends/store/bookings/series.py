"""Series: the booking of a series, and its occurrences with their outcomes."""

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
    """Whether a text is a UUID, and thus may be the uid of a booking."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def add_series(db: Db, booking: Booking, spans: Sequence[Span], due_at: datetime) -> None:
    """Insert a booking and its occurrences, all pending and due at `due_at`."""
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
    """The booking with a uid, or None."""
    row = await db.fetchrow(f"select {_BOOKING} from booking where account_id = $1 and uid = $2", account_id, uid)
    return reader(Booking)(row) if row else None


async def load_booking(db: Db, account_id: int, booking_id: int) -> Booking | None:
    """The booking with an id, or None."""
    row = await db.fetchrow(f"select {_BOOKING} from booking where account_id = $1 and id = $2", account_id, booking_id)
    return reader(Booking)(row) if row else None


async def list_outcomes(db: Db, account_id: int, booking_id: int) -> list[Outcome]:
    """The outcome of each occurrence, in order of time."""
    rows = await db.fetch(
        f"""
        select {columns(Outcome)} from occurrence where account_id = $1 and booking_id = $2 order by starts_at
        """,
        account_id,
        booking_id,
    )
    return list(map(reader(Outcome), rows))


async def lock_booking(db: Db, account_id: int, booking_id: int) -> Booking | None:
    """In a transaction: lock a booking, so that nobody else changes it or adds items to it. Returns it, or None."""
    row = await db.fetchrow(
        f"select {_BOOKING} from booking where account_id = $1 and id = $2 for no key update", account_id, booking_id
    )
    return reader(Booking)(row) if row else None


async def replace_pending(
    db: Db, account_id: int, booking_id: int, spans: Mapping[datetime, Span], due_at: datetime
) -> None:
    """In a transaction that has locked the booking: move pending occurrences. `spans`: old start -> new span."""
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
    """In a transaction that has locked the booking: store its series, without a new revision."""
    await db.execute(
        "update booking set recurrence = $3 where account_id = $1 and id = $2",
        booking.account_id,
        booking.id,
        booking.recurrence,
    )


async def withdraw_pending(db: Db, account_id: int, booking_id: int, after: datetime | None = None) -> int:
    """Withdraw the pending and failed occurrences of a booking, all or those that begin after a time.

    Returns their number. Waits for one being made.
    """
    withdrawn = await db.fetch(
        """
        update occurrence set outcome = 'withdrawn'
        where account_id = $1 and booking_id = $2 and outcome in ('pending', 'failed')
            and ($3::timestamptz is null or starts_at > $3) returning 1
        """,
        account_id,
        booking_id,
        after,
    )
    return len(withdrawn)

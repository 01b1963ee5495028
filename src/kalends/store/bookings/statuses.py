"""Booking statuses."""

from kalends.engine.bookings.booking_status import BookingStatus
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_COLUMNS = columns(BookingStatus)


async def find_statuses(db: Db, account_id: int) -> list[BookingStatus]:
    """List the account's booking statuses, active or not, in display order."""
    statement = f"select {_COLUMNS} from booking_status where account_id = $1 order by position, id"
    return await fetch(db, BookingStatus, statement, account_id)


async def lock_status(db: Db, account_id: int, status_id: int) -> BookingStatus | None:
    """Lock and return the status, or None; until the transaction ends nobody else changes it."""
    statement = f"select {_COLUMNS} from booking_status where account_id = $1 and id = $2 for no key update"
    return await fetch_one(db, BookingStatus, statement, account_id, status_id)


async def lock_default(db: Db, account_id: int) -> BookingStatus | None:
    """Lock and return the default status, or None."""
    statement = f"select {_COLUMNS} from booking_status where account_id = $1 and is_default for no key update"
    return await fetch_one(db, BookingStatus, statement, account_id)

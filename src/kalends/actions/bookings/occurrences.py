"""The worker's side of series: lists due occurrences, makes them, and postpones those that failed unexpectedly."""

from datetime import datetime

from kalends.actions.bookings.series import make_occurrence
from kalends.actions.worker_context import worker_context
from kalends.engine.backoff import OCCURRENCES, next_attempt
from kalends.store.bookings import occurrences
from kalends.store.bookings.occurrences import DueOccurrence
from kalends.store.db import Db, transaction


async def list_due(db: Db, now: datetime) -> list[DueOccurrence]:
    """The next due occurrence of each series in all accounts, at most 20, the earliest start first."""
    return await occurrences.list_due(db, now)


async def make_due(db: Db, now: datetime, due: DueOccurrence) -> bool:
    """Make an occurrence, or store why it is refused.

    Returns False if it is no longer pending, or if another worker has its booking. Raises NotFound(account, series).
    """
    return await make_occurrence(await worker_context(db, now, due.account_id), due.booking_id, due.starts_at)


async def postpone(db: Db, now: datetime, due: DueOccurrence) -> datetime | None:
    """Postpone an occurrence that failed. Returns when it is tried again, or None if it is given up."""
    due_at = next_attempt(OCCURRENCES, due.attempts + 1, now)
    async with transaction(db) as tx:
        await occurrences.postpone(tx, due, due_at)
    return due_at


async def retry_failed(db: Db, now: datetime) -> int:
    """Make all occurrences that were given up pending and due again, in all accounts. Returns their number."""
    async with transaction(db) as tx:
        return await occurrences.retry_failed(tx, now)

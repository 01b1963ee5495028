"""Occurrences of series as work: which are due, how one is made, and what happens when that fails unexpectedly."""

from datetime import datetime

from kalends.actions.bookings.series import make_occurrence
from kalends.actions.context import Context
from kalends.engine.accounts.principal import system
from kalends.engine.backoff import next_attempt
from kalends.engine.refusals import NotFound
from kalends.store.accounts.accounts import load_account
from kalends.store.bookings import occurrences
from kalends.store.bookings.occurrences import DueOccurrence
from kalends.store.db import Db, transaction

ACTOR = "kalends"


async def list_due(db: Db, now: datetime) -> list[DueOccurrence]:
    """The next due occurrence of each series, of all accounts, those that start first at the head; at most 20."""
    return await occurrences.list_due(db, now)


async def make_due(db: Db, now: datetime, due: DueOccurrence) -> bool:
    """Make an occurrence, or note why it is refused.

    Answers False when it is not pending any more, or when somebody else works on its booking. Raises NotFound when its
    account is gone.
    """
    account = await load_account(db, due.account_id)
    if account is None:
        raise NotFound("account", due.account_id)
    return await make_occurrence(Context(system(ACTOR), account, now, db), due.booking_id, due.starts_at)


async def postpone(db: Db, now: datetime, due: DueOccurrence) -> datetime | None:
    """Put off an occurrence whose making has failed; answers until when, or None when it is given up."""
    due_at = next_attempt(due.attempts + 1, now)
    async with transaction(db) as tx:
        await occurrences.postpone(tx, due, due_at)
    return due_at


async def retry_failed(db: Db, now: datetime) -> int:
    """Make all occurrences that were given up pending and due again, of all accounts; answers how many."""
    async with transaction(db) as tx:
        return await occurrences.retry_failed(tx, now)

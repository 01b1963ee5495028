"""What time alone brings about: holds that are over, counts that nobody needs any more."""

from datetime import datetime, timedelta

from kalends.store import limits, tokens
from kalends.store.db import Db
from kalends.store.holds import lapse_due

SESSIONS_KEPT = timedelta(days=30)  # after their end, for whoever asks what happened
COUNTS_KEPT = timedelta(days=2)  # longer than any window of a rate limit, which is at most 99,999 s


async def lapse_holds(db: Db, now: datetime) -> None:
    """Expire every hold that is over, one tree or session at a time, but where somebody else is busy."""
    while await lapse_due(db, now):
        pass


async def forget_counts(db: Db, now: datetime) -> None:
    """Drop the request counts of windows long past."""
    await limits.forget_hits(db, now - COUNTS_KEPT)


async def forget_sessions(db: Db, now: datetime) -> None:
    """Delete login sessions and guests' links that ended long ago. Keys stay, for the journal names them."""
    await tokens.forget_sessions(db, now - SESSIONS_KEPT)

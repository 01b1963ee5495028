"""What time alone brings about: holds that are over, counts that nobody needs any more."""

from datetime import datetime, timedelta

from kalends.store import claims, limits
from kalends.store.db import Db

BATCH = 1000
COUNTS_KEPT = timedelta(days=2)  # longer than any window of a rate limit, which is at most 99,999 s


async def lapse_holds(db: Db, now: datetime) -> int:
    """Expire every hold that is over; answers how many. Bookings do not wait for it: the guard lapses what it meets."""
    total = 0
    while lapsed := await claims.lapse(db, now, BATCH):
        total += lapsed
    return total


async def forget_counts(db: Db, now: datetime) -> None:
    """Drop the request counts of windows long past."""
    await limits.forget_hits(db, now - COUNTS_KEPT)

"""Background clean-up of request counts, ended login sessions and stored idempotent answers."""

from datetime import datetime, timedelta

from kalends.store import idempotency
from kalends.store.accounts import rate_limits, tokens
from kalends.store.db import Db

SESSIONS_KEPT = timedelta(days=30)  # after their end, to look into incidents
COUNTS_KEPT = timedelta(days=2)  # longer than any window of a rate limit, which is at most 99,999 s


async def forget_counts(db: Db, now: datetime) -> bool:
    """Delete the request counts of windows that began over two days ago. Returns False: there is no more to do now."""
    await rate_limits.forget_hits(db, now - COUNTS_KEPT)
    return False


async def forget_sessions(db: Db, now: datetime) -> bool:
    """Delete login sessions and guest links that ended over 30 days ago. Returns False: there is no more to do now.

    Keys are kept, as the journal refers to them.
    """
    await tokens.forget_sessions(db, now - SESSIONS_KEPT)
    return False


async def forget_answers(db: Db, now: datetime) -> bool:
    """Delete the stored answers of idempotent requests older than a day. Returns False: there is no more to do now."""
    await idempotency.forget_answers(db, now - idempotency.KEPT)
    return False

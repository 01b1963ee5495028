"""What nobody needs any more: counts of requests, login sessions, kept answers."""

from datetime import datetime, timedelta

from kalends.store import idempotency
from kalends.store.accounts import rate_limits, tokens
from kalends.store.db import Db

SESSIONS_KEPT = timedelta(days=30)  # after their end, for whoever asks what happened
COUNTS_KEPT = timedelta(days=2)  # longer than any window of a rate limit, which is at most 99,999 s


async def forget_counts(db: Db, now: datetime) -> bool:
    """Drop all request counts of windows long past; returns False, as none are left."""
    await rate_limits.forget_hits(db, now - COUNTS_KEPT)
    return False


async def forget_sessions(db: Db, now: datetime) -> bool:
    """Delete login sessions and guests' links that ended long ago; returns False, as none are left.

    Keys stay, for the journal names them.
    """
    await tokens.forget_sessions(db, now - SESSIONS_KEPT)
    return False


async def forget_answers(db: Db, now: datetime) -> bool:
    """Delete the answers that retried requests can no longer get; returns False, as none are left."""
    await idempotency.forget_answers(db, now - idempotency.KEPT)
    return False

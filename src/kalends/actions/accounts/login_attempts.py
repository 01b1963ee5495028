"""Limits on failed login attempts, counted across all worker processes.

An attempt is counted before the password is checked and taken back if it was right. So parallel attempts can't all
pass before the first failure is counted.
"""

from collections.abc import Mapping
from datetime import datetime

from kalends.engine.accounts.rate_limit import Limit
from kalends.engine.refusals import TooManyAttempts
from kalends.store.accounts import rate_limits
from kalends.store.db import Db

Subjects = Mapping[str, Limit]
"""The limit of each subject by which an attempt is counted, such as a login or an address."""

_WINDOW_SECONDS = 900
PER_LOGIN_AND_ADDRESS = Limit(5, _WINDOW_SECONDS)
PER_LOGIN = Limit(30, _WINDOW_SECONDS)
PER_ADDRESS = Limit(50, _WINDOW_SECONDS)
PER_ADDRESS_DEVICES = Limit(1000, _WINDOW_SECONDS)
PER_ADDRESS_BEGUN = Limit(300, _WINDOW_SECONDS)
"""In 15 minutes: failures, of devices all that are registered, and of logins by a provider all that are begun. One
address reaches its own limit (5) long before it locks a user out elsewhere (30). Behind one address of a mobile network
are many devices."""


async def count_attempt(db: Db, now: datetime, subjects: Subjects) -> None:
    """Count an attempt for each subject in order; stops at the first that is over its limit. Raises TooManyAttempts."""
    for subject, limit in subjects.items():
        if await rate_limits.count_hit(db, subject, limit.window(now)) > limit.count:
            raise TooManyAttempts(limit.seconds_left(now))


async def take_back_attempt(db: Db, now: datetime, subjects: Subjects) -> None:
    """Uncount an attempt that was successful."""
    for subject, limit in subjects.items():
        await rate_limits.take_back_hit(db, subject, limit.window(now))

"""Failed attempts to prove who one is: counted for all workers, and refused beyond a limit.

An attempt is counted before it is looked at and taken back when it was right: attempts made at once can't all slip
through before the first is counted.
"""

from collections.abc import Mapping
from datetime import datetime

from kalends.engine.accounts.rate_limit import Limit
from kalends.engine.refusals import TooManyAttempts
from kalends.store.accounts import rate_limits
from kalends.store.db import Db

Subjects = Mapping[str, Limit]
"""What attempts are counted by, each with its limit."""

_QUARTER = 900
PER_LOGIN_AND_ADDRESS = Limit(5, _QUARTER)
PER_LOGIN = Limit(30, _QUARTER)
PER_ADDRESS = Limit(50, _QUARTER)
"""Failures in a quarter of an hour. From one address nobody can shut out a user who is somewhere else."""


async def count_attempt(db: Db, now: datetime, subjects: Subjects) -> None:
    """Count an attempt by each subject, in their order up to one that has failed too often. Raises TooManyAttempts."""
    for subject, limit in subjects.items():
        if await rate_limits.count_hit(db, subject, limit.window(now)) > limit.count:
            raise TooManyAttempts(limit.seconds_left(now))


async def take_back_attempt(db: Db, now: datetime, subjects: Subjects) -> None:
    """The attempt was right: it does not count."""
    for subject, limit in subjects.items():
        await rate_limits.take_back_hit(db, subject, limit.window(now))

"""When to retry something that failed.

A schedule is the waits after the first, second, ... failed attempt; after the last of them there is one more attempt.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta


def doubling(first: timedelta, longest: timedelta, attempts: int) -> tuple[timedelta, ...]:
    """The schedule of so many attempts whose waits double from `first` to `longest`."""
    waits = [first]
    while len(waits) < attempts - 1:
        waits.append(min(waits[-1] * 2, longest))
    return tuple(waits)


OCCURRENCES = doubling(timedelta(seconds=1), timedelta(minutes=10), attempts=12)
"""The last attempt is 27 minutes after the first."""
MESSAGES = doubling(timedelta(seconds=15), timedelta(hours=4), attempts=24)
"""The last attempt is some two days after the first, as mail servers do it (RFC 5321, section 4.5.4.1)."""

WEBHOOKS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 64_800, 82_800)
)
"""The last attempt is three days after the first."""


def next_attempt(schedule: Sequence[timedelta], attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failures (at least 1); None to give up."""
    return now + schedule[attempts - 1] if attempts <= len(schedule) else None

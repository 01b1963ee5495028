"""When to retry something that failed."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)
MOST_ATTEMPTS = 12


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failures (at least 1); None to give up.

    The wait doubles from one second to ten minutes, so the last of twelve attempts is 27 minutes after the first.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    doubled: int = 2 ** (attempts - 1)
    return now + min(FIRST_WAIT * doubled, LONGEST_WAIT)

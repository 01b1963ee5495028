"""When something that failed is tried again."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)
MOST_ATTEMPTS = 12


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many failed attempts (at least 1); None when it is to be given up.

    The wait doubles from a second to ten minutes, which puts the last of twelve attempts 27 minutes after the first.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    doubled: int = 2 ** (attempts - 1)
    return now + min(FIRST_WAIT * doubled, LONGEST_WAIT)

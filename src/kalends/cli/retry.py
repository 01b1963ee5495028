"""`kalends retry`: another chance for what the worker gave up."""

from datetime import UTC, datetime

from kalends.actions.bookings.occurrences import retry_failed
from kalends.cli.house import plainly, run


def retry() -> None:
    """Try again to make the occurrences of series that were given up after repeated errors."""
    with plainly():
        count = run(lambda pool: retry_failed(pool, datetime.now(UTC)))
    print(f"{count} occurrences are tried again." if count else "Nothing was given up.")

"""`kalends retry`: try again what the worker gave up."""

from datetime import UTC, datetime

from kalends.actions.bookings.occurrences import retry_failed
from kalends.cli.database import run
from kalends.cli.errors import reporting_errors


def retry() -> None:
    """Make the occurrences of series that were given up after repeated errors."""
    with reporting_errors():
        count = run(lambda pool: retry_failed(pool, datetime.now(UTC)))
    print(f"{count} occurrences will be tried again." if count else "Nothing was given up.")

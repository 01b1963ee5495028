"""`kalends retry`: try again what the worker gave up."""

from datetime import UTC, datetime

from kalends.actions.bookings import occurrences
from kalends.actions.messages import log
from kalends.cli.database import run
from kalends.cli.errors import reporting_errors
from kalends.store.db import Pool


def retry() -> None:
    """Make the occurrences of series, and send the messages, that were given up after repeated errors."""

    async def act(pool: Pool) -> tuple[int, int]:
        now = datetime.now(UTC)
        return await occurrences.retry_failed(pool, now), await log.retry_failed(pool, now)

    with reporting_errors():
        made, sent = run(act)
    given_up = [f"{count} {what}" for count, what in ((made, "occurrences"), (sent, "messages")) if count]
    print(f"{' and '.join(given_up)} will be tried again." if given_up else "Nothing was given up.")

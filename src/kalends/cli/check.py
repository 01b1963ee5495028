"""`kalends check`: whether the stored data are consistent."""

from datetime import UTC, datetime

import typer

from kalends.actions.check import audit, tell
from kalends.cli.database import run
from kalends.cli.errors import reporting_errors
from kalends.store.db import Pool


def check() -> None:
    """Look for double bookings, lost or needlessly blocked time and gaps in the journal; exit with 1 if any."""
    with reporting_errors():
        count = run(report, reading=True)
    print(f"{count} problem{'' if count == 1 else 's'} found." if count else "No problems found.")
    if count:
        raise typer.Exit(1)


async def report(pool: Pool) -> int:
    """Print each problem as it is found. Returns how many there are."""
    count = 0
    async for finding in audit(pool, datetime.now(UTC)):
        print(tell(finding), flush=True)
        count += 1
    return count

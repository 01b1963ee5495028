"""`kalends check`: whether the stored data keep the laws of the house."""

from datetime import UTC, datetime

import typer

from kalends.actions.check import audit, tell
from kalends.cli.house import plainly, run
from kalends.store.db import Pool


def check() -> None:
    """Look for time given away twice, lost or kept idle, and for gaps in the journal; ends with 1 if there is any."""
    with plainly():
        found = run(report)
    print(f"{found} found." if found else "All is well.")
    if found:
        raise typer.Exit(1)


async def report(pool: Pool) -> int:
    """Print each finding as it is found; answers how many there are."""
    found = 0
    async for finding in audit(pool, datetime.now(UTC)):
        print(tell(finding), flush=True)
        found += 1
    return found

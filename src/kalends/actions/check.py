"""Check the invariants of the stored data (called laws), which are SQL statements in store/laws."""

from collections.abc import AsyncIterator
from datetime import datetime

from kalends.store.db import Db
from kalends.store.laws import Finding, find_breaches

LAWS = {
    "overfull": "more is claimed at {detail} than it can hold",
    "unclaimed": "is {detail}, but does not hold the time it says",
    "idle_claim": "is {detail}, but still holds its time",
    "overbooked": "{detail} seats are taken",
    "itemless": "is said to be made for {detail}, but nothing is",
    "unnumbered": "has {detail} that were numbered",
    "missummed": "comes to {detail}, and its rows do not",
    "overcredited": "is credited with {detail}, which is more than it came to",
    "twice_invoiced": "is on {detail} invoices that are not cancelled",
    "unjournalled": "{detail} changes are in the journal",
    "mistold": "is not what the journal makes of it at {detail}",
    "misplaced": "stands at {detail}, where what it is part of does not",
    "unfenced": "holds {detail} otherwise than its capacity asks for",
    "overclaimed": "holds {detail}, longer than it lasts with any buffers",
    "unlinked": "was not what the journal says it was before {detail}",
    "merged_away": "is still of customer {detail}, who was merged into another",
    "miscased": "is part of a case of customer {detail}, and not of that customer",
    "misowned": "is of another customer than its one item, which is of {detail}",
    "dangling": "names a {detail} that is not there",
    "lingering": "was held until {detail}, and nobody has let go of it",
    "unarchived": "is {detail}, which does not go with when it was removed",
    "many_tokens": "has {detail} tokens that are valid, and a new one ends the former",
    "unerased": "was erased, but something is left of it in {detail}",
    "unsendable": "waits for webhook {detail}, which is not active",
    "unmade": "has occurrences from {detail} on that were not made in time, or given up",
}
"""Each law by name, and how a violation of it is reported: `account 1: item 7: <this text> (<law>)`."""


async def audit(db: Db, now: datetime) -> AsyncIterator[Finding]:
    """Yield every violation of a law in all accounts, from one snapshot of the database.

    Reads all data: minutes for millions of bookings, but little memory.
    """
    async for finding in find_breaches(db, now):
        yield finding


def tell(finding: Finding) -> str:
    """Describe the finding in one line."""
    text = LAWS[finding.law].format(detail=finding.detail)
    return f"account {finding.account_id}: {finding.kind} {finding.subject_id}: {text} ({finding.law})"

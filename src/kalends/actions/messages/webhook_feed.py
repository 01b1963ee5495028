"""The worker's side of webhooks, first part: changes in the change feed become deliveries.

Each active webhook has a position in the feed. It moves on in the transaction that adds the deliveries, so that every
change becomes one delivery exactly, whenever a worker stops.
"""

from datetime import datetime

from kalends.engine.messages.events import event_of, matches
from kalends.store.changes import list_changes
from kalends.store.db import Db, transaction
from kalends.store.messages import deliveries, webhooks

MOST_WEBHOOKS = 50
MOST_CHANGES = 500  # of one webhook in one transaction


async def read_feed(db: Db, now: datetime) -> bool:
    """Read on in the change feed for up to 50 webhooks. Returns whether there was anything to read."""
    behind = await webhooks.list_behind(db, MOST_WEBHOOKS)
    for account_id, webhook_id in behind:
        await _read_on(db, now, account_id, webhook_id)
    return bool(behind)


async def _read_on(db: Db, now: datetime, account_id: int, webhook_id: int) -> None:
    async with transaction(db) as tx:
        taken = await webhooks.take_position(tx, account_id, webhook_id)
        if taken is None:
            return
        position, patterns = taken
        changes = await list_changes(tx, account_id, position, MOST_CHANGES)
        events = [(change, event) for change in changes if (event := event_of(change)) and matches(patterns, event)]
        if events:
            names, positions = [event for _, event in events], [change.position for change, _ in events]
            await deliveries.add_deliveries(tx, account_id, webhook_id, names, positions, now)
        if changes:
            await webhooks.save_position(tx, account_id, webhook_id, changes[-1].position)

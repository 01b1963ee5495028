"""The worker's side of webhooks, first part: changes in the change feed become deliveries.

Each active webhook has a position in the feed. It moves on in the transaction that adds the deliveries, so that every
change becomes one delivery exactly, whenever a worker stops.
"""

from collections.abc import Collection
from datetime import datetime

from kalends.engine.accounts.principal import KEY_SCOPES, kinds_hidden_from
from kalends.engine.bookings.change_set import Change
from kalends.engine.messages.events import event_of, matches
from kalends.store.changes import list_changes
from kalends.store.db import Db, transaction
from kalends.store.messages import deliveries, webhooks

MOST_WEBHOOKS = 50
MOST_CHANGES = 500  # of one webhook in one transaction
_HIDDEN = frozenset(kinds_hidden_from(KEY_SCOPES))
"""Kinds that webhooks are not told of: whoever manages has webhooks, and changes where those of others lead."""


async def read_feed(db: Db, now: datetime) -> bool:
    """Read on in the change feed for up to 50 webhooks. Returns whether there is certainly more to read.

    Otherwise it is called again after a while: to read each change as soon as it is there would take more of the
    database than the changes themselves.
    """
    behind = await webhooks.list_behind(db, MOST_WEBHOOKS)
    read = [await _read_on(db, now, account_id, webhook_id) for account_id, webhook_id in behind]
    return len(behind) == MOST_WEBHOOKS or MOST_CHANGES in read


async def _read_on(db: Db, now: datetime, account_id: int, webhook_id: int) -> int:
    """Read a page for one webhook; returns the number of changes."""
    async with transaction(db) as tx:
        taken = await webhooks.take_position(tx, account_id, webhook_id)
        if taken is None:
            return 0
        position, patterns = taken
        changes = await list_changes(tx, account_id, position, MOST_CHANGES)
        events = [(change, event) for change in changes if (event := _event_for(patterns, change))]
        if events:
            names, positions = [event for _, event in events], [change.position for change, _ in events]
            await deliveries.add_deliveries(tx, account_id, webhook_id, names, positions, now)
        if changes:
            await webhooks.save_position(tx, account_id, webhook_id, changes[-1].position)
        return len(changes)


def _event_for(patterns: Collection[str], change: Change) -> str | None:
    """The event of the change; None if there is none, or not for webhooks, or not for one with these patterns."""
    event = None if change.kind in _HIDDEN else event_of(change)
    return event if event and matches(patterns, event) else None

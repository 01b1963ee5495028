"""Reads what takes the time of resources, and by whom."""

from collections.abc import Sequence
from datetime import datetime

from kalends.engine.bookings.calendar import Claimed
from kalends.engine.time.span import Span
from kalends.store.db import Db


async def list_claimed(
    db: Db, account_id: int, resource_ids: Sequence[int], window: Span, now: datetime
) -> list[Claimed]:
    """The claims on these resources that overlap a window, without holds that end by `now`."""
    rows = await db.fetch(
        """
        select c.resource_id, lower(c.span), upper(c.span), c.units, c.item_id, c.session_id
        from unnest($1::bigint[]) as node
        cross join lateral claims_on($5, node, tstzrange($2, $3)) c
        where c.expires_at is null or c.expires_at > $4
        """,
        list(resource_ids),
        window.start,
        window.end,
        now,
        account_id,
    )
    return [Claimed(row[0], Span(row[1], row[2]), *row[3:]) for row in rows]

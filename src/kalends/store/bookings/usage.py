"""Counts what an account has."""

from collections.abc import Sequence
from datetime import datetime

from kalends.store.db import Db


async def count_records(db: Db, account_id: int) -> dict[str, int]:
    """How many sites, resources, services, customers and users there are, without what is archived or deleted."""
    row = await db.fetchrow(
        """
        select (select count(*) from site where account_id = $1 and archived_at is null) as sites,
            (select count(*) from resource where account_id = $1 and active) as resources,
            (select count(*) from service where account_id = $1 and archived_at is null) as services,
            (select count(*) from customer where account_id = $1 and deleted_at is null) as customers,
            (select count(*) from staff_user where account_id = $1) as users
        """,
        account_id,
    )
    return dict(row or {})


async def count_items(db: Db, account_id: int, bounds: Sequence[datetime]) -> list[int]:
    """How many items begin between each two of consecutive moments, without blocks and deleted ones."""
    rows = await db.fetch(
        """
        select width_bucket(starts_at, $2::timestamptz[]) as bucket, count(*) as items from item
        where account_id = $1 and starts_at >= $3 and starts_at < $4 and kind <> 'block' and state <> 'deleted'
        group by 1
        """,
        account_id,
        list(bounds),
        bounds[0],
        bounds[-1],
    )
    items = {row["bucket"]: row["items"] for row in rows}
    return [items.get(bucket, 0) for bucket in range(1, len(bounds))]

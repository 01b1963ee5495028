"""Links between inventory and the resources that it may be booked with."""

from collections.abc import Sequence

from kalends.store.constraints import conflicts
from kalends.store.db import Db


async def find_links(db: Db, account_id: int) -> list[tuple[int, int]]:
    """Return all links as pairs of inventory id and resource id."""
    rows = await db.fetch(
        """
        select l.inventory_id, l.resource_id from inventory_resource l
        join resource r on r.account_id = $1 and r.id = l.resource_id
        where l.account_id = $1 order by l.inventory_id, r.position, l.resource_id
        """,
        account_id,
    )
    return [(row[0], row[1]) for row in rows]


async def save_links(db: Db, account_id: int, inventory_id: int, resource_ids: Sequence[int]) -> None:
    """Replace the resources that an inventory is limited to. Raises NotFound(inventory, resource)."""
    await db.execute(
        "delete from inventory_resource where account_id = $1 and inventory_id = $2", account_id, inventory_id
    )
    with conflicts():
        await db.execute(
            """
            insert into inventory_resource (account_id, inventory_id, resource_id)
            select $1, $2, id from unnest($3::bigint[]) as named (id)
            """,
            account_id,
            inventory_id,
            resource_ids,
        )

"""Reads resource trees and busy intervals, from which timelines are made."""

from collections.abc import Collection, Sequence
from datetime import datetime

from kalends.engine.availability.capacity import BusyInterval, Node
from kalends.engine.catalog.resource import Resource
from kalends.engine.time.span import Span
from kalends.store.catalog.resources import IN_USE
from kalends.store.db import Db
from kalends.store.rows import columns, reader


async def list_serving(db: Db, account_id: int, service_id: int) -> list[Resource]:
    """The active resources, at sites that are not archived, that may serve a service, best first.

    They are all but inventory, which is only taken with others, if the service is `served_by_all`, else those assigned
    to it.
    """
    rows = await db.fetch(
        f"""
        select {columns(Resource, "r")} from resource r
        where r.account_id = $1 and {IN_USE} and (
            r.id in (select resource_id from service_resource where account_id = $1 and service_id = $2)
            or r.kind <> 'inventory' and (select served_by_all from service where account_id = $1 and id = $2))
        order by (select o.position from service_resource o
                where o.account_id = $1 and o.service_id = $2 and o.resource_id = r.id), r.position, r.id
        """,
        account_id,
        service_id,
    )
    return list(map(reader(Resource), rows))


async def load_trees(db: Db, account_id: int, resource_ids: Sequence[int]) -> list[Node]:
    """All nodes of the trees of these resources."""
    rows = await db.fetch(
        """
        select id, parent_id, capacity from resource
        where account_id = $1 and root_id in (
            select root_id from resource where account_id = $1 and id = any ($2))
        """,
        account_id,
        list(resource_ids),
    )
    return [Node(*row) for row in rows]


async def load_busy(
    db: Db,
    account_id: int,
    resource_ids: Sequence[int],
    window: Span,
    now: datetime,
    *,
    without: Collection[int] = (),
) -> list[BusyInterval]:
    """The claims on these resources in a window, buffers included, without holds that end by `now`, and without those
    of the items `without`."""
    rows = await db.fetch(
        """
        select c.resource_id, lower(c.span), upper(c.span), c.units from unnest($1::bigint[]) as node
        cross join lateral claims_on($5, node, tstzrange($2, $3)) c
        where (c.expires_at is null or c.expires_at > $4) and (c.item_id is null or c.item_id <> all ($6))
        """,
        list(resource_ids),
        window.start,
        window.end,
        now,
        account_id,
        list(without),
    )
    return [BusyInterval(resource_id, Span(start, end), units) for resource_id, start, end, units in rows]

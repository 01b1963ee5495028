"""What a booking is decided on, read in one round trip."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.capacity import BusyInterval, Node
from kalends.engine.catalogue import GroupSession, Resource, Service, ServiceOverride
from kalends.engine.people import Customer
from kalends.engine.span import Span
from kalends.engine.wish import Wish
from kalends.store.db import Db, build, columns


class Ground(msgspec.Struct, frozen=True):
    """What a wish refers to, None where nothing of that id is there, and fresh ids to write it under."""

    item_id: int
    booking_id: int
    uid: str
    service: Service | None
    overrides: tuple[ServiceOverride, ...]
    resource: Resource | None
    session: GroupSession | None
    customer: Customer | None
    booked_by: bool


_GROUND = """
    select nextval('occupancy_id_seq') as item_id, nextval('booking_id_seq') as booking_id,
        gen_random_uuid() as uid,
        (select to_json(s)::text from service s where s.account_id = $1 and s.id = coalesce(e.service_id, $2)),
        (select json_agg(o)::text from service_resource o
         where o.account_id = $1 and o.service_id = coalesce(e.service_id, $2)),
        (select to_json(r)::text from resource r where r.account_id = $1 and r.id = coalesce(e.resource_id, $3)),
        to_json(e)::text,
        (select to_json(c)::text from customer c where c.account_id = $1 and c.id = $5 and c.deleted_at is null),
        exists (select from customer c where c.account_id = $1 and c.id = $6)
    from (values (1)) one left join group_session e on e.account_id = $1 and e.id = $4"""


async def load_ground(db: Db, account_id: int, wish: Wish) -> Ground:
    """All that a wish names, in one round trip; the service and resource of a session stand before those named."""
    row = await db.fetchrow(
        _GROUND,
        account_id,
        wish.service_id,
        wish.resource_id,
        wish.session_id,
        wish.customer_id,
        wish.booked_by_customer_id,
    )
    assert row is not None
    return Ground(
        row[0],
        row[1],
        row[2],
        _read(row[3], Service),
        _read(row[4] or "[]", tuple[ServiceOverride, ...]),
        _read(row[5], Resource),
        _read(row[6], GroupSession),
        _read(row[7], Customer),
        row[8],
    )


def _read(text: str | None, kind: Any) -> Any:
    return None if text is None else msgspec.json.decode(text, type=kind)


async def list_serving(db: Db, account_id: int, service_id: int) -> list[Resource]:
    """The active resources that may serve a service, best first; all of them when the service names none, unless that
    was given up."""
    rows = await db.fetch(
        f"""
        select {columns(Resource)} from resource
        where account_id = $1 and active and (
            id in (select resource_id from service_resource where account_id = $1 and service_id = $2)
            or (not exists (select from service_resource where account_id = $1 and service_id = $2)
                and (select served_by_all from service where account_id = $1 and id = $2)))
        order by (select o.position from service_resource o
                where o.account_id = $1 and o.service_id = $2 and o.resource_id = resource.id), position, id
        """,
        account_id,
        service_id,
    )
    return [build(Resource, row) for row in rows]


async def load_trees(db: Db, account_id: int, resource_ids: Sequence[int]) -> list[Node]:
    """All nodes of the trees that these resources stand in."""
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


async def load_claims(
    db: Db, account_id: int, resource_ids: Sequence[int], window: Span, now: datetime
) -> list[BusyInterval]:
    """What is claimed on these resources in a window, buffers included; holds that are over at `now` do not count."""
    rows = await db.fetch(
        """
        select c.resource_id, lower(c.span), upper(c.span), c.units from unnest($1::bigint[]) as node
        cross join lateral claims_on($5, node, tstzrange($2, $3)) c
        where c.expires_at is null or c.expires_at > $4
        """,
        list(resource_ids),
        window.start,
        window.end,
        now,
        account_id,
    )
    return [BusyInterval(resource_id, Span(start, end), units) for resource_id, start, end, units in rows]

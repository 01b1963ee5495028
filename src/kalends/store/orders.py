"""Whole bookings: what they are decided on, and how they are found, each with its items."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from kalends.engine.booking import Booking
from kalends.engine.catalogue import Resource, Service, ServiceOverride
from kalends.engine.clock import MINUTES_A_DAY
from kalends.engine.listing import ItemView
from kalends.engine.order import BookingQuery, BookingWithItems
from kalends.engine.people import Customer
from kalends.store.db import Db, build, columns
from kalends.store.items import IN_STATES, find_entries


class Ground(msgspec.Struct, frozen=True):
    """What an order refers to, by ids, and fresh ids to write it under.

    `goes_with` has the resources that an inventory goes with, where some are named; `offered` is the same of services.
    """

    item_ids: list[int]
    booking_id: int
    uid: str
    resources: dict[int, Resource]
    services: dict[int, Service]
    offered: dict[int, list[ServiceOverride]]
    goes_with: dict[int, frozenset[int]]
    customer: Customer | None

    @property
    def offers(self) -> dict[int, tuple[Service, list[ServiceOverride]]]:
        """The services, each with who offers it."""
        return {one: (service, self.offered[one]) for one, service in self.services.items()}


_GROUND = """
    select array(select nextval('occupancy_id_seq') from generate_series(1, $6::integer)), nextval('booking_id_seq'),
        gen_random_uuid(),
        (select json_agg(r)::text from resource r where r.account_id = $1 and r.id = any ($2)
            and ($5::bigint[] is null or r.site_id = any ($5))),
        (select json_agg(s)::text from service s where s.account_id = $1 and s.id = any ($3)),
        (select json_agg(o)::text from service_resource o where o.account_id = $1 and o.service_id = any ($3)),
        (select json_agg(array[g.inventory_id, g.resource_id])::text from inventory_resource g
            where g.account_id = $1 and g.inventory_id = any ($2)),
        (select to_json(c)::text from customer c where c.account_id = $1 and c.id = $4 and c.deleted_at is null)"""


async def load_ground(
    db: Db,
    account_id: int,
    named: tuple[Collection[int], Collection[int], int | None],
    site_ids: Collection[int] | None = None,
    items: int = 0,
) -> Ground:
    """All that an order names (resources, services, the customer) at these sites (None is any), in one round trip.

    With ids for as many new items as are asked for.
    """
    resource_ids, service_ids, customer_id = named
    row = await db.fetchrow(_GROUND, account_id, list(resource_ids), list(service_ids), customer_id, site_ids, items)
    assert row is not None
    links = msgspec.json.decode(row[6] or "[]", type=list[tuple[int, int]])
    offered = msgspec.json.decode(row[5] or "[]", type=list[ServiceOverride])
    return Ground(
        row[0],
        row[1],
        row[2],
        {one.id: one for one in msgspec.json.decode(row[3] or "[]", type=list[Resource])},
        {one.id: one for one in msgspec.json.decode(row[4] or "[]", type=list[Service])},
        {one: [each for each in offered if each.service_id == one] for one in service_ids},
        {one: frozenset(to for inventory, to in links if inventory == one) for one, _ in links},
        msgspec.json.decode(row[7], type=Customer) if row[7] else None,
    )


async def hold_series(db: Db, account_id: int, booking_id: int) -> None:
    """In a transaction: wait until nobody makes more items of a booking, and let nobody until the end."""
    await db.execute(
        """
        select from booking b where b.account_id = $1 and b.id = $2 and exists (
            select from occurrence o
            where o.account_id = $1 and o.booking_id = b.id and o.outcome = 'pending')
        for no key update
        """,
        account_id,
        booking_id,
    )


async def find_items(db: Db, account_id: int, booking_id: int) -> list[int]:
    """The ids of all items of a booking, deleted ones too."""
    rows = await db.fetch("select id from item where account_id = $1 and booking_id = $2", account_id, booking_id)
    return [row[0] for row in rows]


async def find_places(db: Db, account_id: int, item_ids: Collection[int]) -> list[int]:
    """The resources that these items are at or have with them, whether they take them at the moment or not."""
    rows = await db.fetch(
        """
        select resource_id from item where account_id = $1 and id = any ($2) and resource_id is not null
        union
        select e.resource_id from item i cross join jsonb_to_recordset(i.extras) as e (resource_id bigint)
        where i.account_id = $1 and i.id = any ($2) and e.resource_id is not null
        """,
        account_id,
        list(item_ids),
    )
    return [row[0] for row in rows]


class Scope(msgspec.Struct, frozen=True):
    """For whom bookings are looked for: at these sites (None is any), by that clock; of these bookings, or of all."""

    account_id: int
    now: datetime
    zone: str
    site_ids: Collection[int] | None = None
    booking_ids: Collection[int] | None = None


_BOOKING = columns(Booking, "b")
_ITEMS = """
    select i.id, i.booking_id from item i join resource r on r.account_id = $1 and r.id = i.resource_id
    where i.account_id = $1 and i.state <> 'deleted'"""
# Where an item starts is indexed; what lasts longer than a day is rare, and has an index of its own.
_WITHIN = (
    """ and i.starts_at < {1} and i.ends_at > {0}
    and i.starts_at > {0}::timestamptz - interval '1 day' and i.ends_at - i.starts_at <= interval '1 day'""",
    " and i.starts_at < {1} and i.ends_at > {0} and i.ends_at - i.starts_at > interval '1 day'",
)
# From minute {0} to minute {1} in the zone {2}: of the first day of what lies between {3} and {4}, or of its second, or
# it lasts a day and more.
_IN_HOURS = """ and exists (
    select from (select greatest(i.starts_at, {3}::timestamptz) at time zone {2}::text as a,
        least(i.ends_at, {4}::timestamptz) at time zone {2}::text as z) shown
    cross join lateral (select date_trunc('day', a) as day) first
    where z - a >= interval '1 day' or z > day + interval '1 day' + {0}::integer * interval '1 minute'
        or (a < day + {1}::integer * interval '1 minute' and z > day + {0}::integer * interval '1 minute'))"""
_PAGE = f"""
    , page as (
        select booking_id, array_agg(id) as ids from found group by booking_id order by booking_id
        limit {{}} offset {{}})
    select (select count(distinct booking_id) from found), page.ids, to_json(c)::text, {_BOOKING}
    from (values (1)) one left join page on true
    left join booking b on b.account_id = $1 and b.id = page.booking_id
    left join customer c on c.account_id = $1 and c.id = b.customer_id
    order by page.booking_id"""


async def list_orders(db: Db, scope: Scope, query: BookingQuery) -> tuple[list[BookingWithItems], int]:
    """One page of bookings with those of their items that are asked for, and the count of all such bookings.

    Three round trips. What is deleted, or in a session without a resource, is left out. The customer is the one of the
    items, where they have one.
    """
    asked = _Asked([scope.account_id])
    found = _found(asked, scope, query)
    statement = f"with found as materialized ({found}){asked.filled(_PAGE, query.limit, query.offset)}"
    rows = await db.fetch(statement, *asked.values)
    listed = [row for row in rows if row[1] is not None]
    entries = await find_entries(db, scope.account_id, [item_id for row in listed for item_id in row[1]])
    by_booking: dict[int, list[ItemView]] = {}
    for entry in entries:
        by_booking.setdefault(entry.item.booking_id, []).append(entry)
    return [_ordered(row, by_booking) for row in listed], rows[0][0]


class _Asked:
    """The values of a statement, and the clauses that ask for them."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def filled(self, clause: str, *values: Any) -> str:
        places = [f"${len(self.values) + count}" for count, _ in enumerate(values, 1)]
        self.values.extend(values)
        return clause.format(*places)


def _found(asked: _Asked, scope: Scope, query: BookingQuery) -> str:
    items = _ITEMS
    if scope.booking_ids is not None:
        items += asked.filled(" and i.booking_id = any ({})", list(scope.booking_ids))
    if scope.site_ids is not None:
        items += asked.filled(" and r.site_id = any ({})", scope.site_ids)
    if query.resource_ids is not None:
        items += asked.filled(" and r.path && {}::bigint[]", list(query.resource_ids))
    if query.states is not None:
        items += asked.filled(f" and {IN_STATES}", scope.now, list(query.states))
    window = (None, None) if query.window is None else (query.window.start, query.window.end)
    if query.from_minute is not None or query.until_minute is not None:
        until = MINUTES_A_DAY if query.until_minute is None else query.until_minute
        items += asked.filled(_IN_HOURS, query.from_minute or 0, until, scope.zone, *window)
    if query.window is None:
        return items
    start, end = asked.filled("{},{}", *window).split(",")
    return " union all ".join(items + clause.format(start, end) for clause in _WITHIN)


def _ordered(row: Any, by_booking: dict[int, list[ItemView]]) -> BookingWithItems:
    booking = build(Booking, row, 3)
    entries = by_booking[booking.id]
    customer = msgspec.json.decode(row[2], type=Customer) if row[2] else None
    return BookingWithItems(booking, next((one.customer for one in entries if one.customer), customer), tuple(entries))

"""Reads whole bookings with their items, by id or as lists."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from kalends.engine.bookings.booking import Booking
from kalends.engine.bookings.queries import BookingQuery
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import Fault, Invalid
from kalends.engine.time.clock import DAY, MINUTES_A_DAY
from kalends.store.bookings.items import IN_STATES, find_views
from kalends.store.db import Db
from kalends.store.rows import columns, reader


async def find_items(db: Db, account_id: int, booking_id: int) -> list[int]:
    """The ids of all items of a booking, deleted ones included."""
    rows = await db.fetch("select id from item where account_id = $1 and booking_id = $2", account_id, booking_id)
    return [row[0] for row in rows]


class Scope(msgspec.Struct, frozen=True):
    """Which bookings a caller may list: at these sites, of these ids; None is any.

    `placeless_seats`: also those with seats in sessions without a resource.
    """

    account_id: int
    now: datetime
    site_ids: Collection[int] | None = None
    booking_ids: Collection[int] | None = None
    placeless_seats: bool = False


_BOOKING = columns(Booking, "b")
# `s` is the site on whose clock days and minutes are.
_ITEMS = """
    select i.id, i.booking_id from item i
    join resource r on r.account_id = $1 and r.id = i.resource_id
    join site s on s.account_id = $1 and s.id = r.site_id
    where i.account_id = $1 and i.state <> 'deleted'"""
_ITEMS_AND_PLACELESS_SEATS = (
    _ITEMS.replace("    join", "    left join") + " and (i.resource_id is not null or i.kind = 'seat')"
)
# Days begin at the midnights of a site's clock, less than a day from those of UTC. Instants are compared first, because
# only they are indexed; the site's clock is read only for items that they leave open.
_FROM = """ and i.ends_at > {0}::timestamptz - interval '1 day' and (i.ends_at > {0}::timestamptz + interval '1 day'
    or i.ends_at at time zone s.time_zone > {1}::date)"""
_TO = """ and i.starts_at < {0}::timestamptz + interval '1 day' and (i.starts_at < {0}::timestamptz - interval '1 day'
    or i.starts_at at time zone s.time_zone < {1}::date)"""
# Two halves, each with an index: items of up to a day by their start, and the rare longer ones.
_FROM_BY_LENGTH = (
    f"{_FROM} and i.starts_at > {{0}}::timestamptz - interval '2 days' and i.ends_at - i.starts_at <= interval '1 day'",
    f"{_FROM} and i.ends_at - i.starts_at > interval '1 day'",
)
# The part of the item between the midnights {2} and {3} overlaps the minutes {0} to {1} of a day: on its first or its
# second day, or always if it lasts a day or more.
_IN_HOURS = """ and exists (
    select from (select greatest(i.starts_at at time zone s.time_zone, {2}::date) as a,
        least(i.ends_at at time zone s.time_zone, {3}::date) as z) shown
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


async def list_bookings(
    db: Db, scope: Scope, query: BookingQuery, most_items: int | None = None
) -> tuple[list[BookingWithItems], int]:
    """A page of bookings, each with those of its items that match, and the number of all matching bookings.

    Deleted items and, unless the scope says otherwise, items without a resource are left out. The customer is the first
    one that an item has, else the booking's. Three round trips. Raises Invalid(limit: too_many) if the page has more
    than `most_items` items.
    """
    arguments = _Arguments([scope.account_id])
    items = _matching_items(arguments, scope, query)
    # Each booking has an item, so one more booking than the most items is enough to see that there are too many.
    limit = min((limit for limit in (query.limit, most_items and most_items + 1) if limit is not None), default=None)
    statement = f"with found as materialized ({items}){arguments.bind(_PAGE, limit, query.offset)}"
    rows = await db.fetch(statement, *arguments.values)
    listed = [row for row in rows if row[1] is not None]  # a page without bookings has one row, with the count
    item_ids = [item_id for row in listed for item_id in row[1]]
    if most_items is not None and len(item_ids) > most_items:
        raise Invalid(Fault("limit", "too_many"))
    views_by_booking: dict[int, list[ItemView]] = {}
    for view in await find_views(db, scope.account_id, item_ids):
        views_by_booking.setdefault(view.item.booking_id, []).append(view)
    return [_booking_of(row, views_by_booking) for row in listed], rows[0][0]


class _Arguments:
    """Collects the arguments of a statement while its clauses are put together."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def bind(self, clause: str, *values: Any) -> str:
        """The clause with its {} replaced by $n, whose arguments these values are."""
        placeholders = [f"${len(self.values) + count}" for count, _ in enumerate(values, 1)]
        self.values.extend(values)
        return clause.format(*placeholders)


def _matching_items(arguments: _Arguments, scope: Scope, query: BookingQuery) -> str:
    items = _ITEMS_AND_PLACELESS_SEATS if scope.placeless_seats else _ITEMS
    if scope.booking_ids is not None:
        items += arguments.bind(" and i.booking_id = any ({})", list(scope.booking_ids))
    if scope.site_ids is not None:
        items += arguments.bind(" and r.site_id = any ({})", scope.site_ids)
    if query.resource_ids is not None:
        items += arguments.bind(" and r.path && {}::bigint[]", list(query.resource_ids))
    if query.states is not None:
        items += arguments.bind(f" and {IN_STATES}", scope.now, list(query.states))
    after = None if query.last is None else query.last + DAY
    if query.from_minute is not None or query.until_minute is not None:
        until = MINUTES_A_DAY if query.until_minute is None else query.until_minute
        items += arguments.bind(_IN_HOURS, query.from_minute or 0, until, query.first, after)
    if after is not None:
        items += arguments.bind(_TO, _midnight(after), after)
    if query.first is None:
        return items
    midnight, first = arguments.bind("{},{}", _midnight(query.first), query.first).split(",")
    return " union all ".join(items + clause.format(midnight, first) for clause in _FROM_BY_LENGTH)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _booking_of(row: Any, views_by_booking: dict[int, list[ItemView]]) -> BookingWithItems:
    booking = reader(Booking, 3)(row)
    views = views_by_booking[booking.id]
    own_customer = msgspec.json.decode(row[2], type=Customer) if row[2] else None
    customer = next((view.customer for view in views if view.customer), own_customer)
    return BookingWithItems(booking, customer, tuple(views))

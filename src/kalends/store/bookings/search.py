"""Items and bookings, filtered and sorted by their fields, page by page behind a cursor; made for large tables."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from kalends.engine.bookings.queries import BookingSearch
from kalends.engine.query import CursorPage, Filter, OffsetPage, Query
from kalends.store.bookings.items import AT_SITES, TAKES, TAKES_PLACE_WITH
from kalends.store.db import Db
from kalends.store.query import Column, compile_query

_STATE = """case when i.expires_at <= $3::timestamptz and is_active(i.state) then 'verification_expired'
    else i.state end"""
_CUSTOMER_TEXT = """coalesce((
    select concat_ws(' ', c.first_name, c.last_name, c.company, c.email) from customer c
    where c.account_id = $1 and c.id = {0}.customer_id), '')"""
ITEM_FIELDS = {
    "id": Column("i.id", int, indexed=True),
    "kind": Column("i.kind", str),
    "state": Column(_STATE, str),
    "status": Column("i.status", str),
    "starts_at": Column("i.starts_at", datetime, indexed=True),
    "ends_at": Column("i.ends_at", datetime),
    "created_at": Column("i.created_at", datetime),
    "updated_at": Column("i.updated_at", datetime, indexed=True),
    "booking_id": Column("i.booking_id", int),
    "session_id": Column("i.session_id", int),
    "service_id": Column("i.service_id", int),
    "resource_id": Column("i.resource_id", int),
    "taken_resource_id": Column("i.resource_id", int, frozenset({"in"}), among=TAKES),
    "with_resource_id": Column("i.resource_id", int, frozenset({"in"}), among=TAKES_PLACE_WITH),
    "site_id": Column("coalesce(r.site_id, i.site_id)", int),
    "customer_id": Column("i.customer_id", int),
    "external_id": Column("i.external_id", str),
    "overlap_allowed": Column("i.overlap_allowed", bool),
    "text": Column(f"concat_ws(' ', i.title, i.notes, {_CUSTOMER_TEXT.format('i')})", str),
}
"""`state` is that of now. `taken_resource_id` is the resource, or one that the item takes besides; `with_resource_id`
also one of its session. `text` is the title, the notes, and the customer's names and e-mail address."""

BOOKING_FIELDS = {
    "id": Column("b.id", int, indexed=True),
    "created_at": Column("b.created_at", datetime),
    "updated_at": Column("b.updated_at", datetime),
    "customer_id": Column("b.customer_id", int),
    "text": Column(f"concat_ws(' ', b.title, b.comments, {_CUSTOMER_TEXT.format('b')})", str),
}
"""`text` is the title, the comments, and the customer's names and e-mail address."""

# $1 account, $2 sites, $3 now.
_ITEMS = f"""
    from item i left join resource r on r.account_id = $1 and r.id = i.resource_id
    where i.account_id = $1 and ($2::bigint[] is null or {AT_SITES.format("$2")}) and $3::timestamptz is not null"""
_LONG = "i.ends_at - i.starts_at > interval '1 day'"
# What overlaps a time is looked for in two halves, each with an index: items of up to a day by their start, and the
# rare longer ones by their end.
_HALVES = (f"not ({_LONG}) and i.starts_at > {{0}}::timestamptz - interval '1 day'", f"{_LONG} and i.ends_at > {{0}}")


async def search_items(
    db: Db, account_id: int, query: Query, *, now: datetime, site_ids: Collection[int] | None
) -> tuple[list[int], int]:
    """The ids of a page of items, deleted ones included, at these sites (None: any); and how many match, as far as the
    query has them counted.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    fixed = (account_id, site_ids, now)
    statement, values = _items(query, fixed)
    listed = [row[0] for row in await db.fetch(statement, *values)]
    if query.count == 0:
        return listed, 0
    matching, values = _items(_to_count(query), fixed)
    return listed, await db.fetchval(f"select count(*) from ({matching}) counted", *values)


async def search_bookings(
    db: Db, account_id: int, search: BookingSearch, *, now: datetime, site_ids: Collection[int] | None
) -> tuple[list[int], int]:
    """The ids of a page of bookings that have an item that matches, at these sites (None: any), and how many match, as
    far as the query has them counted. Deleted items and blocks do not count.

    Raises Invalid(field: unsupported, invalid; cursor: invalid) as `search_items` does.
    """
    fixed = (account_id, site_ids, now)
    statement, values = _bookings(search.query, search.items, fixed)
    listed = [row[0] for row in await db.fetch(statement, *values)]
    if search.query.count == 0:
        return listed, 0
    matching, values = _bookings(_to_count(search.query), search.items, fixed)
    return listed, await db.fetchval(f"select count(*) from ({matching}) counted", *values)


def _items(query: Query, fixed: Sequence[object]) -> tuple[str, Sequence[object]]:
    sql = compile_query(ITEM_FIELDS, query, fixed, "i.id")
    rows, page = f"{_ITEMS} and {sql.where} and {sql.after}", f"order by {sql.order} {sql.page}"
    after = _end_after(query)
    if after is None:
        return f"select i.id {rows} {page}", sql.values
    halves = (half.format(f"${len(sql.values) + 1}") for half in _HALVES)
    both = " union all ".join(f"(select i.id, i.starts_at {rows} and {half} {page})" for half in halves)
    return f"select i.id from ({both}) i {page}", (*sql.values, after)


def _bookings(query: Query, items: Sequence[Filter], fixed: Sequence[object]) -> tuple[str, Sequence[object]]:
    sql = compile_query(BOOKING_FIELDS, query, fixed, "b.id")
    of_items = compile_query(ITEM_FIELDS, Query(OffsetPage(0), tuple(items)), sql.values)
    having = f"{_ITEMS} and i.booking_id = b.id and i.state <> 'deleted' and i.kind <> 'block' and {of_items.where}"
    statement = f"""
        select b.id from booking b where b.account_id = $1 and {sql.where} and {sql.after} and exists (select {having})
        order by {sql.order} {sql.page}"""
    return statement, of_items.values[: of_items.counted]


def _end_after(query: Query) -> datetime | None:
    """The time that the items must overlap or follow, where a page in order of time is to be found by it."""
    in_order = isinstance(query.page, CursorPage) and [sort.field for sort in query.order] == ["starts_at"]
    ends = (term.value for term in query.filters if (term.field, term.operator) == ("ends_at", "greater"))
    return next(ends, None) if in_order else None


def _to_count(query: Query) -> Query:
    most = 2**31 - 1 if query.count is None else query.count
    return msgspec.structs.replace(query, page=OffsetPage(most), order=())

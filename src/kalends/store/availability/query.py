"""Exceptions, extra openings and weekday hours filtered and sorted by their fields."""

from collections.abc import Collection
from datetime import date, datetime

from kalends.engine.availability.exception_entry import ExceptionEntry
from kalends.engine.availability.extra_opening import ExtraOpening
from kalends.engine.availability.weekday_hours import WeekdayHours
from kalends.engine.query import Query
from kalends.store.catalog.resources import IN_USE
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column

_FIELDS = {
    "id": Column("t.id", int),
    "created_at": Column("t.created_at", datetime),
    "updated_at": Column("t.updated_at", datetime),
    "resource_id": Column("t.resource_id", int),
    "site_id": Column("r.site_id", int),
    "kind": Column("r.kind", str),
    "in_use": Column(IN_USE, bool),
}
EXTRA_OPENING_FIELDS = {
    **_FIELDS,
    "starts_at": Column("t.starts_at", datetime),
    "ends_at": Column("t.ends_at", datetime),
}
EXCEPTION_FIELDS = {
    "id": Column("t.id", int),
    "created_at": Column("t.created_at", datetime),
    "updated_at": Column("t.updated_at", datetime),
    "resource_id": Column("t.resource_id", int),
    "site_id": Column("t.site_id", int),
    "day_from": Column("t.day_from", date),
    "day_until": Column("t.day_until", date),
}
WEEKDAY_HOURS_FIELDS = {**_FIELDS, "weekday": Column("t.weekday", int)}
_RESOURCE = """
    join resource r on r.account_id = $1 and r.id = t.resource_id and ($2::bigint[] is null or r.site_id = any ($2))"""
# The hours of each resource on each weekday; a part that is always open has those of the nearest resource above it that
# is not. $3 is the date on which they are valid.
_WEEKDAY_HOURS = f"""
    from (
        select w.id * 8 + day as id, w.id as resource_id, w.site_id, day as weekday, w.created_at, w.updated_at,
            case when own.id is null then array[0] else hours.opens end as opens,
            case when own.id is null then array[1440] else hours.closes end as closes
        from resource w cross join generate_series(1, 7) day
        left join lateral (
            select a.id from resource a where a.account_id = $1 and a.id = any (w.path) and not a.always_open
            order by cardinality(a.path) desc limit 1
        ) own on true
        cross join lateral (
            select coalesce(array_agg(o.opens::integer order by o.opens, o.closes), '{{}}') as opens,
                coalesce(array_agg(o.closes::integer order by o.opens, o.closes), '{{}}') as closes
            from opening o where o.account_id = $1 and o.resource_id = own.id and o.weekday = day
                and o.own_service_id is null and (o.valid_from is null or o.valid_from <= $3)
                and (o.valid_until is null or $3 < o.valid_until)
        ) hours
        where w.account_id = $1
    ) t {_RESOURCE} where true"""


async def query_exceptions(
    db: Db, account_id: int, query: Query, site_ids: Collection[int] | None = None
) -> tuple[list[ExceptionEntry], int]:
    """One page of the exceptions of these sites (None: any) and of resources there that match, and their number; those
    of services' own hours excluded. Raises as `fetch_page`."""
    source = """
        from opening_exception t left join resource r on r.account_id = $1 and r.id = t.resource_id
        where t.account_id = $1 and t.own_service_id is null
            and ($2::bigint[] is null or coalesce(t.site_id, r.site_id) = any ($2))"""
    return await fetch_page(db, ExceptionEntry, EXCEPTION_FIELDS, query, source, account_id, site_ids)


async def query_extra_openings(
    db: Db, account_id: int, query: Query, site_ids: Collection[int] | None = None
) -> tuple[list[ExtraOpening], int]:
    """One page of the extra openings at these sites (None: any) that match, and their number. Raises as
    `fetch_page`."""
    source = f"from extra_opening t {_RESOURCE} where t.account_id = $1"
    return await fetch_page(db, ExtraOpening, EXTRA_OPENING_FIELDS, query, source, account_id, site_ids)


async def remove_extra_opening(db: Db, account_id: int, opening_id: int) -> None:
    """Delete an extra opening."""
    await db.execute("delete from extra_opening where account_id = $1 and id = $2", account_id, opening_id)


async def query_weekday_hours(
    db: Db, account_id: int, query: Query, day: date, site_ids: Collection[int] | None = None
) -> tuple[list[WeekdayHours], int]:
    """One page of the hours that are valid on a date and match, at these sites (None: any), and their number. Raises
    as `fetch_page`."""
    return await fetch_page(db, WeekdayHours, WEEKDAY_HOURS_FIELDS, query, _WEEKDAY_HOURS, account_id, site_ids, day)

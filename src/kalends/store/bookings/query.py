"""What takes time, items and group sessions, filtered and sorted by any of its fields: in one list, or by kind."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from kalends.engine.query import Query
from kalends.store.bookings.items import AT_SITES, RESOURCE_AT_SITES
from kalends.store.db import Db
from kalends.store.query import Column, compile_query

SESSION = "session"
"""The kind of a group session, beside those of items."""

OCCUPANCY_FIELDS = {
    "id": Column("id", int),
    "created_at": Column("created_at", datetime),
    "updated_at": Column("updated_at", datetime),
    "starts_at": Column("starts_at", datetime),
    "ends_at": Column("ends_at", datetime),
    "archived_at": Column("archived_at", datetime),
    "cancelled_at": Column("cancelled_at", datetime),
    "service_id": Column("service_id", int),
    "resource_id": Column("resource_id", int),
    "person_id": Column("person_id", int),
    "site_id": Column("site_id", int),
    "customer_id": Column("customer_id", int),
    "customer_ids": Column("customer_ids", int, many=True),
    "case_id": Column("case_id", int),
    "case_ids": Column("case_ids", int, many=True),
    "occupied_id": Column("occupied_id", int),
    "is_no_show": Column("is_no_show", bool),
    "repeated_from_id": Column("repeated_from_id", int),
}
"""`archived_at` is when it was archived or removed. `person_id` is the resource, if it is a person. `occupied_id` is
what takes the time: of a seat its session, else the item or session itself. `repeated_from_id` is the first of the
items of its booking, or of the sessions of its series, if that is another one."""

# $1 account, $2 kinds, $3 sites, $4 now, $5 and $6 as in _NARROWED. Drafts take no time, nor does what was declined or
# has expired.
_ITEMS = f"""
    select i.id, i.kind, i.created_at, i.updated_at, i.starts_at, i.ends_at, i.archived_at, i.cancelled_at,
        i.service_id, i.resource_id, case when r.kind = 'person' then r.id end as person_id,
        coalesce(r.site_id, i.site_id) as site_id, i.customer_id,
        array[i.customer_id] as customer_ids, i.case_id, array[i.case_id] as case_ids,
        coalesce(i.session_id, i.id) as occupied_id,
        i.status is not distinct from 'no_show' as is_no_show, (
            select nullif(min(first.id), i.id) from item first
            where first.account_id = $1 and first.booking_id = i.booking_id) as repeated_from_id
    from item i left join resource r on r.account_id = $1 and r.id = i.resource_id
    where i.account_id = $1 and i.kind = any ($2::text[]) and ($3::bigint[] is null or {AT_SITES.format("$3")})
        and (is_active(i.state) and (i.expires_at is null or i.expires_at > $4::timestamptz)
            or i.state in ('cancelled', 'deleted'))"""
_SESSIONS = f"""
    select s.id, '{SESSION}' as kind, s.created_at, s.updated_at, s.starts_at, s.ends_at,
        coalesce(s.archived_at, s.deleted_at) as archived_at, null::timestamptz as cancelled_at, s.service_id,
        s.resource_id, case when r.kind = 'person' then r.id end as person_id, r.site_id,
        null::bigint as customer_id, array(
            select i.customer_id from item i where i.account_id = $1 and i.session_id = s.id and is_active(i.state)
                and (i.expires_at is null or i.expires_at > $4::timestamptz)) as customer_ids,
        null::bigint as case_id, array(
            select i.case_id from item i where i.account_id = $1 and i.session_id = s.id and is_active(i.state)
                and (i.expires_at is null or i.expires_at > $4::timestamptz)) as case_ids,
        s.id as occupied_id, false as is_no_show, (
            select nullif(min(first.id), s.id) from group_session first
            where first.account_id = $1 and first.series = s.series) as repeated_from_id
    from group_session s left join resource r on r.account_id = $1 and r.id = s.resource_id
    where s.account_id = $1 and '{SESSION}' = any ($2::text[]) and ($3::bigint[] is null or s.resource_id is null
        or {RESOURCE_AT_SITES.format("$3", "s.resource_id")})"""


# Computed fields have no index. Where ids of them are asked for, what can't have them is left out by fields that have
# one: $5 ids of `occupied_id`, $6 those of `repeated_from_id`.
_NARROWED = {
    ("items", "occupied_id"): " and (i.session_id = any ($5::bigint[]) or i.id = any ($5))",
    ("items", "repeated_from_id"): """
        and i.booking_id in (select booking_id from item where account_id = $1 and id = any ($6::bigint[]))""",
    ("sessions", "occupied_id"): " and s.id = any ($5::bigint[])",
    ("sessions", "repeated_from_id"): """
        and s.series in (select series from group_session where account_id = $1 and id = any ($6::bigint[]))""",
}
_COMPUTED = ("occupied_id", "repeated_from_id")


class Occupancy(msgspec.Struct, frozen=True):
    """An item or a group session, by its id; the two draw their ids from one sequence."""

    id: int
    kind: str


async def query_occupancies(
    db: Db, account_id: int, query: Query, kinds: Sequence[str], *, now: datetime, site_ids: Collection[int] | None
) -> tuple[list[Occupancy], int]:
    """One page of items and sessions of these kinds, and how many match in all unless the query counts none, at
    these sites (None: any).

    Removed, archived and cancelled ones match unless a filter excludes them. Drafts, what was declined, and holds that
    end by `now` do not.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    asked = {field: _ids_of(query, field) for field in _COMPUTED}
    sql = compile_query(OCCUPANCY_FIELDS, query, (account_id, list(kinds), site_ids, now, *asked.values()))
    sources = [
        *([_narrowed(_ITEMS, "items", asked)] if set(kinds) - {SESSION} else []),
        *([_narrowed(_SESSIONS, "sessions", asked)] if SESSION in kinds else []),
    ]
    rows = f"from ({' union all '.join(sources)}) occupancy where {sql.where}"
    listed = await db.fetch(f"select id, kind {rows} and {sql.after} order by {sql.order} {sql.page}", *sql.values)
    total = 0
    if query.count != 0:
        total = await db.fetchval(f"select count(*) {rows}", *sql.values[: sql.counted])
    return [Occupancy(row["id"], row["kind"]) for row in listed], total


def _ids_of(query: Query, field: str) -> list[int] | None:
    """The ids, one of which a field must have; None if it may have any."""
    for condition in query.filters:
        if condition.field == field and condition.operator in ("equal", "in"):
            return [condition.value] if condition.operator == "equal" else list(condition.value)
    return None


def _narrowed(source: str, name: str, asked: Mapping[str, list[int] | None]) -> str:
    """The source without rows that can't have the ids that are asked for. All parameters are used, so that all have a
    type.
    """
    for number, field in enumerate(_COMPUTED, 5):
        source += f" and ${number}::bigint[] is null" if asked[field] is None else _NARROWED[name, field]
    return source

"""The weekly openings of resources, and everything that decides when they are open."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.availability.holidays import HolidayCalendar
from kalends.engine.availability.interval import Interval
from kalends.engine.availability.openings import Opening, OpeningException, OpeningHours, with_own_openings
from kalends.engine.time.span import Span
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns, reader


class _HoursRow(msgspec.Struct, frozen=True):
    """One resource's opening hours, as `hours_of` reads them from JSON."""

    id: int
    time_zone: str
    always_open: bool
    openings: tuple[Opening, ...]
    own_openings: tuple[Opening, ...]
    exceptions: tuple[OpeningException, ...]
    extra: tuple[Span, ...]
    holidays: HolidayCalendar | None
    valid_from: date | None
    valid_until: date | None


# $1 account, $2 resources, $3 the service, if any.
_HOURS = """
    select json_agg(hours)::text from (
    select r.id, s.time_zone, own.id is null and not service.own_only as always_open,
        (select coalesce(json_agg(o), '[]') from opening o
            where o.account_id = $1 and o.own_service_id is null
                and o.resource_id = own.id and not service.own_only) as openings,
        (select coalesce(json_agg(o), '[]') from opening o
            where o.account_id = $1 and o.own_service_id = service.id and o.resource_id = r.id) as own_openings,
        (select coalesce(json_agg(e), '[]') from opening_exception e
            where e.account_id = $1 and (e.site_id = s.id or (e.resource_id = any (r.path)
                and (e.own_service_id = service.id
                    or e.own_service_id is null and not service.own_only)))) as exceptions,
        (select coalesce(json_agg(json_build_object('start', e.starts_at, 'end', e.ends_at)), '[]')
            from extra_opening e
            where e.account_id = $1 and e.resource_id in (r.id, own.id) and not service.own_only) as extra,
        (select to_jsonb(c) || jsonb_build_object('days', (
                select coalesce(jsonb_agg(jsonb_build_array(day, title)), '[]') from holiday
                where account_id = $1 and calendar_id = c.id))
            from holiday_calendar c where c.account_id = $1 and c.id = s.holiday_calendar_id) as holidays,
        (select max(v.valid_from) from resource v where v.account_id = $1 and v.id = any (r.path)) as valid_from,
        (select min(v.valid_until) from resource v where v.account_id = $1 and v.id = any (r.path)) as valid_until
    from resource r
    cross join (
        select max(id) as id, coalesce(bool_or(own_hours), false) as own_only from service
        where account_id = $1 and id = $3 and own_hours is distinct from false
    ) service
    join site s on s.account_id = $1 and s.id = r.site_id
    left join lateral (
        select id from resource a where a.account_id = $1 and a.id = any (r.path) and not a.always_open
        order by cardinality(a.path) desc limit 1
    ) own on true
    where r.account_id = $1 and r.id = any ($2)
    ) hours"""
_DECODER = msgspec.json.Decoder(list[_HoursRow])


async def hours_of(
    db: Db, account_id: int, resource_ids: Sequence[int], service_id: int | None = None
) -> dict[int, OpeningHours]:
    """Load the opening hours of these resources by id, in one round trip; ids of other accounts are left out.

    A part that is `always_open` is open when its whole is: it takes the weekly hours and extra openings of the nearest
    resource above that has hours. Exceptions apply from the resource itself, from all resources above it, and from the
    site. A resource is valid while all of these resources are.

    For a service, by its `own_hours`: True, its own weekly hours and exceptions at each resource, and the exceptions of
    the site; None, its own hours on the weekdays on which it has some and else the resource's, with the exceptions of
    both; False, the resource's. Source: MakePlans reference, Providers, of both its editions.
    """
    rows = await db.fetchval(_HOURS, account_id, resource_ids, service_id)
    return {row.id: _opening_hours(row) for row in _DECODER.decode(rows or "[]")}


async def find_openings(db: Db, account_id: int, resource_ids: Sequence[int]) -> dict[int, list[Opening]]:
    """Return the weekly openings of each of these resources itself, by resource id, in the order of the week."""
    rows = await db.fetch(
        f"""
        select resource_id, {columns(Opening)} from opening
        where account_id = $1 and resource_id = any ($2) and own_service_id is null
        order by weekday, opens, id
        """,
        account_id,
        resource_ids,
    )
    return _by_owner(resource_ids, rows)


async def find_own_openings(db: Db, account_id: int, assignment_ids: Sequence[int]) -> dict[int, list[Opening]]:
    """Return a service's own weekly openings at a resource, by the id of their assignment, in the order of the week."""
    rows = await db.fetch(
        f"""
        select s.id, {columns(Opening, "o")} from service_resource s
        join opening o on o.account_id = $1 and o.resource_id = s.resource_id and o.own_service_id = s.service_id
        where s.account_id = $1 and s.id = any ($2)
        order by o.weekday, o.opens, o.id
        """,
        account_id,
        assignment_ids,
    )
    return _by_owner(assignment_ids, rows)


async def save_openings(
    db: Db, account_id: int, resource_id: int, openings: Sequence[Opening], own_service_id: int | None = None
) -> None:
    """Replace the weekly openings of a resource itself, or a service's own ones there. Raises NotFound(service)."""
    await db.execute(
        "delete from opening where account_id = $1 and resource_id = $2 and own_service_id is not distinct from $3",
        account_id,
        resource_id,
        own_service_id,
    )
    with conflicts():
        await db.execute(
            """
            insert into opening (account_id, resource_id, weekday, opens, closes, valid_from, valid_until, service_ids,
                name, group_id, own_service_id)
            select $1, $2, o.weekday, o.opens, o.closes, o.valid_from, o.valid_until, o.service_ids,
                coalesce(o.name, ''), o.group_id, $4
            from jsonb_populate_recordset(null::opening, $3) o
            """,
            account_id,
            resource_id,
            openings,
            own_service_id,
        )


def _by_owner(ids: Sequence[int], rows: Sequence[Any]) -> dict[int, list[Opening]]:
    """Group the openings by their owner's id, which is the first column of the rows."""
    openings: dict[int, list[Opening]] = {owner_id: [] for owner_id in ids}
    read = reader(Opening, 1)
    for row in rows:
        openings[row[0]].append(read(row))
    return openings


def _opening_hours(row: _HoursRow) -> OpeningHours:
    hours = OpeningHours(
        ZoneInfo(row.time_zone),
        row.openings,
        row.exceptions,
        row.holidays,
        always_open=row.always_open,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        extra=row.extra,
    )
    return with_own_openings(hours, row.own_openings)


async def find_intervals(db: Db, account_id: int, resource_ids: Sequence[int]) -> dict[int, list[Interval]]:
    """List the weekly openings of these resources themselves, grouped where the hours are the same, by id."""
    rows = await db.fetch(
        """
        select resource_id, coalesce(group_id, min(id)) as interval_id, name, array_agg(distinct weekday::integer),
            opens, closes, service_ids, valid_from, valid_until
        from opening
        where account_id = $1 and resource_id = any ($2) and own_service_id is null
        group by resource_id, group_id, name, opens, closes, service_ids, valid_from, valid_until
        order by resource_id, interval_id
        """,
        account_id,
        resource_ids,
    )
    intervals: dict[int, list[Interval]] = {resource_id: [] for resource_id in resource_ids}
    read = reader(Interval, 1)
    for row in rows:
        intervals[row[0]].append(read(row))
    return intervals

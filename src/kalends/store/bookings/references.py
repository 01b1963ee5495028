"""Looks up the records that a request refers to, in one round trip."""

from collections.abc import Collection, Iterable
from typing import TypeVar

from msgspec.json import Decoder
from msgspec.structs import replace

from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.references import NOTHING, ReferenceIds, References
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.customers.case import CustomerCase
from kalends.engine.customers.customer import Customer
from kalends.store.bookings.items import RESOURCE_AT_SITES, SITE_TIME_ZONES
from kalends.store.catalog.resources import IN_USE
from kalends.store.db import Db

# $1 account, $2 resources, $3 services, $4 sessions, $5 customers, $6 services to be served by any resource, $7 visible
# sites, $8 number of new item ids, $9 whether a new booking id is needed, $10 cases, $11 sites. Sessions bring
# their service and resources.
_REFERENCES = f"""
    with named_session as materialized (
        select * from group_session
        where account_id = $1 and id = any ($4) and (
            $7::bigint[] is null or resource_id is null or {RESOURCE_AT_SITES.format("$7", "resource_id")})
    ), named_service as materialized (
        select * from service where account_id = $1 and id in (
            select unnest($3::bigint[]) union all select service_id from named_session)
    ), serving as materialized (
        select s.id as service_id, r.id, o.position as own_position, r.position
        from named_service s join resource r on r.account_id = $1 and {IN_USE} and s.id = any ($6)
        left join service_resource o on o.account_id = $1 and o.service_id = s.id and o.resource_id = r.id
        where o.service_id is not null or s.served_by_all and r.kind <> 'inventory'
    ), wanted as (
        select unnest($2::bigint[]) as id
        union select resource_id from named_session
        union select unnest(also_resource_ids) from named_session
        union select id from serving
        union select r.id from named_service s join resource r
            on r.account_id = $1 and {IN_USE} and r.kind = any (s.also_needs)
    )
    select (select json_agg(r)::text from wanted w join resource r on r.account_id = $1 and r.id = w.id
            where $7::bigint[] is null or r.site_id = any ($7)),
        (select json_agg(s)::text from named_service s),
        (select json_agg(o order by o.position, o.resource_id)::text from service_resource o
            where o.account_id = $1 and o.service_id in (select id from named_service)),
        (select json_agg(e)::text from named_session e),
        (select json_agg(c)::text from customer c where c.account_id = $1 and c.id = any ($5)),
        (select json_agg(k)::text from customer_case k where k.account_id = $1 and k.id = any ($10)) as cases,
        (select json_agg(array[g.inventory_id, g.resource_id])::text from inventory_resource g
            where g.account_id = $1 and g.inventory_id = any ($2)) as goes_with,
        (select json_agg(array[service_id, id] order by service_id, own_position, position, id)::text from serving)
            as serving,
        array(select id from site where account_id = $1 and id = any ($11)
            and ($7::bigint[] is null or id = any ($7))) as sites,
        array(select id from site where account_id = $1 and archived_at is not null) as archived_sites,
        {SITE_TIME_ZONES} as time_zones,
        array(select nextval('occupancy_id_seq') from generate_series(1, $8::integer)) as item_ids,
        case when $9 then nextval('booking_id_seq') else 0 end as booking_id,
        case when $9 then gen_random_uuid() end as uid"""


T = TypeVar("T")
R = TypeVar("R", Service, GroupSession, Customer, CustomerCase)

_RESOURCES, _SERVICES = Decoder(list[Resource]), Decoder(list[Service])
_SESSIONS, _CUSTOMERS = Decoder(list[GroupSession]), Decoder(list[Customer])
_CASES = Decoder(list[CustomerCase])
_TIME_ZONES = Decoder(dict[int, str])
_OVERRIDES, _PAIRS = Decoder(list[ServiceOverride]), Decoder(list[tuple[int, int]])


async def load_references(
    db: Db, account_id: int, named: ReferenceIds, site_ids: Collection[int] | None = None
) -> References:
    """The records with these ids, and new ids to write under. Sessions bring their service and resources.

    Resources, and sessions on a resource, are found at `site_ids` only; None is any site. What stands at an archived
    site is not active. Nothing to look up, no query.
    """
    if named == ReferenceIds():
        return NOTHING
    row = await db.fetchrow(
        _REFERENCES,
        account_id,
        list(named.resources),
        list(named.services | named.any_services),
        list(named.sessions),
        list(named.customers),
        list(named.any_services),
        site_ids,
        named.new_items,
        named.new_booking,
        list(named.cases),
        list(named.sites),
    )
    assert row is not None
    services = _by_id(_SERVICES, row[1])
    resources = _in_use(_read(_RESOURCES, row[0]), row["archived_sites"])
    overrides = _grouped((override.service_id, override) for override in _read(_OVERRIDES, row[2]))
    goes_with = _grouped(_read(_PAIRS, row["goes_with"]))
    serving = _grouped(pair for pair in _read(_PAIRS, row["serving"]) if pair[1] in resources)
    return References(
        resources=resources,
        services=services,
        overrides={service_id: tuple(overrides.get(service_id, ())) for service_id in services},
        sessions=_by_id(_SESSIONS, row[3]),
        customers=_by_id(_CUSTOMERS, row[4]),
        goes_with={inventory_id: frozenset(resource_ids) for inventory_id, resource_ids in goes_with.items()},
        serving={service_id: tuple(serving.get(service_id, ())) for service_id in services},
        time_zones=_TIME_ZONES.decode(row["time_zones"] or "{}"),
        item_ids=tuple(row["item_ids"]),
        booking_id=row["booking_id"],
        uid=row["uid"] or "",
        cases=_by_id(_CASES, row["cases"]),
        sites=frozenset(row["sites"]),
    )


def _in_use(resources: Iterable[Resource], archived_sites: Collection[int]) -> dict[int, Resource]:
    """The resources by id; what stands at an archived site is not active."""
    return {
        resource.id: replace(resource, active=False) if resource.site_id in archived_sites else resource
        for resource in resources
    }


def _grouped(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    groups: dict[int, list[T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _by_id(decoder: Decoder[list[R]], text: str | None) -> dict[int, R]:
    return {record.id: record for record in _read(decoder, text)}


def _read(decoder: Decoder[list[T]], text: str | None) -> list[T]:
    return decoder.decode(text) if text else []

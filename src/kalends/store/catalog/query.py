"""Sites, resources, services and custom fields filtered and sorted by their fields."""

from collections.abc import Collection, Sequence
from datetime import datetime

from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.catalog.site import Site
from kalends.engine.query import Query
from kalends.store.catalog.resources import IN_USE
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column

# Services that are offered at a site: those that a resource there serves which is in use.
_SERVED = f"""
    from service s join resource r on r.account_id = $1 and {IN_USE} and r.kind <> 'inventory' and (
        s.served_by_all or exists (
            select from service_resource o
            where o.account_id = $1 and o.service_id = s.id and o.resource_id = r.id))
    where s.account_id = $1 and s.archived_at is null and s.kind in ('appointment', 'attendance')"""
# Of a resource `t`, and of a service `t`: who serves what, also where nobody can book it any more.
_SERVES = """(exists (
    select from service_resource o where o.account_id = $1 and o.service_id = {0} and o.resource_id = {1})
    or (select served_by_all from service s where s.account_id = $1 and s.id = {0}))"""
_COMMON = {
    "id": Column("t.id", int),
    "created_at": Column("t.created_at", datetime),
    "updated_at": Column("t.updated_at", datetime),
    "public": Column("t.public", bool),
    "details": Column("t.details", dict),
}
SITE_FIELDS = {
    **_COMMON,
    "archived_at": Column("t.archived_at", datetime),
    "name": Column("t.name", str),
    "service_ids": Column(f"array(select s.id {_SERVED} and r.site_id = t.id)", int, many=True),
}
SERVICE_FIELDS = {
    **_COMMON,
    "archived_at": Column("t.archived_at", datetime),
    "kind": Column("t.kind", str),
    "title": Column("t.title", str),
    "position": Column("t.position", int),
    "is_archived": Column("t.archived_at is not null", bool),
    "valid_from": Column("coalesce(t.valid_from, '-infinity')", datetime),
    "valid_until": Column("coalesce(t.valid_until, 'infinity')", datetime),
    "resource_ids": Column(
        f"array(select r.id from resource r where r.account_id = $1 and {_SERVES.format('t.id', 'r.id')})",
        int,
        many=True,
    ),
}
RESOURCE_FIELDS = {
    **_COMMON,
    "kind": Column("t.kind", str),
    "title": Column("t.title", str),
    "position": Column("t.position", int),
    "parent_id": Column("t.parent_id", int),
    "category_id": Column("t.category_id", int),
    "external_id": Column("t.external_id", str),
    "active": Column("t.active", bool),
    "site_id": Column("t.site_id", int),
    "user_id": Column("t.user_id", int),
    "in_use": Column(IN_USE.replace("r.", "t."), bool),
    "service_ids": Column(
        f"array(select w.id from service w where w.account_id = $1 and {_SERVES.format('w.id', 't.id')})",
        int,
        many=True,
    ),
}
FIELD_FIELDS = {
    "id": Column("t.id", int),
    "title": Column("t.title", str),
    "kind": Column("t.kind", str),
    "subject": Column("t.subject", str),
    "position": Column("t.position", int),
    "active": Column("t.active", bool),
}


async def query_sites(
    db: Db, account_id: int, query: Query, site_ids: Collection[int] | None = None
) -> tuple[list[Site], int]:
    """One page of those of these sites (None: any) that match, and their number. Raises as `fetch_page`."""
    source = "from site t where t.account_id = $1 and ($2::bigint[] is null or t.id = any ($2))"
    return await fetch_page(db, Site, SITE_FIELDS, query, source, account_id, site_ids)


async def query_services(db: Db, account_id: int, query: Query) -> tuple[list[Service], int]:
    """One page of the services that match, and their number. Raises as `fetch_page`."""
    return await fetch_page(db, Service, SERVICE_FIELDS, query, "from service t where t.account_id = $1", account_id)


async def query_resources(
    db: Db, account_id: int, query: Query, site_ids: Collection[int] | None = None
) -> tuple[list[Resource], int]:
    """One page of the resources at these sites (None: any) that match, and their number. Raises as `fetch_page`."""
    source = "from resource t where t.account_id = $1 and ($2::bigint[] is null or t.site_id = any ($2))"
    return await fetch_page(db, Resource, RESOURCE_FIELDS, query, source, account_id, site_ids)


async def query_fields(db: Db, account_id: int, query: Query) -> tuple[list[CustomField], int]:
    """One page of the custom fields that match, and their number. Raises as `fetch_page`."""
    return await fetch_page(
        db, CustomField, FIELD_FIELDS, query, "from custom_field t where t.account_id = $1", account_id
    )


async def find_services_at(db: Db, account_id: int, site_ids: Sequence[int]) -> dict[int, list[int]]:
    """The ids of the services that are offered at each of these sites, by its id, in ascending order."""
    ids = "array_agg(distinct s.id order by s.id)"
    statement = f"select r.site_id, {ids} {_SERVED} and r.site_id = any ($2) group by r.site_id"
    rows = await db.fetch(statement, account_id, site_ids)
    services: dict[int, list[int]] = {site_id: [] for site_id in site_ids}
    return services | {row[0]: row[1] for row in rows}

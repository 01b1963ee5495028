"""Find sites, resources, services and custom fields by any of their fields, also archived and inactive ones.

All actions here raise Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator;
field: invalid, for a value of another type; cursor: invalid, if it belongs to another order).
"""

from collections.abc import Sequence

from kalends.actions.access import allow
from kalends.actions.context import Context
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.catalog.site import Site
from kalends.engine.query import Page, Query
from kalends.store.catalog import query as store


@allow("read")
async def query_sites(ctx: Context, query: Query) -> Page[Site]:
    """One page of the sites that the caller may see."""
    return Page(*await store.query_sites(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("read")
async def query_services(ctx: Context, query: Query) -> Page[Service]:
    """One page of the services."""
    return Page(*await store.query_services(ctx.db, ctx.account.id, query))


@allow("read")
async def query_resources(ctx: Context, query: Query) -> Page[Resource]:
    """One page of the resources at the caller's sites, with their parts."""
    return Page(*await store.query_resources(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("read")
async def query_fields(ctx: Context, query: Query) -> Page[CustomField]:
    """One page of the custom fields of resources and of services."""
    return Page(*await store.query_fields(ctx.db, ctx.account.id, query))


@allow("read")
async def services_at(ctx: Context, site_ids: Sequence[int]) -> dict[int, list[int]]:
    """The ids of the services that are offered at each of these sites, by its id: who serves them there is in use."""
    return await store.find_services_at(ctx.db, ctx.account.id, [site_id for site_id in site_ids if ctx.sees(site_id)])

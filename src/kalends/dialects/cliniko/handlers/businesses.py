"""Businesses: listed, shown, made, changed, archived and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from kalends.actions.catalog import query, serving, sites
from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.businesses import BUSINESS, BUSINESSES, business
from kalends.dialects.cliniko.handlers.records import Records
from kalends.dialects.cliniko.parse.businesses import SentBusiness, parse_business, parse_business_change
from kalends.engine.catalog.site import Site, SitePatch


async def _look_up(ctx: Context, rows: Sequence[Site]) -> Mapping[str, Any]:
    return {"services_at": await query.services_at(ctx, [site.id for site in rows])}


async def _change(ctx: Context, site_id: int, sent: SentBusiness) -> Site:
    return await serving.change_site_offering(ctx, site_id, *sent)


async def _archive(ctx: Context, site_id: int) -> Site:
    return await sites.change_site(ctx, site_id, SitePatch(active=False))


async def _unarchive(ctx: Context, site_id: int) -> Site:
    return await sites.change_site(ctx, site_id, SitePatch(active=True))


RECORDS = Records("site", BUSINESSES, query.query_sites, business, _look_up, refers=BUSINESS)

listing = RECORDS.list_pages()
show = RECORDS.show()
create = RECORDS.create(parse_business, lambda ctx, sent: serving.add_site_offering(ctx, *sent))
update = RECORDS.update(parse_business_change, _change)
archive = RECORDS.end(_archive)
unarchive = RECORDS.act(_unarchive)

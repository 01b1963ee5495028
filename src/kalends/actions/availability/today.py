"""A resource with its hours of today."""

import msgspec

from kalends.actions.access import allow
from kalends.actions.catalog.custom_fields import list_categories
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.engine.availability.today import Today, today_of
from kalends.engine.refusals import NotFound
from kalends.store.availability.openings import hours_of


@allow("read", "customer", "guest", "practitioner")
async def get_today(ctx: Context, resource_id: int) -> Today:
    """Return one resource, active or not, with its site, category and hours of today.

    A site without a country gets the account's. Raises NotFound(resource), also for inventory.
    """
    resource = await get_resource(ctx, resource_id)
    if resource.kind == "inventory":
        raise NotFound("resource", resource_id)
    (site,) = [site for site in await list_sites(ctx) if site.id == resource.site_id]
    site = msgspec.structs.replace(site, country=site.country or ctx.account.country)
    categories = {category.id: category for category in await list_categories(ctx)}
    hours = await hours_of(ctx.db, ctx.account.id, [resource.id])
    category = categories.get(resource.category_id or 0)
    return today_of(resource, site, category, hours[resource.id], ctx.now)

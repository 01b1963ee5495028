"""The sites to which the header of every page leads."""

from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.engine.catalog.site import Site


async def shown_sites(ctx: Context, site_id: int | None = None) -> list[Site]:
    """Those in use that the caller sees, of practitioners those where they are, if they are anywhere; and the one that
    the page is about."""
    sites = [each for each in await list_sites(ctx) if each.active or each.id == site_id]
    if not ctx.principal.is_practitioner:
        return sites
    where = {each.site_id for each in await list_resources(ctx) if ctx.principal.sees_resources(each.id)}
    own = [each for each in sites if each.id in where or each.id == site_id]
    return own or sites

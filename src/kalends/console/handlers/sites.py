"""The page of a site, and the first page."""

from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import get_site, list_sites
from kalends.actions.context import Context
from kalends.console.pages import draw, language
from kalends.console.views.frame import frame_of
from kalends.console.views.site import site_view
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def first(request: WebRequest, ctx: Context) -> Answer:
    """To the first site that the user sees; without one, a page that says what to do next."""
    sites = [site for site in await list_sites(ctx) if site.active]
    if sites:
        return redirect(call_of(request), f"/sites/{sites[0].id}")
    return draw(request, "no_sites.html", frame_of(ctx, ()), may_add=ctx.site_ids is None)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """A site with its address, its time and what can be booked there."""
    site = await get_site(ctx, request.path_params["site_id"])
    sites, resources = await list_sites(ctx), await list_resources(ctx)
    view = site_view(site, resources, ctx, language(call_of(request)))
    active = [each for each in sites if each.active or each.id == site.id]
    return draw(request, "site.html", frame_of(ctx, active, site), site=view)

"""The first page."""

from kalends.actions.access import may
from kalends.actions.catalog.sites import add_site
from kalends.actions.context import Context
from kalends.console.pages import draw
from kalends.console.shown_sites import shown_sites
from kalends.console.views.frame import frame_of
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def first(request: WebRequest, ctx: Context) -> Answer:
    """To the first site that the user sees; without one to the first run, or a page that says whom to ask."""
    sites = await shown_sites(ctx)
    if sites:
        return redirect(call_of(request), f"/sites/{sites[0].id}")
    if may(ctx, add_site):
        return redirect(call_of(request), "/setup")
    return draw(request, "no_sites.html", frame_of(ctx, ()))

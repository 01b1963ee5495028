"""Sites: list, add, show, change and archive them."""

from typing import Any

from kalends.actions.catalog.query import query_sites
from kalends.actions.catalog.sites import add_site, change_site, get_site
from kalends.actions.context import Context
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.sites import ListSites, Site, SiteInput, SitePatch, SitePath, shown_site, site_patch
from kalends.engine.catalog.site import SitePatch as EnginePatch
from kalends.engine.query import Filter
from kalends.engine.refusals import Duplicate

_ARCHIVED = {
    "no": (Filter("archived_at", "is_null"),),
    "yes": (Filter("archived_at", "not_null"),),
    "any": (),
}


async def listing(ctx: Context, request: Received[ListSites, None]) -> Answered:
    query = page_of(request, filters=_ARCHIVED[request.params.archived])
    page = await query_sites(ctx, query)
    return answered_list(request, query, page, shown_site)


async def create(ctx: Context, request: Received[None, SiteInput]) -> Answered:
    patch = site_patch(request.body)
    site = await add_site(ctx, patch)
    shown = shown_site(site)
    return answered(site, shown, location=f"/sites/{shown.id}")


async def show(ctx: Context, request: Received[SitePath, Any]) -> Answered:
    site = await get_site(ctx, request.params.site_id)
    return answered(site, shown_site(site))


async def change(ctx: Context, request: Received[SitePath, SitePatch]) -> Answered:
    patch = site_patch(request.body)
    site = await change_site(ctx, request.params.site_id, patch)
    return answered(site, shown_site(site))


async def archive(ctx: Context, request: Received[SitePath, None]) -> Answered:
    await change_site(ctx, request.params.site_id, EnginePatch(active=False))
    return Answered()


_SITE = "/sites/{site_id}"
_TRACKED = Tracked("site", "site_id", show)

OPERATIONS = (
    Operation(
        method="GET",
        path="/sites",
        handler=listing,
        id="list_sites",
        summary="List sites",
        tag="Sites",
        scope="read",
        params=ListSites,
        answers={200: List[Site]},
    ),
    Operation(
        method="POST",
        path="/sites",
        handler=create,
        id="create_site",
        summary="Add a site",
        tag="Sites",
        scope="manage",
        body=SiteInput,
        answers={201: Site},
        refusals=(Duplicate,),
    ),
    Operation(
        method="GET",
        path=_SITE,
        handler=show,
        id="get_site",
        summary="Show a site",
        tag="Sites",
        scope="read",
        params=SitePath,
        answers={200: Site},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_SITE,
        handler=change,
        id="change_site",
        summary="Change a site",
        tag="Sites",
        scope="manage",
        params=SitePath,
        body=SitePatch,
        answers={200: Site},
        refusals=(Duplicate,),
        tracked=_TRACKED,
    ),
    Operation(
        method="DELETE",
        path=_SITE,
        handler=archive,
        id="archive_site",
        summary="Archive a site",
        description="It is hidden, and nothing new is booked there. What is booked there stays.",
        tag="Sites",
        scope="manage",
        params=SitePath,
        answers={204: None},
        tracked=_TRACKED,
    ),
)

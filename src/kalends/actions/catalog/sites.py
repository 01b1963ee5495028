"""Sites: listed, added and changed."""

from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.site import Site, SitePatch, changed_site, new_site
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import zone
from kalends.store.catalog.sites import find_sites, lock_site
from kalends.store.ids import next_ids


@allow("read", "customer", "guest")
async def list_sites(ctx: Context) -> list[Site]:
    """The sites that the key may see, the oldest first."""
    sites = await find_sites(ctx.db, ctx.account.id)
    return [site for site in sites if ctx.sees(site.id)]


@allow("manage", whole_account=True)
async def add_site(ctx: Context, patch: SitePatch) -> Site:
    """A new site, in the account's time zone unless the patch names one.

    Raises Forbidden to a key that is limited to sites, Duplicate(name), Invalid as `changed_site` does.
    """
    async with transaction(ctx) as tx:
        (site_id,) = await next_ids(tx.db, "site")
        site = new_site(patch, ctx.account, site_id)
        await add(tx, site)
    return site


@allow("manage", whole_account=True)
async def change_site(ctx: Context, site_id: int, patch: SitePatch) -> Site:
    """Change a site. Raises Forbidden to a key that is limited to sites, NotFound(site), Duplicate(name), Invalid as
    engine.catalog.site.changed_site does."""
    async with transaction(ctx) as tx:
        present = await lock_site(tx.db, ctx.account.id, site_id)
        if present is None:
            raise NotFound("site", site_id)
        return await save(tx, present, changed_site(present, patch))


@internal
async def find_site(ctx: Context, site_id: int | UnsetType) -> int:
    """The site of that id, if the key may see it; of UNSET the account's first, which is made when there is none.

    Raises NotFound(site).
    """
    sites = [site.id for site in await list_sites(ctx)]
    if site_id is not UNSET:
        if site_id not in sites:
            raise NotFound("site", site_id)
        return site_id
    if sites:
        return sites[0]
    if ctx.site_ids is not None:
        raise NotFound("site")
    return (await add_site(ctx, SitePatch(name=ctx.account.name))).id


@internal
async def zone_at(ctx: Context, resource: Resource | None) -> ZoneInfo:
    """The time zone of the site where a resource stands; the account's for what is at no resource."""
    sites = await find_sites(ctx.db, ctx.account.id) if resource else []
    return next((zone(site.time_zone) for site in sites if resource and site.id == resource.site_id), ctx.zone)

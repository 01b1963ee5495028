"""Sites: list, add and change them."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.site import Site, SitePatch, changed_site, new_site
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import zone
from kalends.store.bookings.reminders import add_rule_changes
from kalends.store.catalog import sites as store
from kalends.store.ids import next_ids


@allow("read", "customer", "guest", "practitioner")
async def list_sites(ctx: Context) -> list[Site]:
    """List the sites that the caller may see, oldest first."""
    sites = await store.find_sites(ctx.db, ctx.account.id)
    return [site for site in sites if ctx.sees(site.id)]


@allow("read", "customer", "guest", "practitioner")
async def get_site(ctx: Context, site_id: int) -> Site:
    """Return one site, archived or not. Raises NotFound(site)."""
    sites = [site for site in await list_sites(ctx) if site.id == site_id]
    if not sites:
        raise NotFound("site", site_id)
    return sites[0]


@allow("manage", whole_account=True)
async def add_site(ctx: Context, patch: SitePatch) -> Site:
    """Add a site, in the account's time zone unless the patch names one.

    Raises Forbidden to a key that is limited to sites, NotFound(holiday_calendar), Duplicate(name), Invalid(name:
    blank, invalid, too_long; email: invalid; time_zone: unknown).
    """
    async with transaction(ctx) as tx:
        (site_id,) = await next_ids(tx.db, "site")
        site = new_site(patch, ctx.account, site_id, ctx.now)
        await add(tx, site)
    return site


@allow("manage", whole_account=True)
async def change_site(ctx: Context, site_id: int, patch: SitePatch) -> Site:
    """Change a site. Reminders of what is booked there follow a change of its time zone by and by.

    Raises Forbidden to a key that is limited to sites, NotFound(site, holiday_calendar), Duplicate(name), Invalid(name:
    blank, invalid, too_long; email: invalid; time_zone: unknown).
    """
    async with transaction(ctx) as tx:
        present = await lock_site(tx, site_id)
        changed = changed_site(present, patch, ctx.now)
        if changed.time_zone != present.time_zone:
            await add_rule_changes(tx.db, ctx.account, ctx.now, site_id)
        return await save(tx, present, changed)


@internal
async def lock_site(ctx: Context, site_id: int) -> Site:
    """Lock and return the site, in the action's transaction. Raises NotFound(site)."""
    site = await store.lock_site(ctx.db, ctx.account.id, site_id)
    if site is None or not ctx.sees(site_id):
        raise NotFound("site", site_id)
    return site


@internal
async def site_id_or_first(ctx: Context, site_id: int | UnsetType) -> int:
    """Return the id of a site that the caller may see; for UNSET the first site, which is created if there is none.

    Raises NotFound(site).
    """
    site_ids = [site.id for site in await list_sites(ctx)]
    if site_id is not UNSET:
        if site_id not in site_ids:
            raise NotFound("site", site_id)
        return site_id
    if site_ids:
        return site_ids[0]
    if ctx.site_ids is not None:
        raise NotFound("site")
    return (await add_site(ctx, SitePatch(name=ctx.account.name))).id


@allow("read", "customer", "guest", "practitioner")
async def zones_of(ctx: Context, resource_ids: Collection[int]) -> dict[int, ZoneInfo]:
    """The time zones where these resources stand, by resource, of those that may be seen."""
    names = await store.find_zones(ctx.db, ctx.account.id, resource_ids, ctx.site_ids)
    return {resource_id: zone(name) for resource_id, name in names.items()}


@allow("read", "customer", "guest", "practitioner")
async def zone_where(ctx: Context, site_id: int | None, resource_ids: Collection[int]) -> ZoneInfo:
    """The time zone of a site; without one, that in which all of these resources stand; else the account's.

    Raises NotFound(site).
    """
    if site_id is not None:
        return zone((await get_site(ctx, site_id)).time_zone)
    zones = set((await zones_of(ctx, resource_ids)).values()) if resource_ids else set()
    return zones.pop() if len(zones) == 1 else ctx.zone


@internal
async def zone_at(ctx: Context, resource: Resource | None) -> ZoneInfo:
    """Return the time zone of the resource's site; without a resource, the account's."""
    sites = await store.find_sites(ctx.db, ctx.account.id) if resource else []
    return next((zone(site.time_zone) for site in sites if resource and site.id == resource.site_id), ctx.zone)

"""What an account offers: sites, resources with their parts and openings, services and who serves them."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, UnsetType

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save, save_images
from kalends.engine.catalogue import Resource, ResourcePatch, Service, ServiceOverride, ServicePatch
from kalends.engine.catalogue_rules import new_resource, new_service
from kalends.engine.clock import zone
from kalends.engine.openings import Opening
from kalends.engine.refusals import NotFound
from kalends.engine.site import Site, SitePatch, changed_site, new_site
from kalends.store import catalogue, resources
from kalends.store.bookings.timelines import list_serving
from kalends.store.ids import next_ids
from kalends.store.openings import find_openings, save_openings

_OVERRIDE = tuple(name for name in ServiceOverride.__struct_fields__ if name not in ("account_id", "service_id"))


@allow("read", "customer", "guest")
async def list_sites(ctx: Context) -> list[Site]:
    """The sites that the key may see, the oldest first."""
    sites = await resources.find_sites(ctx.db, ctx.account.id)
    return [site for site in sites if ctx.sees(site.id)]


@allow("read", "customer", "guest")
async def list_resources(ctx: Context, with_inactive: bool = False) -> list[Resource]:
    """The resources at the sites that the key may see, parts too, in the order they are to be shown."""
    return await resources.find_resources(ctx.db, ctx.account.id, site_ids=ctx.site_ids, with_inactive=with_inactive)


@allow("read", "customer", "guest")
async def get_resource(ctx: Context, resource_id: int) -> Resource:
    """One resource, active or not. Raises NotFound(resource)."""
    found = await resources.find_resources(ctx.db, ctx.account.id, [resource_id], ctx.site_ids)
    if not found:
        raise NotFound("resource", resource_id)
    return found[0]


@allow("manage", whole_account=True)
async def add_site(ctx: Context, patch: SitePatch) -> Site:
    """A new site, in the account's time zone unless the patch names one.

    Raises Forbidden to a key that is limited to sites, Duplicate(name), Invalid as engine.site.changed_site does.
    """
    async with transaction(ctx) as tx:
        (site_id,) = await next_ids(tx.db, "site")
        site = new_site(patch, ctx.account, site_id)
        await add(tx, site)
    return site


@allow("manage", whole_account=True)
async def change_site(ctx: Context, site_id: int, patch: SitePatch) -> Site:
    """Change a site. Raises Forbidden to a key that is limited to sites, NotFound(site), Duplicate(name), Invalid as
    engine.site.changed_site does."""
    async with transaction(ctx) as tx:
        present = await resources.lock_site(tx.db, ctx.account.id, site_id)
        if present is None:
            raise NotFound("site", site_id)
        return await save(tx, present, changed_site(present, patch))


@allow("manage")
async def add_resource(ctx: Context, patch: ResourcePatch, openings: Sequence[Opening] | None = None) -> Resource:
    """A new resource; with openings it is open then, without it always is, unless the patch says otherwise.

    A part (`parent_id`) stands at the site of the whole; anything else at `site_id` or, without one, at the account's
    first site, which is made when there is none. Raises NotFound(site, resource: the parent, or category), Invalid as
    engine.catalogue_rules.changed_resource does.
    """
    if patch.always_open is UNSET:
        patch = msgspec.structs.replace(patch, always_open=openings is None)
    async with transaction(ctx) as tx:
        parent = await get_resource(tx, patch.parent_id) if isinstance(patch.parent_id, int) else None
        site_id = parent.site_id if parent else await find_site(tx, patch.site_id)
        (resource_id,) = await next_ids(tx.db, "resource")
        resource = new_resource(patch, ctx.account.id, resource_id, parent=parent, site_id=site_id, now=ctx.now)
        await add(tx, resource)
        if openings:
            await save_openings(tx.db, ctx.account.id, resource_id, openings)
    return resource


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
    sites = await resources.find_sites(ctx.db, ctx.account.id) if resource else []
    return next((zone(site.time_zone) for site in sites if resource and site.id == resource.site_id), ctx.zone)


@allow("read", "customer", "guest")
async def openings_of(ctx: Context, resource_ids: Sequence[int]) -> dict[int, list[Opening]]:
    """The weekly openings of these resources themselves; none for one that is always open."""
    return await find_openings(ctx.db, ctx.account.id, list(resource_ids))


@allow("read", "customer", "guest")
async def list_services(ctx: Context, with_inactive: bool = False) -> list[Service]:
    """The services in the order they are to be shown."""
    return await catalogue.find_services(ctx.db, ctx.account.id, with_inactive=with_inactive)


@allow("read", "customer", "guest")
async def get_service(ctx: Context, service_id: int) -> Service:
    """One service, active or not. Raises NotFound(service)."""
    found = await catalogue.find_services(ctx.db, ctx.account.id, [service_id])
    if not found:
        raise NotFound("service", service_id)
    return found[0]


@allow("manage", whole_account=True)
async def add_service(ctx: Context, patch: ServicePatch, resource_ids: Sequence[int] | None = None) -> Service:
    """A new service, served by these resources; when none is named, any active one serves it.

    Raises Forbidden to a key that is limited to sites, NotFound(resource), Invalid as
    engine.catalogue_rules.changed_service does.
    """
    if patch.served_by_all is UNSET:
        patch = msgspec.structs.replace(patch, served_by_all=not resource_ids)
    async with transaction(ctx) as tx:
        (service_id,) = await next_ids(tx.db, "service")
        service = new_service(patch, ctx.account.id, service_id, ctx.now)
        await add(tx, service)
        named = [ServiceOverride(ctx.account.id, service_id, one) for one in dict.fromkeys(resource_ids or ())]
        await set_overrides(tx, service_id, [], named)
    return service


@internal
async def set_overrides(
    ctx: Context, service_id: int, present: Sequence[ServiceOverride], wanted: Sequence[ServiceOverride]
) -> bool:
    """In the action's transaction: have these resources serve a service, and in which way, in place of the present
    ones. Answers whether that is a change. Raises NotFound(resource)."""
    before, after = (
        {"serving": [{name: getattr(one, name) for name in _OVERRIDE} for one in each]} for each in (present, wanted)
    )
    write = partial(catalogue.save_overrides, ctx.db, ctx.account.id, service_id, wanted, ctx.now)
    return await save_images(ctx, "serve", ("service", service_id), before, after, write)


@internal
async def resources_of(ctx: Context, service_id: int) -> list[Resource]:
    """The active resources that can serve a service and that the key may see, best first.

    Those named for it, or any if none is and nobody was ever named.
    """
    serving = await list_serving(ctx.db, ctx.account.id, service_id)
    return [one for one in serving if ctx.sees(one.site_id)]

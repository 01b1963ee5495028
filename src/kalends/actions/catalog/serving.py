"""Services with who serves them, and sites with what is offered there: both say which resources serve what."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from kalends.actions.access import allow
from kalends.actions.catalog.query import services_at
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import (
    add_service,
    assign_resources,
    change_service,
    get_service,
    list_services_of,
    lock_service,
    set_overrides,
)
from kalends.actions.catalog.sites import add_site, change_site, list_sites
from kalends.actions.context import Context, transaction
from kalends.engine.all_refusals import AllRefusals, check_found
from kalends.engine.catalog.assignment import ServiceOverride, check_overrides
from kalends.engine.catalog.service import BOOKED, Service, ServicePatch
from kalends.engine.catalog.serving import Providers, Serving, offered_at, serving_people, serving_with_rooms
from kalends.engine.catalog.site import Site, SitePatch
from kalends.store.catalog.services import find_overrides


class _Offered(msgspec.Struct, frozen=True):
    """The services of the account by id, and those that are to be offered at a site."""

    services: Mapping[int, Service]
    ids: frozenset[int]


@allow("manage", whole_account=True)
async def add_served(ctx: Context, patch: ServicePatch, serving: Serving) -> Service:
    """Add a service with who serves it. Raises what `add_service` does, NotFound(resource, site), and
    Invalid(site_ids: not_served) if somebody is at none of the sites."""
    async with transaction(ctx) as tx:
        refusals = AllRefusals()
        with refusals:
            person_ids = await _serving_people(tx, serving)
        with refusals:
            service = await add_service(tx, patch)
        refusals.raise_any()
        return await _serve(tx, service.id, person_ids)


@allow("manage", whole_account=True)
async def change_served(ctx: Context, service_id: int, patch: ServicePatch, serving: Serving) -> Service:
    """Change a service and who serves it. Raises what `change_service` does, NotFound(resource, site), and
    Invalid(site_ids: not_served) if somebody is at none of the sites."""
    async with transaction(ctx) as tx:
        refusals = AllRefusals()
        with refusals:
            person_ids = await _serving_people(tx, serving)
        with refusals:
            await change_service(tx, service_id, patch)
        refusals.raise_any()
        return await _serve(tx, service_id, person_ids)


@allow("manage", whole_account=True)
async def add_site_offering(ctx: Context, patch: SitePatch, service_ids: Collection[int] | None) -> Site:
    """Add a site where these services are offered. Raises what `add_site` does, NotFound(service), and
    Invalid(service_ids: nobody_there), as nobody works there yet."""
    async with transaction(ctx) as tx:
        refusals = AllRefusals()
        with refusals:
            services = await _offered(tx, service_ids)
        with refusals:
            site = await add_site(tx, patch)
        refusals.raise_any()
        await _offer(tx, site.id, services)
    return site


@allow("manage", whole_account=True)
async def change_site_offering(
    ctx: Context, site_id: int, patch: SitePatch, service_ids: Collection[int] | None
) -> Site:
    """Change a site and (unless it is None) which services are offered there, by all people who work there.

    Raises what `change_site` does, NotFound(service), Invalid(service_ids: nobody_there) if nobody works there.
    """
    async with transaction(ctx) as tx:
        refusals = AllRefusals()
        with refusals:
            services = await _offered(tx, service_ids)
        with refusals:
            site = await change_site(tx, site_id, patch)
        refusals.raise_any()
        await _offer(tx, site.id, services)
    return site


@allow("read")
async def get_providers(ctx: Context, service_id: int) -> Providers:
    """Return who is assigned to a service, of the resources at the caller's sites. Raises NotFound(service)."""
    service = await get_service(ctx, service_id)  # first: its revision is then not newer than what is shown
    overrides = await find_overrides(ctx.db, ctx.account.id, [service_id])
    seen = {resource.id for resource in await list_resources(ctx, with_inactive=True)}
    return Providers(service, tuple(override for override in overrides if override.resource_id in seen))


@allow("manage", whole_account=True)
async def set_providers(
    ctx: Context, service_id: int, overrides: Sequence[ServiceOverride], *, served_by_all: bool
) -> Providers:
    """Replace who is assigned to a service; of account and service of an override nothing is used.

    Raises Forbidden to a key that is limited to sites, NotFound(service, resource), Duplicate(resource_id),
    Invalid(duration, step, buffer_before, buffer_after, resource_units, price: out_of_range; capacity: below_booked).
    """
    check_overrides(overrides)
    async with transaction(ctx) as tx:
        own = [
            msgspec.structs.replace(override, account_id=ctx.account.id, service_id=service_id)
            for override in sorted(overrides, key=lambda override: override.resource_id)
        ]
        await set_overrides(tx, service_id, own, served_by_all=served_by_all)
        return await get_providers(tx, service_id)


async def _serving_people(ctx: Context, serving: Serving) -> set[int] | None:
    """The people who are to serve; None leaves it as it is. Raises NotFound(resource, site), Invalid(site_ids)."""
    sites = await list_sites(ctx) if serving.site_ids else ()
    return serving_people(serving, await list_resources(ctx), {site.id for site in sites})


async def _serve(ctx: Context, service_id: int, person_ids: Collection[int] | None) -> Service:
    if person_ids is not None:
        service = await lock_service(ctx, service_id)
        present = await _serving_now(ctx, service)
        assigned = () if service.served_by_all else present
        resource_ids = serving_with_rooms(person_ids, assigned, await list_resources(ctx))
        if resource_ids != present:
            await assign_resources(ctx, service_id, resource_ids)
    return await get_service(ctx, service_id)


async def _offered(ctx: Context, service_ids: Collection[int] | None) -> _Offered | None:
    """The services to be offered, out of all; None leaves it as it is. Raises NotFound(service)."""
    if service_ids is None:
        return None
    services = {service.id: service for service in await list_services_of(ctx, BOOKED)}
    check_found(("service", service_ids, services))
    return _Offered(services, frozenset(service_ids))


async def _offer(ctx: Context, site_id: int, offered: _Offered | None) -> None:
    if offered is None:
        return
    in_use = {resource.id: resource for resource in await list_resources(ctx) if resource.kind != "inventory"}
    present = set((await services_at(ctx, [site_id]))[site_id])
    for service_id in sorted(present ^ offered.ids):
        serving = await _serving_now(ctx, offered.services[service_id])
        await assign_resources(ctx, service_id, offered_at(site_id, service_id in offered.ids, serving, in_use))


async def _serving_now(ctx: Context, service: Service) -> list[int]:
    if service.served_by_all:
        return sorted(resource.id for resource in await list_resources(ctx) if resource.kind != "inventory")
    return [override.resource_id for override in await find_overrides(ctx.db, ctx.account.id, [service.id])]

"""Services: listed, added, changed, and taken out of use."""

from collections.abc import Sequence
from functools import partial

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save, save_images
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.service import Service, ServicePatch, changed_service, new_service
from kalends.engine.refusals import NotFound
from kalends.store.catalog import services
from kalends.store.ids import next_ids

_OVERRIDE = tuple(name for name in ServiceOverride.__struct_fields__ if name not in ("account_id", "service_id"))


@allow("read", "customer", "guest")
async def list_services(ctx: Context, with_inactive: bool = False) -> list[Service]:
    """The services in the order they are to be shown."""
    return await services.find_services(ctx.db, ctx.account.id, with_inactive=with_inactive)


@allow("read", "customer", "guest")
async def get_service(ctx: Context, service_id: int) -> Service:
    """One service, active or not. Raises NotFound(service)."""
    found = await services.find_services(ctx.db, ctx.account.id, [service_id])
    if not found:
        raise NotFound("service", service_id)
    return found[0]


@allow("manage", whole_account=True)
async def add_service(ctx: Context, patch: ServicePatch, resource_ids: Sequence[int] | None = None) -> Service:
    """A new service, served by these resources; when none is named, any active one serves it.

    Raises Forbidden to a key that is limited to sites, NotFound(resource), Invalid as
    engine.catalog.service.changed_service does.
    """
    if patch.served_by_all is UNSET:
        patch = msgspec.structs.replace(patch, served_by_all=not resource_ids)
    async with transaction(ctx) as tx:
        (service_id,) = await next_ids(tx.db, "service")
        service = new_service(patch, ctx.account.id, service_id, ctx.now)
        await add(tx, service)
        named = [ServiceOverride(ctx.account.id, service_id, one) for one in dict.fromkeys(resource_ids or ())]
        await set_overrides(tx, service_id, named)
    return service


@allow("manage", whole_account=True)
async def set_overrides(ctx: Context, service_id: int, wanted: Sequence[ServiceOverride]) -> bool:
    """Have these resources serve a service, each on its own terms, and no others.

    Answers whether that is a change. Raises Forbidden to a key that is limited to sites, NotFound(service, resource).
    """
    async with transaction(ctx) as tx:
        await lock_service(tx, service_id)
        present = await services.find_overrides(tx.db, ctx.account.id, [service_id])
        before, after = (
            {"serving": [{name: getattr(one, name) for name in _OVERRIDE} for one in each]}
            for each in (present, wanted)
        )
        write = partial(services.save_overrides, tx.db, ctx.account.id, service_id, wanted, ctx.now)
        return await save_images(tx, "serve", ("service", service_id), before, after, write)


@allow("manage", whole_account=True)
async def change_service(ctx: Context, service_id: int, patch: ServicePatch) -> Service:
    """Change a service. What is booked stays as it is.

    Raises Forbidden to a key that is limited to sites, NotFound(service), Invalid as
    engine.catalog.service.changed_service does.
    """
    async with transaction(ctx) as tx:
        present = await lock_service(tx, service_id)
        return await save(tx, present, changed_service(present, patch))


@allow("manage", whole_account=True)
async def remove_service(ctx: Context, service_id: int) -> Service:
    """Take a service out of use; what is booked of it stays, and again it changes nothing.

    Raises Forbidden to a key that is limited to sites, NotFound(service).
    """
    return await change_service(ctx, service_id, ServicePatch(active=False))


@allow("read", "customer", "guest")
async def list_services_of(ctx: Context, kinds: Sequence[str], with_inactive: bool = False) -> list[Service]:
    """The services of these kinds in the order they are to be shown."""
    found = await services.find_services(ctx.db, ctx.account.id, with_inactive=with_inactive)
    return [service for service in found if service.kind in kinds]


@internal
async def lock_service(ctx: Context, service_id: int) -> Service:
    """In the action's transaction: the service, which nobody else changes until the end. Raises NotFound(service)."""
    found = await services.lock_service(ctx.db, ctx.account.id, service_id)
    if found is None:
        raise NotFound("service", service_id)
    return found

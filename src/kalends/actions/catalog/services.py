"""Services: list, add, change and retire them, and say which resources serve them."""

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

_OVERRIDE_FIELDS = tuple(name for name in ServiceOverride.__struct_fields__ if name not in ("account_id", "service_id"))


@allow("read", "customer", "guest")
async def list_services(ctx: Context, with_inactive: bool = False) -> list[Service]:
    """List the services in display order."""
    return await services.find_services(ctx.db, ctx.account.id, with_inactive=with_inactive)


@allow("read", "customer", "guest")
async def get_service(ctx: Context, service_id: int) -> Service:
    """Return one service, active or not. Raises NotFound(service)."""
    matches = await services.find_services(ctx.db, ctx.account.id, [service_id])
    if not matches:
        raise NotFound("service", service_id)
    return matches[0]


@allow("manage", whole_account=True)
async def add_service(ctx: Context, patch: ServicePatch, resource_ids: Sequence[int] | None = None) -> Service:
    """Add a service, served by these resources; without any, every active resource serves it.

    Raises Forbidden to a key that is limited to sites, NotFound(resource), Invalid(title: blank, invalid, too_long;
    kind, also_needs: unknown; duration, step, buffer_before, buffer_after, notice, horizon, most_units, position,
    price, tax_rate: out_of_range; description, image: invalid, too_long).
    """
    if patch.served_by_all is UNSET:
        patch = msgspec.structs.replace(patch, served_by_all=not resource_ids)
    async with transaction(ctx) as tx:
        (service_id,) = await next_ids(tx.db, "service")
        service = new_service(patch, ctx.account.id, service_id, ctx.now)
        await add(tx, service)
        if resource_ids:
            unique_ids = dict.fromkeys(resource_ids)
            overrides = [ServiceOverride(ctx.account.id, service_id, resource_id) for resource_id in unique_ids]
            await set_overrides(tx, service_id, overrides)
    return service


@allow("manage", whole_account=True)
async def set_overrides(ctx: Context, service_id: int, overrides: Sequence[ServiceOverride]) -> bool:
    """Replace the resources that are assigned to a service, each with its own terms; without any, all serve it.

    Returns whether anything changed. Raises Forbidden to a key that is limited to sites, NotFound(service, resource).
    """
    async with transaction(ctx) as tx:
        service = await lock_service(tx, service_id)
        await save(tx, service, msgspec.structs.replace(service, served_by_all=not overrides))
        present = await services.find_overrides(tx.db, ctx.account.id, [service_id])
        subject = ("service", service_id)
        write = partial(services.save_overrides, tx.db, ctx.account.id, service_id, overrides, ctx.now)
        return await save_images(tx, "serve", subject, _overrides_image(present), _overrides_image(overrides), write)


@allow("manage", whole_account=True)
async def change_service(ctx: Context, service_id: int, patch: ServicePatch) -> Service:
    """Change a service. Existing bookings stay as they are.

    Raises Forbidden to a key that is limited to sites, NotFound(service), Invalid(title: blank, invalid, too_long;
    kind, also_needs: unknown; duration, step, buffer_before, buffer_after, notice, horizon, most_units, position,
    price, tax_rate: out_of_range; description, image: invalid, too_long).
    """
    async with transaction(ctx) as tx:
        present = await lock_service(tx, service_id)
        return await save(tx, present, changed_service(present, patch))


@allow("manage", whole_account=True)
async def remove_service(ctx: Context, service_id: int) -> Service:
    """Deactivate a service; its bookings stay. No change if it is inactive already.

    Raises Forbidden to a key that is limited to sites, NotFound(service).
    """
    return await change_service(ctx, service_id, ServicePatch(active=False))


@allow("read", "customer", "guest")
async def list_services_of(ctx: Context, kinds: Sequence[str], with_inactive: bool = False) -> list[Service]:
    """List the services of these kinds in display order."""
    of_all_kinds = await services.find_services(ctx.db, ctx.account.id, with_inactive=with_inactive)
    return [service for service in of_all_kinds if service.kind in kinds]


@internal
async def lock_service(ctx: Context, service_id: int) -> Service:
    """Lock and return the service, in the action's transaction. Raises NotFound(service)."""
    service = await services.lock_service(ctx.db, ctx.account.id, service_id)
    if service is None:
        raise NotFound("service", service_id)
    return service


def _overrides_image(overrides: Sequence[ServiceOverride]) -> dict[str, object]:
    """The overrides as the journal keeps them: without account and service, which the entry names."""
    return {"serving": [{name: getattr(override, name) for name in _OVERRIDE_FIELDS} for override in overrides]}

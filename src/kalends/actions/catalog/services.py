"""Services: list, add, change and retire them, and say which resources serve them."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.expected import as_expected
from kalends.actions.save import Subject, add, journal_images, save, save_images
from kalends.engine.all_refusals import check_found
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.service import Service, ServicePatch, changed_service, new_service
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import commit
from kalends.store.catalog import services
from kalends.store.catalog.resources import find_resources
from kalends.store.ids import next_ids
from kalends.store.laws import is_overfull

_OVERRIDE_FIELDS = tuple(name for name in ServiceOverride.__struct_fields__ if name not in ("account_id", "service_id"))


@allow("read", "customer", "guest", "practitioner")
async def list_services(ctx: Context, with_inactive: bool = False) -> list[Service]:
    """List the services in display order."""
    return await services.find_services(ctx.db, ctx.account.id, with_inactive=with_inactive)


@allow("read", "customer", "guest", "practitioner")
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
    kind, also_needs: unknown; duration, step, buffer_before, buffer_after, notice, horizon, most_units,
    session_capacity, position, price, tax_rate: out_of_range; description, image: invalid, too_long;
    valid_until: before_start; texts: unknown, invalid, too_long, too_many).
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
            return await get_service(tx, service_id)
    return service


@allow("manage", whole_account=True)
async def set_overrides(
    ctx: Context,
    service_id: int,
    overrides: Sequence[ServiceOverride],
    *,
    served_by_all: bool | None = None,
) -> bool:
    """Replace the resources that are assigned to a service, each with its own terms; without any, all serve it, unless
    `served_by_all` says otherwise.

    Returns whether anything changed. Raises Forbidden to a key that is limited to sites, NotFound(service, resource),
    Outdated (of the service), Invalid(capacity: below_booked) if what is booked no longer fits, as each booking takes
    more units of a resource.
    """
    if served_by_all is None:
        served_by_all = not overrides
    async with transaction(ctx) as tx:
        resized_ids = await _resized(tx, service_id, overrides)
        if resized_ids:
            await commit.lock(tx.db, ctx.account.id, ctx.now, resources=resized_ids)
        service = await lock_service(tx, service_id)
        checked = as_expected(tx, service)
        await save(checked, service, msgspec.structs.replace(service, served_by_all=served_by_all))
        present = await services.find_overrides(tx.db, ctx.account.id, [service_id])
        subject = Subject("service", service_id)
        write = partial(services.save_overrides, tx.db, ctx.account.id, service_id, overrides, ctx.now)
        before, after = _overrides_image(present), _overrides_image(overrides)
        changed = await save_images(tx, "serve", subject, before, after, write)
        for resource in await find_resources(tx.db, ctx.account.id, resized_ids) if resized_ids else ():
            await commit.rescale_items(tx.db, ctx.account.id, resource.id)
            if await is_overfull(tx.db, ctx.account.id, resource.path[0], ctx.now):
                raise Invalid(Fault("capacity", "below_booked"))
        return changed


@internal
async def assign_resources(ctx: Context, service_id: int, resource_ids: Iterable[int] | None) -> None:
    """Have these resources serve a service, each on the terms that it has for it already; None is all resources.

    Raises what `set_overrides` does.
    """
    overrides = await services.find_overrides(ctx.db, ctx.account.id, [service_id])
    present = {override.resource_id: override for override in overrides}
    chosen = [
        present.get(resource_id) or ServiceOverride(ctx.account.id, service_id, resource_id)
        for resource_id in dict.fromkeys(resource_ids or ())
    ]
    await set_overrides(ctx, service_id, chosen, served_by_all=resource_ids is None)


@allow("manage", whole_account=True)
async def change_service(ctx: Context, service_id: int, patch: ServicePatch) -> Service:
    """Change a service. Existing bookings stay as they are.

    Raises Forbidden to a key that is limited to sites, NotFound(service), Invalid(title: blank, invalid, too_long;
    kind, also_needs: unknown; duration, step, buffer_before, buffer_after, notice, horizon, most_units,
    session_capacity, position, price, tax_rate: out_of_range; description, image: invalid, too_long;
    valid_until: before_start).
    """
    async with transaction(ctx) as tx:
        present = await lock_service(tx, service_id)
        return await save(tx, present, changed_service(present, patch, ctx.now))


@allow("manage", whole_account=True)
async def remove_service(ctx: Context, service_id: int) -> Service:
    """Deactivate a service; its bookings stay. No change if it is inactive already.

    Raises Forbidden to a key that is limited to sites, NotFound(service).
    """
    return await change_service(ctx, service_id, ServicePatch(active=False))


@allow("read", "customer", "guest", "practitioner")
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


@internal
async def check_service_ids(ctx: Context, *service_ids: Collection[int] | None) -> None:
    """Whether the account has all these services; None are any. Raises NotFound(service) for each that it has not."""
    known = {service.id for service in await list_services(ctx, with_inactive=True)}
    check_found(*(("service", sorted(ids), known) for ids in service_ids if ids))


@internal
async def journal_serving(ctx: Context, before: Sequence[ServiceOverride], service_ids: Collection[int]) -> None:
    """Write a journal entry for each of these services, which the transaction has locked, if others serve it now than
    `before`, or on other terms."""
    after = await services.find_overrides(ctx.db, ctx.account.id, list(service_ids))
    for service_id in sorted(service_ids):
        images = (
            _overrides_image([override for override in overrides if override.service_id == service_id])
            for overrides in (before, after)
        )
        await journal_images(ctx, "serve", Subject("service", service_id), *images)


def _overrides_image(overrides: Sequence[ServiceOverride]) -> dict[str, object]:
    """The overrides as the journal keeps them: without account and service, which the entry names."""
    return {"serving": [{name: getattr(override, name) for name in _OVERRIDE_FIELDS} for override in overrides]}


async def _resized(ctx: Context, service_id: int, overrides: Sequence[ServiceOverride]) -> list[int]:
    """The ids of resources of which the service is to take other units than before.

    Their trees must be locked before the service is.
    """
    present = await services.find_overrides(ctx.db, ctx.account.id, [service_id])
    units = {override.resource_id: override.resource_units for override in present}
    return [
        override.resource_id
        for override in overrides
        if override.resource_id in units and units[override.resource_id] != override.resource_units
    ]

"""Add-ons, one by one: inventory and services of kind `product`, each with the resources that it goes with."""

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from kalends.actions.access import allow
from kalends.actions.catalog.inventory import list_inventory_links, set_inventory_resources
from kalends.actions.catalog.resources import add_resource, change_resource, list_resources
from kalends.actions.catalog.services import (
    add_service,
    assign_resources,
    change_service,
    list_services_of,
    lock_service,
)
from kalends.actions.context import Context, transaction
from kalends.actions.expected import as_expected
from kalends.engine.catalog.add_on import AddOnPatch, LinkedAddOn, inventory_patch, product_patch
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import NotFound
from kalends.store.catalog.services import find_overrides

_OF_PRODUCTS = ["product"]


@allow("read", "customer", "guest", "practitioner")
async def list_linked_add_ons(ctx: Context, with_inactive: bool = False) -> list[LinkedAddOn]:
    """List the add-ons at the caller's sites and of the account: inventory first, then services, by their ids.

    Customers and guests are shown those that are public.
    """
    resources = await list_resources(ctx, with_inactive)
    inventory = [resource for resource in resources if resource.kind == "inventory"]
    products = await list_services_of(ctx, _OF_PRODUCTS, with_inactive)
    things: list[Resource | Service] = [*sorted(inventory, key=_id_of), *sorted(products, key=_id_of)]
    if ctx.principal.kind in ("customer", "guest"):
        things = [thing for thing in things if thing.public]
    return await _linked(ctx, things)


@allow("read")
async def get_inventory(ctx: Context, resource_id: int) -> LinkedAddOn:
    """Return one inventory, active or not. Raises NotFound(inventory), also for a resource of another kind."""
    for resource in await list_resources(ctx, with_inactive=True):
        if (resource.id, resource.kind) == (resource_id, "inventory"):
            return (await _linked(ctx, [resource]))[0]
    raise NotFound("inventory", resource_id)


@allow("read")
async def get_product(ctx: Context, service_id: int) -> LinkedAddOn:
    """Return one service of kind `product`, active or not. Raises NotFound(product), also for one of another kind."""
    for service in await list_services_of(ctx, _OF_PRODUCTS, with_inactive=True):
        if service.id == service_id:
            return (await _linked(ctx, [service]))[0]
    raise NotFound("product", service_id)


@allow("manage")
async def add_inventory(ctx: Context, patch: AddOnPatch) -> LinkedAddOn:
    """Add an inventory, by default at the account's first site and for all resources.

    Raises what `add_resource` and `set_inventory_resources` raise, with the fields of a resource.
    """
    async with transaction(ctx) as tx:
        resource = await add_resource(tx, inventory_patch(patch))
        await _link_inventory(tx, resource.id, patch.resource_ids)
        return await get_inventory(tx, resource.id)


@allow("manage")
async def change_inventory(ctx: Context, resource_id: int, patch: AddOnPatch) -> LinkedAddOn:
    """Change an inventory and which resources it goes with.

    Raises what `change_resource` and `set_inventory_resources` raise, with the fields of a resource, and
    NotFound(inventory) for what is none.
    """
    async with transaction(ctx) as tx:
        await get_inventory(tx, resource_id)
        await change_resource(tx, resource_id, inventory_patch(patch))
        await _link_inventory(tx, resource_id, patch.resource_ids)
        return await get_inventory(tx, resource_id)


@allow("manage", whole_account=True)
async def add_product(ctx: Context, patch: AddOnPatch) -> LinkedAddOn:
    """Add a service of kind `product`, by default for all resources.

    Raises what `add_service` raises, Invalid(quantity, site_id: unsupported).
    """
    async with transaction(ctx) as tx:
        service = await add_service(tx, product_patch(patch))
        await _link_product(tx, service.id, patch.resource_ids)
        return await get_product(tx, service.id)


@allow("manage", whole_account=True)
async def change_product(ctx: Context, service_id: int, patch: AddOnPatch) -> LinkedAddOn:
    """Change a service of kind `product` and which resources it goes with.

    Raises what `change_service` raises, Invalid(quantity, site_id: unsupported), NotFound(resource), and
    NotFound(product) for what is none.
    """
    async with transaction(ctx) as tx:
        await get_product(tx, service_id)
        checked = as_expected(tx, await lock_service(tx, service_id))
        await change_service(checked, service_id, product_patch(patch))
        await _link_product(checked, service_id, patch.resource_ids)
        return await get_product(tx, service_id)


async def _linked(ctx: Context, things: Sequence[Resource | Service]) -> list[LinkedAddOn]:
    links = await list_inventory_links(ctx)
    product_ids = [thing.id for thing in things if isinstance(thing, Service)]
    overrides = await find_overrides(ctx.db, ctx.account.id, product_ids) if product_ids else []
    seen = {resource.id for resource in await list_resources(ctx, with_inactive=True)}
    add_ons = []
    for thing in things:
        if isinstance(thing, Resource):
            resource_ids = links.get(thing.id)
        else:
            assigned = tuple(override.resource_id for override in overrides if override.service_id == thing.id)
            resource_ids = None if thing.served_by_all else assigned
        add_ons.append(LinkedAddOn(thing, resource_ids and tuple(id_ for id_ in resource_ids if id_ in seen)))
    return add_ons


async def _link_inventory(ctx: Context, resource_id: int, linked_ids: tuple[int, ...] | UnsetType | None) -> None:
    if linked_ids is not UNSET:
        await set_inventory_resources(ctx, resource_id, linked_ids or ())


async def _link_product(ctx: Context, service_id: int, linked_ids: tuple[int, ...] | UnsetType | None) -> None:
    if linked_ids is not UNSET:
        await assign_resources(ctx, service_id, linked_ids)


def _id_of(thing: Resource | Service) -> int:
    return thing.id

"""Extras that can go with a booking (inventory and sold services), and the resources that each may go with."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from kalends.actions.access import allow
from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.prices import list_groups, list_prices
from kalends.actions.catalog.resources import list_resources, lock_resource
from kalends.actions.catalog.services import list_services_of
from kalends.actions.context import Context, transaction
from kalends.actions.save import Subject, save_images
from kalends.engine.all_refusals import check_found
from kalends.engine.catalog.add_on import AddOn, add_ons
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import Fault, Invalid
from kalends.store.catalog import inventory


@allow("read")
async def list_inventory(ctx: Context) -> list[AddOn]:
    """List the active inventory at the caller's sites, in display order, with prices and allowed resources."""
    resources = await list_resources(ctx)
    items = [resource for resource in resources if resource.kind == "inventory"]
    return await _stock(ctx, items, await list_inventory_links(ctx), resources)


@allow("read")
async def list_added_services(ctx: Context) -> list[AddOn]:
    """List the active services that are sold with a booking (kind `product`), in display order."""
    products = await list_services_of(ctx, ["product"])
    resource_ids: dict[int, list[int]] = {product.id: [] for product in products if not product.served_by_all}
    for assignment in await list_assignments(ctx, [product.id for product in products]):
        resource_ids.setdefault(assignment.service_id, []).append(assignment.resource_id)
    return await _stock(ctx, products, resource_ids, await list_resources(ctx))


@allow("read")
async def list_inventory_links(ctx: Context) -> dict[int, tuple[int, ...]]:
    """Return the ids of the resources that each inventory is limited to, by inventory id.

    Inventory that goes with every resource is left out.
    """
    resource_ids: dict[int, tuple[int, ...]] = {}
    for inventory_id, resource_id in await inventory.find_links(ctx.db, ctx.account.id):
        resource_ids[inventory_id] = (*resource_ids.get(inventory_id, ()), resource_id)
    return resource_ids


@allow("manage")
async def set_inventory_resources(ctx: Context, inventory_id: int, resource_ids: Sequence[int]) -> tuple[int, ...]:
    """Limit an inventory to these resources; an empty list lets it go with all. A whole does not include its parts.

    Returns the ids without duplicates. Raises NotFound(resource), Invalid(inventory_id: not_inventory; resource_ids:
    not_bookable, when one of them is inventory itself).
    """
    async with transaction(ctx) as tx:
        if (await lock_resource(tx, inventory_id)).kind != "inventory":
            raise Invalid(Fault("inventory_id", "not_inventory"))
        resources = {resource.id: resource for resource in await list_resources(tx, with_inactive=True)}
        unique_ids = tuple(dict.fromkeys(resource_ids))
        check_found(("resource", unique_ids, resources))
        if any(resources[resource_id].kind == "inventory" for resource_id in unique_ids):
            raise Invalid(Fault("resource_ids", "not_bookable"))
        present = (await list_inventory_links(tx)).get(inventory_id, ())
        before, after = ({"resource_ids": sorted(ids)} for ids in (present, unique_ids))
        write = partial(inventory.save_links, tx.db, ctx.account.id, inventory_id, unique_ids)
        await save_images(tx, "change", Subject("resource", inventory_id), before, after, write)
    return unique_ids


async def _stock(
    ctx: Context,
    extras: Sequence[Resource | Service],
    limited_to: Mapping[int, Iterable[int]],
    resources: Sequence[Resource],
) -> list[AddOn]:
    """Add prices, customer groups and resource titles. `limited_to` holds resource ids by the extra's id."""
    group_titles = {group.id: group.title for group in await list_groups(ctx)}
    resource_titles = {resource.id: resource.title for resource in resources if resource.kind != "inventory"}
    return add_ons(extras, limited_to, await list_prices(ctx), group_titles, resource_titles)

"""What can go with a booking: inventory and services, and with which resources."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from kalends.actions.access import allow
from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.prices import list_groups, list_prices
from kalends.actions.catalog.resources import list_resources, lock_resource
from kalends.actions.catalog.services import list_services_of
from kalends.actions.context import Context, transaction
from kalends.actions.save import save_images
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.catalog.stock import Stock, stock_of
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.catalog import inventory


@allow("read")
async def list_inventory(ctx: Context) -> list[Stock]:
    """The active inventory that the key may see, as it is to be shown."""
    every = await list_resources(ctx)
    things = [one for one in every if one.kind == "inventory"]
    return await _stock(ctx, things, await links(ctx), every)


@allow("read")
async def list_added_services(ctx: Context) -> list[Stock]:
    """The active services that are sold with a booking of something else, as they are to be shown."""
    things = await list_services_of(ctx, ["product"])
    bound: dict[int, list[int]] = {one.id: [] for one in things if not one.served_by_all}
    for serving in await list_assignments(ctx, [one.id for one in things]):
        bound.setdefault(serving.service_id, []).append(serving.resource_id)
    return await _stock(ctx, things, bound, await list_resources(ctx))


@allow("read")
async def links(ctx: Context) -> dict[int, tuple[int, ...]]:
    """The resources that each inventory may be taken with, by its id; one that is left out goes with all."""
    found: dict[int, tuple[int, ...]] = {}
    for inventory_id, resource_id in await inventory.find_links(ctx.db, ctx.account.id):
        found[inventory_id] = (*found.get(inventory_id, ()), resource_id)
    return found


@allow("manage")
async def set_inventory_resources(ctx: Context, inventory_id: int, resource_ids: Sequence[int]) -> tuple[int, ...]:
    """Have an inventory go with these resources only, parts named one by one; with all when none is named.

    Raises NotFound(resource), Invalid(inventory_id: not_inventory, resource_ids: not_bookable when one is inventory).
    """
    async with transaction(ctx) as tx:
        if (await lock_resource(tx, inventory_id)).kind != "inventory":
            raise Invalid(Fault("inventory_id", "not_inventory"))
        known = {one.id: one for one in await list_resources(tx, with_inactive=True)}
        wanted = tuple(dict.fromkeys(resource_ids))
        if unknown := [one for one in wanted if one not in known]:
            raise NotFound("resource", unknown[0])
        if any(known[one].kind == "inventory" for one in wanted):
            raise Invalid(Fault("resource_ids", "not_bookable"))
        present = (await links(tx)).get(inventory_id, ())
        before, after = ({"resource_ids": sorted(ids)} for ids in (present, wanted))
        write = partial(inventory.save_links, tx.db, ctx.account.id, inventory_id, wanted)
        await save_images(tx, "change", ("resource", inventory_id), before, after, write)
    return wanted


async def _stock(
    ctx: Context, things: Sequence[Resource | Service], bound: Mapping[int, Iterable[int]], every: Sequence[Resource]
) -> list[Stock]:
    groups = {group.id: group.title for group in await list_groups(ctx)}
    titles = {one.id: one.title for one in every}
    return stock_of(things, bound, await list_prices(ctx), groups, titles)

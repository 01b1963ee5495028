"""Resources: listed, added, changed, and taken out of use."""

from collections.abc import Collection, Sequence
from functools import partial

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow, internal
from kalends.actions.catalog.sites import find_site
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save, save_images
from kalends.engine.availability.openings import Opening, in_order
from kalends.engine.catalog.resource import Resource, ResourcePatch, changed_resource, new_resource
from kalends.engine.refusals import Fault, InUse, Invalid, NotFound
from kalends.engine.time.clock import MINUTES_A_DAY
from kalends.store import commit
from kalends.store.availability.openings import find_openings, save_openings
from kalends.store.availability.timelines import list_serving
from kalends.store.catalog import resources
from kalends.store.ids import next_ids
from kalends.store.laws import is_overfull

WEEK = range(1, 8)


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


@allow("manage")
async def add_resource(ctx: Context, patch: ResourcePatch, openings: Sequence[Opening] | None = None) -> Resource:
    """A new resource; with openings it is open then, without it always is, unless the patch says otherwise.

    A part (`parent_id`) stands at the site of the whole; anything else at `site_id` or, without one, at the account's
    first site, which is made when there is none. Raises NotFound(site, resource: the parent, or category), Invalid as
    engine.catalog.resource.changed_resource does.
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


@allow("read", "customer", "guest")
async def openings_of(ctx: Context, resource_ids: Sequence[int]) -> dict[int, list[Opening]]:
    """The weekly openings of these resources themselves; none for one that is always open."""
    return await find_openings(ctx.db, ctx.account.id, list(resource_ids))


@internal
async def resources_of(ctx: Context, service_id: int) -> list[Resource]:
    """The active resources that can serve a service and that the key may see, best first.

    Those named for it, or any if none is and nobody was ever named.
    """
    serving = await list_serving(ctx.db, ctx.account.id, service_id)
    return [one for one in serving if ctx.sees(one.site_id)]


@allow("manage")
async def change_resource(
    ctx: Context,
    resource_id: int,
    patch: ResourcePatch,
    openings: Sequence[Opening] | None = None,
    weekdays: Collection[int] = WEEK,
) -> Resource:
    """Change a resource; its place in the tree stays.

    `openings` replace its weekly hours on these `weekdays` (1 is Monday); what was always open is still open all day on
    the others. Raises NotFound(resource, site or category), InUse when it would get inactive but is needed, and Invalid
    as engine.catalog.resource.changed_resource does or (capacity: below_booked) when more is booked from now on.
    """
    async with transaction(ctx) as tx:
        await lock_trees(tx, [resource_id])
        present = await lock_resource(tx, resource_id)
        if openings is not None:
            await _set_openings(tx, present, openings, weekdays)
            if patch.always_open is UNSET:
                patch = msgspec.structs.replace(patch, always_open=False)
        return await _change(tx, present, patch)


@allow("manage")
async def remove_resource(ctx: Context, resource_id: int) -> Resource:
    """Take a resource and its parts out of use; again it changes nothing. Raises NotFound(resource), InUse."""
    return await change_resource(ctx, resource_id, ResourcePatch(active=False))


@allow("manage")
async def lock_trees(ctx: Context, resource_ids: Collection[int]) -> None:
    """In a transaction: nobody else books or changes anything in the trees of these resources until its end.

    For whoever changes several resources in one transaction, once and before any of them is locked: who locks one part
    and then waits for its tree would be in the way of who has the tree and changes its parts.
    """
    await commit.lock(ctx.db, ctx.account.id, ctx.now, resources=list(resource_ids))


@internal
async def lock_resource(ctx: Context, resource_id: int) -> Resource:
    """In the action's transaction: the resource, which nobody else changes until the end. Raises NotFound(resource)."""
    found = await resources.lock_resource(ctx.db, ctx.account.id, resource_id)
    if found is None or not ctx.sees(found.site_id):
        raise NotFound("resource", resource_id)
    return found


async def _change(ctx: Context, present: Resource, patch: ResourcePatch) -> Resource:
    if patch.site_id is not UNSET:
        await find_site(ctx, patch.site_id)
    wanted = changed_resource(present, patch)
    if present.active and not wanted.active:
        await _retire_parts(ctx, present)
    saved = await save(ctx, present, wanted)
    if saved.capacity != present.capacity:
        await commit.rescale_blocks(ctx.db, ctx.account.id, present.id)
        if await is_overfull(ctx.db, ctx.account.id, present.path[0], ctx.now):
            raise Invalid(Fault("capacity", "below_booked"))
        await commit.sync_exclusive(ctx.db, ctx.account.id, present.id, ctx.now)
    if saved.site_id != present.site_id:
        await resources.move_parts(ctx.db, saved)
    return saved


async def _retire_parts(ctx: Context, present: Resource) -> None:
    """Take the parts out of use with the whole, unless something is still to come."""
    count, until = await resources.claims_ahead(ctx.db, present, ctx.now)
    if until is not None:
        raise InUse("resource", count, until)
    for part in await resources.find_parts(ctx.db, present):
        await save(ctx, part, msgspec.structs.replace(part, active=False))


async def _set_openings(
    ctx: Context, present: Resource, openings: Sequence[Opening], weekdays: Collection[int]
) -> None:
    found = (await find_openings(ctx.db, ctx.account.id, [present.id]))[present.id]
    before = [] if present.always_open else in_order(found)
    if present.always_open:
        found = [Opening(weekday, 0, MINUTES_A_DAY) for weekday in WEEK]
    after = in_order([*(opening for opening in found if opening.weekday not in weekdays), *openings])
    write = partial(save_openings, ctx.db, ctx.account.id, present.id, after)
    await save_images(ctx, "open", ("resource", present.id), {"openings": before}, {"openings": after}, write)

"""Resources: list, add, change and retire them, with their weekly hours."""

from collections.abc import Collection, Sequence
from functools import partial

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow, internal
from kalends.actions.catalog.sites import site_id_or_first
from kalends.actions.context import Context, transaction
from kalends.actions.expected import as_expected
from kalends.actions.save import Subject, add, save, save_images
from kalends.engine.availability.openings import Opening, in_order
from kalends.engine.catalog.resource import Resource, ResourcePatch, Tree, changed_resource, new_resource
from kalends.engine.refusals import Fault, InUse, Invalid, NotFound
from kalends.engine.time.clock import MINUTES_A_DAY
from kalends.store import commit, rows
from kalends.store.availability.openings import find_openings, save_openings
from kalends.store.availability.timelines import list_serving
from kalends.store.catalog import resources
from kalends.store.catalog.sites import lock_sites
from kalends.store.ids import next_ids
from kalends.store.laws import is_overfull

WEEK = range(1, 8)


@allow("read", "customer", "guest", "practitioner")
async def list_resources(ctx: Context, with_inactive: bool = False) -> list[Resource]:
    """List the resources at the caller's sites, parts included, in display order."""
    return await resources.find_resources(ctx.db, ctx.account.id, site_ids=ctx.site_ids, with_inactive=with_inactive)


@allow("read", "customer", "guest", "practitioner")
async def get_resource(ctx: Context, resource_id: int) -> Resource:
    """Return one resource, active or not. Raises NotFound(resource)."""
    matches = await resources.find_resources(ctx.db, ctx.account.id, [resource_id], ctx.site_ids)
    if not matches:
        raise NotFound("resource", resource_id)
    return matches[0]


@allow("read", "customer", "guest", "practitioner")
async def get_tree(ctx: Context, resource_id: int) -> Tree:
    """Return a resource with its parts at all levels below it, active or not. Raises NotFound(resource)."""
    resource = await get_resource(ctx, resource_id)
    others = await list_resources(ctx, with_inactive=True)
    parts = [other for other in others if resource_id in other.path[:-1]]
    return Tree(resource, tuple(sorted(parts, key=lambda part: len(part.path))))


@allow("manage")
async def add_resource(ctx: Context, patch: ResourcePatch, openings: Sequence[Opening] | None = None) -> Resource:
    """Add a resource. Without `openings` it is always open, unless the patch sets `always_open`.

    A part (`parent_id`) is at its parent's site; anything else is at `site_id`, by default the account's first site,
    which is created if there is none.

    Raises NotFound(site, category, user, resource: the parent), Invalid(title: blank, invalid, too_long; kind: unknown;
    capacity, position: out_of_range; notes, image: invalid, too_long; parent_id: too_deep).
    """
    if patch.always_open is UNSET:
        patch = msgspec.structs.replace(patch, always_open=openings is None)
    async with transaction(ctx) as tx:
        parent = await get_resource(tx, patch.parent_id) if isinstance(patch.parent_id, int) else None
        site_id = parent.site_id if parent else await site_id_or_first(tx, patch.site_id)
        await lock_sites(tx.db, ctx.account.id, [site_id])
        (resource_id,) = await next_ids(tx.db, "resource")
        resource = new_resource(patch, ctx.account.id, resource_id, parent=parent, site_id=site_id, now=ctx.now)
        await add(tx, resource)
        await commit.follow_blocks(tx.db, ctx.account.id, ctx.author, resource_id)
        if openings:
            await save_openings(tx.db, ctx.account.id, resource_id, openings)
    return resource


@allow("read", "customer", "guest", "practitioner")
async def list_openings(ctx: Context, resource_ids: Sequence[int]) -> dict[int, list[Opening]]:
    """Return the weekly openings of each of these resources, by its id; a part's own only, not those of its whole."""
    return await find_openings(ctx.db, ctx.account.id, list(resource_ids))


@internal
async def resources_of(ctx: Context, service_id: int) -> list[Resource]:
    """List the active resources at the caller's sites that can serve a service, by their position for the service.

    These are all resources but inventory if the service is `served_by_all`, else those assigned to it.
    """
    serving = await list_serving(ctx.db, ctx.account.id, service_id)
    return [resource for resource in serving if ctx.sees(resource.site_id)]


@allow("manage")
async def change_resource(
    ctx: Context,
    resource_id: int,
    patch: ResourcePatch,
    openings: Sequence[Opening] | None = None,
    weekdays: Collection[int] = WEEK,
) -> Resource:
    """Change a resource; its place in the tree stays.

    `openings` replace its weekly hours on these ISO `weekdays` (1 is Monday). A resource that was always open stays
    open all day on the other weekdays.

    Raises NotFound(resource, site, category, user), Outdated, InUse(resource) if it would become inactive while
    something is booked from now on, Invalid(title: blank, invalid, too_long; kind: unknown; capacity: out_of_range,
    below_booked; position: out_of_range; notes, image: invalid, too_long; parent_id, or the site_id of a part:
    invalid).
    `below_booked` means that more is booked from now on.
    """
    async with transaction(ctx) as tx:
        await lock_trees(tx, [resource_id], [patch.site_id] if patch.site_id is not UNSET else ())
        present = await lock_resource(tx, resource_id)
        checked = as_expected(tx, present)
        if openings is not None:
            present = await _set_openings(tx, present, openings, weekdays)
            if patch.always_open is UNSET:
                patch = msgspec.structs.replace(patch, always_open=False)
        return await _change(checked, present, patch)


@allow("manage")
async def remove_resource(ctx: Context, resource_id: int) -> Resource:
    """Deactivate a resource and its parts; no change if it is inactive already.

    Raises NotFound(resource), Outdated, and InUse(resource) if something is booked from now on.
    """
    return await change_resource(ctx, resource_id, ResourcePatch(active=False))


@allow("manage")
async def lock_trees(ctx: Context, resource_ids: Collection[int], site_ids: Collection[int] = ()) -> None:
    """Lock the trees of these resources: until the transaction ends nobody else books or changes anything in them.

    Their sites and `site_ids` are locked, too: nobody else blocks them.

    An action that changes several resources must call this once, before it locks any of them. Locking a part first and
    its tree second could deadlock with an action that holds the tree and changes its parts.
    """
    present = await resources.find_resources(ctx.db, ctx.account.id, list(resource_ids))
    await lock_sites(ctx.db, ctx.account.id, {*site_ids, *(resource.site_id for resource in present)})
    await commit.lock(ctx.db, ctx.account.id, ctx.now, resources=list(resource_ids))


@internal
async def lock_resource(ctx: Context, resource_id: int) -> Resource:
    """Lock and return the resource, in the action's transaction. Raises NotFound(resource)."""
    resource = await resources.lock_resource(ctx.db, ctx.account.id, resource_id)
    if resource is None or not ctx.sees(resource.site_id):
        raise NotFound("resource", resource_id)
    return resource


async def _change(ctx: Context, present: Resource, patch: ResourcePatch) -> Resource:
    if patch.site_id is not UNSET:
        await site_id_or_first(ctx, patch.site_id)
    changed = changed_resource(present, patch)
    if present.active and not changed.active:
        await _retire_parts(ctx, present)
    saved = await save(ctx, present, changed)
    if (saved.site_id, saved.active) != (present.site_id, present.active):
        await commit.follow_blocks(ctx.db, ctx.account.id, ctx.author, present.id)
    if saved.capacity != present.capacity:
        await commit.rescale_blocks(ctx.db, ctx.account.id, present.id)
        if await is_overfull(ctx.db, ctx.account.id, present.path[0], ctx.now):
            raise Invalid(Fault("capacity", "below_booked"))
        await commit.sync_exclusive(ctx.db, ctx.account.id, present.id, ctx.now)
    if saved.site_id != present.site_id:
        for part in await resources.lock_parts(ctx.db, present):
            await save(ctx, part, msgspec.structs.replace(part, site_id=saved.site_id))
    return saved


async def _retire_parts(ctx: Context, present: Resource) -> None:
    """Deactivate the parts together with the whole, unless something is booked from now on."""
    count, until = await resources.claims_ahead(ctx.db, present, ctx.now)
    if until is not None:
        raise InUse("resource", count, until)
    for part in await resources.lock_parts(ctx.db, present):
        await save(ctx, part, msgspec.structs.replace(part, active=False))


async def _set_openings(
    ctx: Context, present: Resource, openings: Sequence[Opening], weekdays: Collection[int]
) -> Resource:
    """Replace the weekly hours on these weekdays. Returns the resource; if that changes any it is changed now."""
    if present.always_open:
        before = []
        present_openings = [Opening(weekday, 0, MINUTES_A_DAY) for weekday in WEEK]
    else:
        present_openings = (await find_openings(ctx.db, ctx.account.id, [present.id]))[present.id]
        before = in_order(present_openings)
    after = in_order([*(opening for opening in present_openings if opening.weekday not in weekdays), *openings])
    write = partial(save_openings, ctx.db, ctx.account.id, present.id, after)
    subject = Subject("resource", present.id)
    if not await save_images(ctx, "open", subject, {"openings": before}, {"openings": after}, write):
        return present
    touched = msgspec.structs.replace(present, updated_at=ctx.now, revision=present.revision + 1)
    await rows.update(ctx.db, touched)
    return touched

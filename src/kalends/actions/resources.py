"""Resources that are there already: changed, and taken out of use."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.access import allow, internal
from kalends.actions.catalogue import new_resource
from kalends.actions.context import Context, transaction
from kalends.actions.noting import note, note_images
from kalends.engine.catalogue import Resource
from kalends.engine.clock import MINUTES_A_DAY
from kalends.engine.details import merged
from kalends.engine.openings import Opening
from kalends.engine.refusals import Fault, InUse, Invalid, NotFound
from kalends.store import commit, resources
from kalends.store.laws import is_overfull
from kalends.store.openings import find_openings, save_openings

_CHANGEABLE = (
    *("kind", "title", "notes", "capacity", "always_open", "position"),
    *("external_id", "active", "details", "category_id", "image"),
)
WEEK = range(1, 8)


@allow("manage")
async def change_resource(
    ctx: Context,
    resource_id: int,
    fields: Mapping[str, Any],
    openings: Sequence[Opening] | None = None,
    weekdays: Collection[int] = WEEK,
) -> Resource:
    """Change some fields of a resource, named as in engine.catalogue.Resource; its place in the tree stays.

    `openings` replace its weekly hours on these `weekdays` (1 is Monday); what was always open is still open all day on
    the others. Raises NotFound(resource), Invalid (capacity: below_booked when more is booked from now on), and InUse
    when it would get inactive but is needed.
    """
    async with transaction(ctx) as tx:
        await hold_trees(tx, [resource_id])
        present = await held_resource(tx, resource_id)
        given = {name: fields[name] for name in _CHANGEABLE if name in fields}
        if openings is not None:
            await _reopen(tx, present, openings, weekdays)
            given.setdefault("always_open", False)
        return await rewrite(tx, present, given)


@allow("manage")
async def remove_resource(ctx: Context, resource_id: int) -> Resource:
    """Take a resource and its parts out of use; again it changes nothing. Raises NotFound(resource), InUse."""
    return await change_resource(ctx, resource_id, {"active": False})


@internal
async def hold_trees(ctx: Context, resource_ids: Collection[int]) -> None:
    """In the action's transaction: nobody else books or changes anything in the trees of these resources.

    To be done once, and before any of them is held: who holds one part and then waits for its tree would be in the way
    of who has the tree and changes its parts.
    """
    await commit.lock(ctx.db, ctx.account.id, ctx.now, resources=list(resource_ids))


@internal
async def held_resource(ctx: Context, resource_id: int) -> Resource:
    """In the action's transaction: the resource, which nobody else changes until the end. Raises NotFound(resource)."""
    found = await resources.lock_resource(ctx.db, ctx.account.id, resource_id)
    if found is None or not ctx.sees(found.site_id):
        raise NotFound("resource", resource_id)
    return found


@internal
async def rewrite(ctx: Context, present: Resource, fields: Mapping[str, Any]) -> Resource:
    """In the action's transaction, which holds its tree: the resource with these fields, checked.

    Raises as `change_resource` does.
    """
    details = merged(present.details, fields.get("details") or {})
    wanted = new_resource(ctx, present.id, {**msgspec.structs.asdict(present), **fields, "details": details})
    if wanted == present:
        return present
    wanted = msgspec.structs.replace(wanted, updated_at=ctx.now)
    if present.active and not wanted.active:
        await _retire(ctx, present)
    await resources.save_resource(ctx.db, wanted)
    if wanted.capacity != present.capacity:
        await commit.rescale_blocks(ctx.db, ctx.account.id, present.id)
        if await is_overfull(ctx.db, ctx.account.id, present.path[0], ctx.now):
            raise Invalid(Fault("capacity", "below_booked"))
        await commit.sync_exclusive(ctx.db, ctx.account.id, present.id, ctx.now)
    if wanted.site_id != present.site_id:
        await resources.move_parts(ctx.db, wanted)
    await note(ctx, "change", present, wanted)
    return wanted


async def _retire(ctx: Context, present: Resource) -> None:
    """Take the parts out of use with the whole."""
    count, until = await resources.claims_ahead(ctx.db, present, ctx.now)
    if until is not None:
        raise InUse("resource", count, until)
    for part in await resources.find_parts(ctx.db, present):
        if part.active:
            retired = msgspec.structs.replace(part, active=False, updated_at=ctx.now)
            await resources.save_resource(ctx.db, retired)
            await note(ctx, "change", part, retired)


async def _reopen(ctx: Context, present: Resource, openings: Sequence[Opening], weekdays: Collection[int]) -> None:
    found = (await find_openings(ctx.db, ctx.account.id, [present.id]))[present.id]
    if present.always_open:
        found = [Opening(weekday, 0, MINUTES_A_DAY) for weekday in WEEK]
    wanted = [*(opening for opening in found if opening.weekday not in weekdays), *openings]
    if present.always_open or set(wanted) != set(found):
        await save_openings(ctx.db, ctx.account.id, present.id, wanted)
        before, after = {"openings": [] if present.always_open else found}, {"openings": wanted}
        await note_images(ctx, "open", "resource", present.id, before, after)

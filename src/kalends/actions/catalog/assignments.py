"""Which resources serve a service, and on which terms of their own."""

from collections.abc import Sequence
from functools import partial

import msgspec

from kalends.actions.access import allow, check_whole_account
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.services import lock_service
from kalends.actions.context import Context, transaction
from kalends.actions.journal import note
from kalends.actions.save import add, save, save_images
from kalends.engine.availability.openings import Opening, in_order
from kalends.engine.catalog.assignment import (
    ServiceAssignment,
    ServiceAssignmentPatch,
    changed_assignment,
    new_assignment,
)
from kalends.engine.refusals import NotFound
from kalends.store.availability.openings import find_own_openings, save_openings
from kalends.store.catalog import services
from kalends.store.ids import next_ids


@allow("read", "customer", "guest")
async def list_assignments(ctx: Context, service_ids: Sequence[int] | None = None) -> list[ServiceAssignment]:
    """Which active resources are named to serve these services, or any, service by service, the best first."""
    return await services.find_assignments(ctx.db, ctx.account.id, service_ids=service_ids, site_ids=ctx.site_ids)


@allow("read", "customer", "guest")
async def get_assignment(ctx: Context, assignment_id: int) -> ServiceAssignment:
    """How one resource serves one service. Raises NotFound(service_assignment)."""
    found = await services.find_assignments(ctx.db, ctx.account.id, [assignment_id], site_ids=ctx.site_ids)
    if not found:
        raise NotFound("service_assignment", assignment_id)
    return found[0]


@allow("read", "customer", "guest")
async def openings_of_assignments(ctx: Context, assignment_ids: Sequence[int]) -> dict[int, list[Opening]]:
    """The weekly hours kept for services on resources; they count where the service has `own_hours`."""
    return await find_own_openings(ctx.db, ctx.account.id, assignment_ids)


@allow("manage")
async def add_assignment(
    ctx: Context, patch: ServiceAssignmentPatch, openings: Sequence[Opening] = ()
) -> ServiceAssignment:
    """Name a resource to serve a service, with hours of its own.

    From then on only those who are named serve it, even when none is left. Raises NotFound(service or resource),
    Duplicate(resource_id), Invalid as engine.catalog.assignment.new_assignment does, and Forbidden to a key that is
    limited to sites while all resources serve the service.
    """
    async with transaction(ctx) as tx:
        (assignment_id,) = await next_ids(tx.db, "service_resource")
        assignment = new_assignment(patch, ctx.account.id, assignment_id, ctx.now)
        await get_resource(tx, assignment.resource_id)
        await _only_named(tx, assignment.service_id)
        await add(tx, assignment)
        await _set_openings(tx, assignment, openings)
    return assignment


@allow("manage")
async def change_assignment(
    ctx: Context, assignment_id: int, patch: ServiceAssignmentPatch, openings: Sequence[Opening] | None = None
) -> ServiceAssignment:
    """Change how a resource serves a service, or which one does; `openings` replace the hours kept for it there.

    Raises NotFound(service_assignment, service or resource), Duplicate(resource_id), Invalid as
    engine.catalog.assignment.changed_assignment does, Forbidden as `add_assignment` does.
    """
    async with transaction(ctx) as tx:
        present = await _lock_assignment(tx, assignment_id)
        wanted = changed_assignment(present, patch)
        await get_resource(tx, wanted.resource_id)
        moved = (wanted.service_id, wanted.resource_id) != (present.service_id, present.resource_id)
        kept = (await openings_of_assignments(tx, [assignment_id]))[assignment_id] if moved else []
        if moved:
            await _set_openings(tx, present, ())
            await _only_named(tx, wanted.service_id)
        saved = await save(tx, present, wanted)
        if moved or openings is not None:
            await _set_openings(tx, saved, kept if openings is None else openings)
        return saved


@allow("manage")
async def remove_assignment(ctx: Context, assignment_id: int) -> ServiceAssignment:
    """The resource is not named to serve the service any more; its hours for it are gone.

    Raises NotFound(service_assignment), Forbidden as `add_assignment` does.
    """
    async with transaction(ctx) as tx:
        present = await _lock_assignment(tx, assignment_id)
        await _only_named(tx, present.service_id)
        await _set_openings(tx, present, ())
        await services.remove_assignment(tx.db, ctx.account.id, assignment_id)
        await note(tx, "remove", present, None)
        return present


async def _lock_assignment(ctx: Context, assignment_id: int) -> ServiceAssignment:
    """The service is what is locked; the assignment is read again afterwards, for it may be another service's then."""
    while True:
        found = await get_assignment(ctx, assignment_id)
        await lock_service(ctx, found.service_id)
        present = await get_assignment(ctx, assignment_id)
        if present.service_id == found.service_id:
            return present


async def _only_named(ctx: Context, service_id: int) -> None:
    """Have only those resources serve the service that are named for it. Raises Forbidden when all served it, and some
    of them are elsewhere."""
    present = await lock_service(ctx, service_id)
    if present.served_by_all:
        check_whole_account(ctx)
        await save(ctx, present, msgspec.structs.replace(present, served_by_all=False))


async def _set_openings(ctx: Context, assignment: ServiceAssignment, openings: Sequence[Opening]) -> None:
    present = (await openings_of_assignments(ctx, [assignment.id]))[assignment.id]
    before, after = ({"openings": in_order(each)} for each in (present, openings))
    write = partial(save_openings, ctx.db, ctx.account.id, assignment.resource_id, openings, assignment.service_id)
    await save_images(ctx, "open", ("service_assignment", assignment.id), before, after, write)

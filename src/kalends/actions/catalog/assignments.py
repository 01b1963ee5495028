"""Assignments: which resources serve a service, and the terms and hours of each of them."""

from collections.abc import Sequence

import msgspec

from kalends.actions.access import allow, check_whole_account
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.services import journal_serving, lock_service
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_entry
from kalends.actions.save import Subject, add, save, save_images
from kalends.engine.availability.openings import Opening, in_order
from kalends.engine.catalog.assignment import (
    ServiceAssignment,
    ServiceAssignmentPatch,
    changed_assignment,
    new_assignment,
)
from kalends.engine.refusals import NotFound
from kalends.store import rows
from kalends.store.availability.openings import find_own_openings, save_openings
from kalends.store.catalog import services
from kalends.store.ids import next_ids


@allow("read", "customer", "guest", "practitioner")
async def list_assignments(ctx: Context, service_ids: Sequence[int] | None = None) -> list[ServiceAssignment]:
    """List the active resources assigned to these services (None: to any), by service, then by position."""
    return await services.find_assignments(ctx.db, ctx.account.id, service_ids=service_ids, site_ids=ctx.site_ids)


@allow("read", "customer", "guest", "practitioner")
async def get_assignment(ctx: Context, assignment_id: int) -> ServiceAssignment:
    """Return one assignment. Raises NotFound(service_assignment)."""
    assignments = await services.find_assignments(ctx.db, ctx.account.id, [assignment_id], site_ids=ctx.site_ids)
    if not assignments:
        raise NotFound("service_assignment", assignment_id)
    return assignments[0]


@allow("read", "customer", "guest", "practitioner")
async def get_assignment_of(ctx: Context, service_id: int, resource_id: int) -> ServiceAssignment:
    """Return the assignment of a resource to a service. Raises NotFound(service_assignment)."""
    for assignment in await list_assignments(ctx, [service_id]):
        if assignment.resource_id == resource_id:
            return assignment
    raise NotFound("service_assignment", resource_id)


@allow("read", "customer", "guest", "practitioner")
async def openings_of_assignments(ctx: Context, assignment_ids: Sequence[int]) -> dict[int, list[Opening]]:
    """Return the weekly hours of each assignment, by its id. They apply unless its `own_hours` are False."""
    return await find_own_openings(ctx.db, ctx.account.id, assignment_ids)


@allow("manage")
async def add_assignment(
    ctx: Context, patch: ServiceAssignmentPatch, openings: Sequence[Opening] = ()
) -> ServiceAssignment:
    """Assign a resource to a service, with weekly hours for this service.

    From then on only assigned resources serve the service, even when none is left.

    Raises Invalid(service_id, resource_id: blank; duration, step, buffer_before, buffer_after, price, position:
    out_of_range), NotFound(service, resource), Duplicate(resource_id), and Forbidden to a key that is limited to sites
    if all resources served the service until now.
    """
    async with transaction(ctx) as tx:
        (assignment_id,) = await next_ids(tx.db, "service_resource")
        assignment = new_assignment(patch, ctx.account.id, assignment_id, ctx.now)
        await get_resource(tx, assignment.resource_id)
        await _end_served_by_all(tx, assignment.service_id)
        before = await services.find_overrides(tx.db, ctx.account.id, [assignment.service_id])
        await add(tx, assignment)
        await journal_serving(tx, before, [assignment.service_id])
        await _set_openings(tx, assignment, openings)
    return assignment


@allow("manage")
async def change_assignment(
    ctx: Context, assignment_id: int, patch: ServiceAssignmentPatch, openings: Sequence[Opening] | None = None
) -> ServiceAssignment:
    """Change an assignment's terms, service or resource. `openings` replace its weekly hours; None keeps them.

    Raises Invalid(duration, step, buffer_before, buffer_after, price, position: out_of_range),
    NotFound(service_assignment, service, resource), Duplicate(resource_id), and Forbidden to a key that is limited to
    sites if it moves to a service that all resources served until now.
    """
    async with transaction(ctx) as tx:
        present = await _lock_assignment(tx, assignment_id)
        changed = changed_assignment(present, patch)
        await get_resource(tx, changed.resource_id)
        moved = (changed.service_id, changed.resource_id) != (present.service_id, present.resource_id)
        present_openings = (await openings_of_assignments(tx, [assignment_id]))[assignment_id] if moved else []
        if moved:
            await _set_openings(tx, present, ())
            await _end_served_by_all(tx, changed.service_id)
        service_ids = {present.service_id, changed.service_id}
        before = await services.find_overrides(tx.db, ctx.account.id, list(service_ids))
        saved = await save(tx, present, changed)
        await journal_serving(tx, before, service_ids)
        if moved or openings is not None:
            await _set_openings(tx, saved, present_openings if openings is None else openings)
        return saved


@allow("manage")
async def remove_assignment(ctx: Context, assignment_id: int) -> ServiceAssignment:
    """Remove an assignment with its weekly hours; returns it as it was.

    Raises NotFound(service_assignment), and Forbidden to a key that is limited to sites if all resources served the
    service until now.
    """
    async with transaction(ctx) as tx:
        present = await _lock_assignment(tx, assignment_id)
        await _end_served_by_all(tx, present.service_id)
        await _set_openings(tx, present, ())
        before = await services.find_overrides(tx.db, ctx.account.id, [present.service_id])
        await services.remove_assignment(tx.db, ctx.account.id, assignment_id)
        await journal_serving(tx, before, [present.service_id])
        await add_journal_entry(tx, "remove", present, None)
        return present


async def _lock_assignment(ctx: Context, assignment_id: int) -> ServiceAssignment:
    """Lock the assignment's service. Read again after the lock: meanwhile it may have moved to another service."""
    while True:
        before_lock = await get_assignment(ctx, assignment_id)
        await lock_service(ctx, before_lock.service_id)
        locked = await get_assignment(ctx, assignment_id)
        if locked.service_id == before_lock.service_id:
            return locked


async def _end_served_by_all(ctx: Context, service_id: int) -> None:
    """From now on only assigned resources serve the service.

    Raises Forbidden to a key that is limited to sites, as resources at other sites would no longer serve it.
    """
    service = await lock_service(ctx, service_id)
    if service.served_by_all:
        check_whole_account(ctx)
        await save(ctx, service, msgspec.structs.replace(service, served_by_all=False))


async def _set_openings(ctx: Context, assignment: ServiceAssignment, openings: Sequence[Opening]) -> None:
    present = (await openings_of_assignments(ctx, [assignment.id]))[assignment.id]
    before, after = {"openings": in_order(present)}, {"openings": in_order(openings)}

    async def write() -> None:
        await save_openings(ctx.db, ctx.account.id, assignment.resource_id, openings, assignment.service_id)
        await rows.update(ctx.db, msgspec.structs.replace(assignment, updated_at=ctx.now))

    await save_images(ctx, "open", Subject("service_assignment", assignment.id), before, after, write)

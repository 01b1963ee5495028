"""The weekly hours of a resource: read, and replaced as a whole."""

from collections.abc import Sequence

from kalends.actions.access import allow
from kalends.actions.catalog.resources import change_resource, get_resource, list_openings
from kalends.actions.catalog.services import check_service_ids
from kalends.actions.context import Context, transaction
from kalends.engine.availability.openings import Opening
from kalends.engine.availability.weekly_hours import WeeklyHours
from kalends.engine.catalog.resource import ResourcePatch


@allow("read", "customer", "guest", "practitioner")
async def get_weekly_hours(ctx: Context, resource_id: int) -> WeeklyHours:
    """Return the weekly hours of a resource itself. Raises NotFound(resource)."""
    resource = await get_resource(ctx, resource_id)  # first: its revision is then not newer than what is shown
    openings = await list_openings(ctx, [resource_id])
    return WeeklyHours(resource, () if resource.always_open else tuple(openings[resource_id]))


@allow("manage")
async def set_weekly_hours(
    ctx: Context, resource_id: int, openings: Sequence[Opening], *, always_open: bool = False
) -> WeeklyHours:
    """Replace the weekly hours of a resource itself; it is `always_open` only without any.

    Raises NotFound(resource, service), Outdated.
    """
    async with transaction(ctx) as tx:
        await check_service_ids(tx, *(opening.service_ids for opening in openings))
        is_always_open = always_open and not openings
        await change_resource(tx, resource_id, ResourcePatch(always_open=is_always_open), openings)
        return await get_weekly_hours(tx, resource_id)

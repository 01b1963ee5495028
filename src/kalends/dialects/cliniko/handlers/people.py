"""Whether practitioners are that: resources that are people."""

from collections.abc import Collection

from msgspec import UnsetType

from kalends.actions.catalog.query import query_resources
from kalends.actions.context import Context
from kalends.engine.query import Filter, OffsetPage, Query
from kalends.engine.refusals import NotFound


async def check_practitioner(ctx: Context, resource_id: int | UnsetType | None) -> None:
    """Raises NotFound(resource) if there is no person with this id; none is not checked."""
    if resource_id:
        await check_practitioners(ctx, (resource_id,))


async def check_practitioners(ctx: Context, resource_ids: Collection[int]) -> None:
    """Raises NotFound(resource) if one of these ids is no person's."""
    if not resource_ids:
        return
    people = Filter("id", "in", list(resource_ids)), Filter("kind", "equal", "person")
    page = await query_resources(ctx, Query(OffsetPage(len(resource_ids)), people))
    if unknown := set(resource_ids) - {resource.id for resource in page.rows}:
        raise NotFound("resource", min(unknown))

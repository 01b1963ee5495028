"""Whether a practitioner is one: a resource that is a person."""

from msgspec import UnsetType

from kalends.actions.catalog.query import query_resources
from kalends.actions.context import Context
from kalends.engine.query import Filter, OffsetPage, Query
from kalends.engine.refusals import NotFound


async def check_practitioner(ctx: Context, resource_id: int | UnsetType | None) -> None:
    """Raises NotFound(resource) if there is no person with this id; none is not checked."""
    if not resource_id:
        return
    of_person = (Filter("id", "equal", resource_id), Filter("kind", "equal", "person"))
    if not (await query_resources(ctx, Query(OffsetPage(1), of_person))).rows:
        raise NotFound("resource", resource_id)

"""Whether practitioners are that: resources that are people."""

from kalends.actions.catalog.query import query_resources
from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.practitioners import PERSON
from kalends.engine.query import Filter, OffsetPage, Query
from kalends.engine.refusals import NotFound


async def check_practitioner(ctx: Context, resource_id: int) -> None:
    """Raises NotFound(resource) if there is no person with this id."""
    is_person = Filter("id", "equal", resource_id), Filter("kind", "equal", PERSON)
    if not (await query_resources(ctx, Query(OffsetPage(1), is_person))).rows:
        raise NotFound("resource", resource_id)

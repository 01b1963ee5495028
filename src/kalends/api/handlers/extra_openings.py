"""Extra openings of resources: list, add and remove them."""

from functools import partial
from zoneinfo import ZoneInfo

from kalends.actions.availability.extra_openings import (
    add_extra_openings,
    query_extra_openings,
    remove_extra_opening,
)
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.sites import zone_where
from kalends.actions.context import Context
from kalends.api.lists import List, answered_list, answered_rows, page_of
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.extra_openings import (
    ExtraOpening,
    ExtraOpeningInput,
    ExtraOpeningPath,
    ListExtraOpenings,
    OpenedResource,
    opening_filters,
    read_opening,
    shown_opening,
)
from kalends.engine.query import Sort
from kalends.engine.refusals import Retired, TooManyOccurrences


async def listing(ctx: Context, request: Received[ListExtraOpenings, None]) -> Answered:
    tz = await _zone(ctx, request.params.resource_id)
    query = page_of(request, filters=opening_filters(request.params, tz), order=(Sort("starts_at"),))
    page = await query_extra_openings(ctx, query)
    return answered_list(request, query, page, partial(shown_opening, tz=tz))


async def create(ctx: Context, request: Received[OpenedResource, ExtraOpeningInput]) -> Answered:
    tz = await _zone(ctx, request.params.resource_id)
    first, rule = read_opening(request.body, tz)
    openings = await add_extra_openings(ctx, request.params.resource_id, first, rule)
    return answered_rows(request, [shown_opening(opening, tz) for opening in openings])


async def remove(ctx: Context, request: Received[ExtraOpeningPath, None]) -> Answered:
    await remove_extra_opening(ctx, request.params.opening_id, resource_id=request.params.resource_id)
    return Answered()


async def _zone(ctx: Context, resource_id: int) -> ZoneInfo:
    """The zone where a resource stands. Raises NotFound(resource)."""
    resource = await get_resource(ctx, resource_id)
    return await zone_where(ctx, None, [resource.id])


_OPENINGS = "/resources/{resource_id}/extra-openings"

OPERATIONS = (
    Operation(
        method="GET",
        path=_OPENINGS,
        handler=listing,
        id="list_extra_openings",
        summary="List the extra openings of a resource",
        tag="Opening hours",
        scope="read",
        params=ListExtraOpenings,
        answers={200: List[ExtraOpening]},
    ),
    Operation(
        method="POST",
        path=_OPENINGS,
        handler=create,
        id="create_extra_openings",
        summary="Open a resource at a time besides its hours",
        description="Also on a holiday, or a day on which an exception closes it. One that repeats is answered as "
        "several, at the same hours by the clock of the site.",
        tag="Opening hours",
        scope="manage",
        params=OpenedResource,
        body=ExtraOpeningInput,
        answers={201: List[ExtraOpening]},
        refusals=(Retired, TooManyOccurrences),
        names={"rrule": "repeats"},
        sample={"from": "2027-03-06T10:00:00+01:00", "to": "2027-03-06T14:00:00+01:00"},
    ),
    Operation(
        method="DELETE",
        path=f"{_OPENINGS}/{{opening_id}}",
        handler=remove,
        id="remove_extra_opening",
        summary="Remove an extra opening",
        description="What is booked then stays.",
        tag="Opening hours",
        scope="manage",
        params=ExtraOpeningPath,
        answers={204: None},
    ),
)

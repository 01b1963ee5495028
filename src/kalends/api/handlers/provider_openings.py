"""The hours of a service of its own at each of the resources that serve it."""

from typing import Any

from kalends.actions.catalog.assignments import change_assignment, get_assignment_of, openings_of_assignments
from kalends.actions.context import Context
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.provider_openings import (
    ProviderOpenings,
    ProviderOpeningsInput,
    ProviderPath,
    read_provider_openings,
    shown_provider_openings,
)
from kalends.engine.catalog.assignment import ServiceAssignmentPatch


async def show(ctx: Context, request: Received[ProviderPath, Any]) -> Answered:
    provider = await get_assignment_of(ctx, request.params.service_id, request.params.resource_id)
    openings = await openings_of_assignments(ctx, [provider.id])
    return answered(provider, shown_provider_openings(openings[provider.id]))


async def replace(ctx: Context, request: Received[ProviderPath, ProviderOpeningsInput]) -> Answered:
    assignment_id = await _assignment_id(ctx, request.params)
    await change_assignment(ctx, assignment_id, ServiceAssignmentPatch(), read_provider_openings(request.body))
    return await show(ctx, request)


async def _assignment_id(ctx: Context, path: ProviderPath) -> int:
    return (await get_assignment_of(ctx, path.service_id, path.resource_id)).id


_OPENINGS = "/services/{service_id}/providers/{resource_id}/openings"
_TRACKED = Tracked("service_assignment", "", show, _assignment_id)

OPERATIONS = (
    Operation(
        method="GET",
        path=_OPENINGS,
        handler=show,
        id="get_provider_openings",
        summary="Show the hours of a service at a resource",
        description="Those of its own. With the service's `own_hours` null, they count on the weekdays on which there "
        "are some, and the resource's hours on the others.",
        tag="Services",
        scope="read",
        params=ProviderPath,
        answers={200: ProviderOpenings},
        tracked=_TRACKED,
    ),
    Operation(
        method="PUT",
        path=_OPENINGS,
        handler=replace,
        id="set_provider_openings",
        summary="Replace the hours of a service at a resource",
        description="What is booked stays as it is.",
        tag="Services",
        scope="manage",
        params=ProviderPath,
        body=ProviderOpeningsInput,
        answers={200: ProviderOpenings},
        sample={"openings": [{"weekday": 3, "opens": "13:00", "closes": "17:00"}]},
        tracked=_TRACKED,
    ),
)

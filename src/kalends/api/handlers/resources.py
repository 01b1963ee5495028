"""Resources: list, add, show, change and archive them, alone and with their parts."""

from typing import Any

from kalends.actions.catalog.described import (
    add_described_resource,
    change_described_resource,
    get_described_resource,
    query_described_resources,
)
from kalends.actions.catalog.resources import get_tree, remove_resource
from kalends.actions.context import Context
from kalends.api.expansions import OF_RESOURCES
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.catalog import filters_of, read_values, sorted_by, titled
from kalends.api.schemas.resources import (
    ListResources,
    Resource,
    ResourceInput,
    ResourcePatch,
    ResourcePath,
    ResourceTree,
    ShowResource,
    resource_patch,
    shown_resource,
    shown_tree,
)
from kalends.engine.query import Filter
from kalends.engine.refusals import InUse, NotFound

_ARCHIVED = {"no": (Filter("active", "equal", True),), "yes": (Filter("active", "equal", False),), "any": ()}


async def listing(ctx: Context, request: Received[ListResources, None]) -> Answered:
    params = request.params
    filters = filters_of(
        site_id=params.site,
        kind=params.kind,
        parent_id=params.parent,
        category_id=params.category,
        external_id=params.external_id,
    )
    filters += titled(params.q) + _ARCHIVED[params.archived]
    query = page_of(request, filters=filters, order=sorted_by(params.order))
    page = await query_described_resources(ctx, query)
    return answered_list(
        request, query, page, lambda row: shown_resource(row, ctx.zone), record_of=lambda row: row.record
    )


async def create(ctx: Context, request: Received[None, ResourceInput]) -> Answered:
    patch, values = resource_patch(request.body), read_values(request.body.values)
    resource = await add_described_resource(ctx, patch, values)
    shown = shown_resource(resource, ctx.zone)
    return answered(resource.record, shown, location=f"/resources/{shown.id}")


async def show(ctx: Context, request: Received[ResourcePath, Any]) -> Answered:
    resource = await get_described_resource(ctx, request.params.resource_id)
    return answered(resource.record, shown_resource(resource, ctx.zone))


async def change(ctx: Context, request: Received[ResourcePath, ResourcePatch]) -> Answered:
    patch, values = resource_patch(request.body), read_values(request.body.values)
    resource = await change_described_resource(ctx, request.params.resource_id, patch, values)
    return answered(resource.record, shown_resource(resource, ctx.zone))


async def archive(ctx: Context, request: Received[ResourcePath, None]) -> Answered:
    await remove_resource(ctx, request.params.resource_id)
    return Answered()


async def show_tree(ctx: Context, request: Received[ResourcePath, None]) -> Answered:
    tree = await get_tree(ctx, request.params.resource_id)
    return Answered(value=shown_tree(tree, ctx.zone))


_RESOURCE = "/resources/{resource_id}"
_TRACKED = Tracked("resource", "resource_id", show)


OPERATIONS = (
    Operation(
        method="GET",
        path="/resources",
        handler=listing,
        id="list_resources",
        summary="List resources",
        description="Parts are listed like any other.",
        tag="Resources",
        scope="read",
        params=ListResources,
        answers={200: List[Resource]},
        expansions=OF_RESOURCES,
    ),
    Operation(
        method="POST",
        path="/resources",
        handler=create,
        id="create_resource",
        summary="Add a resource",
        tag="Resources",
        scope="manage",
        body=ResourceInput,
        answers={201: Resource},
        refusals=(NotFound,),
        names={"valid_until": "valid_to"},
        sample={"title": "Ada", "kind": "person"},
    ),
    Operation(
        method="GET",
        path=_RESOURCE,
        handler=show,
        id="get_resource",
        summary="Show a resource",
        tag="Resources",
        scope="read",
        params=ShowResource,
        answers={200: Resource},
        tracked=_TRACKED,
        expansions=OF_RESOURCES,
    ),
    Operation(
        method="PATCH",
        path=_RESOURCE,
        handler=change,
        id="change_resource",
        summary="Change a resource",
        tag="Resources",
        scope="manage",
        params=ResourcePath,
        body=ResourcePatch,
        answers={200: Resource},
        refusals=(InUse,),
        names={"valid_until": "valid_to"},
        sample={"title": "Ada L.", "capacity": 1},
        tracked=_TRACKED,
    ),
    Operation(
        method="DELETE",
        path=_RESOURCE,
        handler=archive,
        id="archive_resource",
        summary="Archive a resource",
        description="It is hidden with its parts, and nothing new is booked on it. It must have nothing ahead.",
        tag="Resources",
        scope="manage",
        params=ResourcePath,
        answers={204: None},
        refusals=(InUse,),
        tracked=_TRACKED,
    ),
    Operation(
        method="GET",
        path=f"{_RESOURCE}/tree",
        handler=show_tree,
        id="get_resource_tree",
        summary="Show a resource with all its parts",
        tag="Resources",
        scope="read",
        params=ResourcePath,
        answers={200: ResourceTree},
    ),
)

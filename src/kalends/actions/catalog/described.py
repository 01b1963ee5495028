"""Resources and services together with their values of custom fields, which are written in one transaction."""

from collections.abc import Mapping

from kalends.actions.access import allow
from kalends.actions.catalog.custom_fields import list_service_values, list_values, set_service_values, set_values
from kalends.actions.catalog.query import query_resources, query_services
from kalends.actions.catalog.resources import add_resource, change_resource, get_resource
from kalends.actions.catalog.services import add_service, change_service, get_service
from kalends.actions.context import Context, transaction
from kalends.engine.catalog.custom_field import Described, FieldValue
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.catalog.service import Service, ServicePatch
from kalends.engine.query import Page, Query


@allow("read")
async def query_described_resources(ctx: Context, query: Query) -> Page[Described[Resource]]:
    """One page of the resources at the caller's sites. Raises what `query_resources` raises."""
    page = await query_resources(ctx, query)
    values = await list_values(ctx, [resource.id for resource in page.rows])
    return Page([Described(resource, values.get(resource.id, {})) for resource in page.rows], page.total)


@allow("read")
async def get_described_resource(ctx: Context, resource_id: int) -> Described[Resource]:
    """Return one resource, active or not. Raises NotFound(resource)."""
    # Read first: should the values change meanwhile the revision is the one before that, and a change of it is refused.
    resource = await get_resource(ctx, resource_id)
    values = await list_values(ctx, [resource_id])
    return Described(resource, values.get(resource_id, {}))


@allow("manage")
async def add_described_resource(
    ctx: Context, patch: ResourcePatch, values: Mapping[int, FieldValue]
) -> Described[Resource]:
    """Add a resource with these values. Raises what `add_resource` and `set_values` raise."""
    async with transaction(ctx) as tx:
        resource = await add_resource(tx, patch)
        return await _with_resource_values(tx, resource, values)


@allow("manage")
async def change_described_resource(
    ctx: Context, resource_id: int, patch: ResourcePatch, values: Mapping[int, FieldValue]
) -> Described[Resource]:
    """Change a resource and those of its values that are named. Raises what `change_resource` and `set_values` do."""
    async with transaction(ctx) as tx:
        resource = await change_resource(tx, resource_id, patch)
        return await _with_resource_values(tx, resource, values)


@allow("read")
async def query_described_services(ctx: Context, query: Query) -> Page[Described[Service]]:
    """One page of the services. Raises what `query_services` raises."""
    page = await query_services(ctx, query)
    values = await list_service_values(ctx, [service.id for service in page.rows])
    return Page([Described(service, values.get(service.id, {})) for service in page.rows], page.total)


@allow("read")
async def get_described_service(ctx: Context, service_id: int) -> Described[Service]:
    """Return one service, active or not. Raises NotFound(service)."""
    service = await get_service(ctx, service_id)  # first, as above
    values = await list_service_values(ctx, [service_id])
    return Described(service, values.get(service_id, {}))


@allow("manage", whole_account=True)
async def add_described_service(
    ctx: Context, patch: ServicePatch, values: Mapping[int, FieldValue]
) -> Described[Service]:
    """Add a service with these values. Raises what `add_service` and `set_service_values` raise."""
    async with transaction(ctx) as tx:
        service = await add_service(tx, patch)
        return await _with_service_values(tx, service, values)


@allow("manage", whole_account=True)
async def change_described_service(
    ctx: Context, service_id: int, patch: ServicePatch, values: Mapping[int, FieldValue]
) -> Described[Service]:
    """Change a service and those of its values that are named. Raises what `change_service` and `set_service_values`
    raise."""
    async with transaction(ctx) as tx:
        service = await change_service(tx, service_id, patch)
        return await _with_service_values(tx, service, values)


async def _with_resource_values(
    ctx: Context, resource: Resource, values: Mapping[int, FieldValue]
) -> Described[Resource]:
    if values:
        await set_values(ctx, resource.id, values)
    return await get_described_resource(ctx, resource.id)


async def _with_service_values(ctx: Context, service: Service, values: Mapping[int, FieldValue]) -> Described[Service]:
    if values:
        await set_service_values(ctx, service.id, values)
    return await get_described_service(ctx, service.id)

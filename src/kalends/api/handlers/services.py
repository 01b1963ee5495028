"""Services: list, add, show, change and archive them, and say who serves them."""

from typing import Any

from msgspec import UNSET

from kalends.actions.catalog.described import (
    add_described_service,
    change_described_service,
    get_described_service,
    query_described_services,
)
from kalends.actions.catalog.services import remove_service
from kalends.actions.catalog.serving import get_providers, set_providers
from kalends.actions.context import Context
from kalends.api.expansions import RESOURCE
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.catalog import filters_of, read_values, sorted_by, titled
from kalends.api.schemas.providers import Providers, ProvidersInput, ShowProviders, provider_overrides, shown_providers
from kalends.api.schemas.services import (
    ListServices,
    Service,
    ServiceInput,
    ServicePatch,
    ServicePath,
    service_patch,
    shown_service,
)
from kalends.engine.query import Filter
from kalends.engine.refusals import Duplicate, NotFound

_ARCHIVED = {"no": (Filter("archived_at", "is_null"),), "yes": (Filter("archived_at", "not_null"),), "any": ()}


async def listing(ctx: Context, request: Received[ListServices, None]) -> Answered:
    params = request.params
    filters = filters_of(kind=params.kind) + titled(params.q) + _ARCHIVED[params.archived] + _served_by(params)
    query = page_of(request, filters=filters, order=sorted_by(params.order))
    page = await query_described_services(ctx, query)
    return answered_list(request, query, page, lambda row: shown_service(row, ctx), record_of=lambda row: row.record)


async def create(ctx: Context, request: Received[None, ServiceInput]) -> Answered:
    patch, values = service_patch(request.body, ctx), read_values(request.body.values)
    service = await add_described_service(ctx, patch, values)
    shown = shown_service(service, ctx)
    return answered(service.record, shown, location=f"/services/{shown.id}")


async def show(ctx: Context, request: Received[ServicePath, Any]) -> Answered:
    service = await get_described_service(ctx, request.params.service_id)
    return answered(service.record, shown_service(service, ctx))


async def change(ctx: Context, request: Received[ServicePath, ServicePatch]) -> Answered:
    patch, values = service_patch(request.body, ctx), read_values(request.body.values)
    service = await change_described_service(ctx, request.params.service_id, patch, values)
    return answered(service.record, shown_service(service, ctx))


async def archive(ctx: Context, request: Received[ServicePath, None]) -> Answered:
    await remove_service(ctx, request.params.service_id)
    return Answered()


async def show_providers(ctx: Context, request: Received[ShowProviders, Any]) -> Answered:
    providers = await get_providers(ctx, request.params.service_id)
    return answered(providers.service, shown_providers(providers, ctx))


async def replace_providers(ctx: Context, request: Received[ServicePath, ProvidersInput]) -> Answered:
    overrides = provider_overrides(request.body, ctx)
    providers = await set_providers(ctx, request.params.service_id, overrides, served_by_all=request.body.served_by_all)
    return answered(providers.service, shown_providers(providers, ctx))


def _served_by(params: ListServices) -> tuple[Filter, ...]:
    return () if params.resource is UNSET else (Filter("resource_ids", "has", params.resource),)


_SERVICE = "/services/{service_id}"
_TRACKED = Tracked("service", "service_id", show)

OPERATIONS = (
    Operation(
        method="GET",
        path="/services",
        handler=listing,
        id="list_services",
        summary="List services",
        tag="Services",
        scope="read",
        params=ListServices,
        answers={200: List[Service]},
    ),
    Operation(
        method="POST",
        path="/services",
        handler=create,
        id="create_service",
        summary="Add a service",
        tag="Services",
        scope="manage",
        body=ServiceInput,
        answers={201: Service},
        names={"valid_until": "valid_to"},
        sample={"title": "Massage", "duration": 60, "buffer_after": 15},
    ),
    Operation(
        method="GET",
        path=_SERVICE,
        handler=show,
        id="get_service",
        summary="Show a service",
        tag="Services",
        scope="read",
        params=ServicePath,
        answers={200: Service},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_SERVICE,
        handler=change,
        id="change_service",
        summary="Change a service",
        description="What is booked stays as it is.",
        tag="Services",
        scope="manage",
        params=ServicePath,
        body=ServicePatch,
        answers={200: Service},
        names={"valid_until": "valid_to"},
        sample={"title": "Long massage", "duration": 90},
        tracked=_TRACKED,
    ),
    Operation(
        method="DELETE",
        path=_SERVICE,
        handler=archive,
        id="archive_service",
        summary="Archive a service",
        description="It is hidden, and not booked any more. What is booked stays.",
        tag="Services",
        scope="manage",
        params=ServicePath,
        answers={204: None},
        tracked=_TRACKED,
    ),
    Operation(
        method="GET",
        path=f"{_SERVICE}/providers",
        handler=show_providers,
        id="get_providers",
        summary="Show who serves a service",
        tag="Services",
        scope="read",
        params=ShowProviders,
        answers={200: Providers},
        tracked=Tracked("service", "service_id", show_providers),
        expansions={"providers.resource": RESOURCE},
    ),
    Operation(
        method="PUT",
        path=f"{_SERVICE}/providers",
        handler=replace_providers,
        id="set_providers",
        summary="Say who serves a service",
        description="What is booked must still fit, if it takes more units of a resource then.",
        tag="Services",
        scope="manage",
        params=ServicePath,
        body=ProvidersInput,
        answers={200: Providers},
        refusals=(NotFound, Duplicate),
        names={"resource_id": "providers", "capacity": "providers"},
        sample={"served_by_all": False, "providers": [{"resource": "res_1042", "duration": 90}]},
        tracked=Tracked("service", "service_id", show_providers),
    ),
)

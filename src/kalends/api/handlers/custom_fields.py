"""Custom fields: list, add, show, change and archive them."""

from typing import Any

from kalends.actions.catalog.custom_fields import add_field, change_field, get_field
from kalends.actions.catalog.query import query_fields
from kalends.actions.context import Context
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.catalog import filters_of, titled
from kalends.api.schemas.custom_fields import (
    Field,
    FieldInput,
    FieldPatch,
    FieldPath,
    ListFields,
    field_patch,
    shown_field,
)
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.query import Filter, Sort
from kalends.engine.refusals import Duplicate

_ARCHIVED = {"no": (Filter("active", "equal", True),), "yes": (Filter("active", "equal", False),), "any": ()}


async def listing(ctx: Context, request: Received[ListFields, None]) -> Answered:
    params = request.params
    filters = filters_of(subject=params.subject, kind=params.kind) + titled(params.q) + _ARCHIVED[params.archived]
    query = page_of(request, filters=filters, order=(Sort("position"),))
    page = await query_fields(ctx, query)
    return answered_list(request, query, page, lambda field: shown_field(field, ctx.zone))


async def create(ctx: Context, request: Received[None, FieldInput]) -> Answered:
    patch = field_patch(request.body)
    field = await add_field(ctx, patch)
    shown = shown_field(field, ctx.zone)
    return answered(field, shown, location=f"/custom-fields/{shown.id}")


async def show(ctx: Context, request: Received[FieldPath, Any]) -> Answered:
    field = await get_field(ctx, request.params.field_id)
    return answered(field, shown_field(field, ctx.zone))


async def change(ctx: Context, request: Received[FieldPath, FieldPatch]) -> Answered:
    patch = field_patch(request.body)
    field = await change_field(ctx, request.params.field_id, patch)
    return answered(field, shown_field(field, ctx.zone))


async def archive(ctx: Context, request: Received[FieldPath, None]) -> Answered:
    await change_field(ctx, request.params.field_id, CustomFieldPatch(active=False))
    return Answered()


_FIELD = "/custom-fields/{field_id}"
_NAMES = {"service_ids": "services", "asked_if_id": "asked_if_field"}
_TRACKED = Tracked("custom_field", "field_id", show)

OPERATIONS = (
    Operation(
        method="GET",
        path="/custom-fields",
        handler=listing,
        id="list_custom_fields",
        summary="List custom fields",
        tag="Custom fields",
        scope="read",
        params=ListFields,
        answers={200: List[Field]},
    ),
    Operation(
        method="POST",
        path="/custom-fields",
        handler=create,
        id="create_custom_field",
        summary="Add a custom field",
        tag="Custom fields",
        scope="manage",
        body=FieldInput,
        answers={201: Field},
        refusals=(Duplicate,),
        names=_NAMES,
        sample={"title": "Floor", "kind": "select", "options": ["Ground", "First"]},
    ),
    Operation(
        method="GET",
        path=_FIELD,
        handler=show,
        id="get_custom_field",
        summary="Show a custom field",
        tag="Custom fields",
        scope="read",
        params=FieldPath,
        answers={200: Field},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_FIELD,
        handler=change,
        id="change_custom_field",
        summary="Change a custom field",
        tag="Custom fields",
        scope="manage",
        params=FieldPath,
        body=FieldPatch,
        answers={200: Field},
        refusals=(Duplicate,),
        names=_NAMES,
        sample={"title": "Storey"},
        tracked=_TRACKED,
    ),
    Operation(
        method="DELETE",
        path=_FIELD,
        handler=archive,
        id="archive_custom_field",
        summary="Archive a custom field",
        description="It is hidden. Values that are there stay.",
        tag="Custom fields",
        scope="manage",
        params=FieldPath,
        answers={204: None},
        tracked=_TRACKED,
    ),
)

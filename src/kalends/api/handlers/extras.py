"""Extras that can go with bookings: list, add, show, change and archive them."""

from typing import Any

from msgspec import UNSET

from kalends.actions.catalog import add_ons
from kalends.actions.context import Context
from kalends.api.ids import read_any_id
from kalends.api.lists import List, answered_rows, read_cursor, write_cursor
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.extras import (
    AddOn,
    AddOnInput,
    AddOnPatch,
    ExtraPath,
    ListExtras,
    add_on_patch,
    is_listed,
    kind_of,
    shown_extra,
)
from kalends.engine.catalog.add_on import AddOnPatch as EnginePatch
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.refusals import InUse, NotFound

_GET = {"resource": add_ons.get_inventory, "service": add_ons.get_product}
_ADD = {"inventory": add_ons.add_inventory, "service": add_ons.add_product}
_CHANGE = {"resource": add_ons.change_inventory, "service": add_ons.change_product}


async def listing(ctx: Context, request: Received[ListExtras, None]) -> Answered:
    after, limit = read_cursor(request) or (), request.params.limit
    every = await add_ons.list_linked_add_ons(ctx, with_inactive=request.params.archived != "no")
    listed = [add_on for add_on in every if is_listed(add_on, request.params)]
    page = [add_on for add_on in listed if _position(add_on) > after]
    cursor = write_cursor(request, _position(page[limit - 1])) if len(page) > limit else None
    total = len(listed) if request.params.count else UNSET
    return answered_rows(request, [shown_extra(add_on, ctx.zone) for add_on in page[:limit]], cursor, total)


async def create(ctx: Context, request: Received[None, AddOnInput]) -> Answered:
    patch = add_on_patch(request.body)
    extra = await _ADD[request.body.kind](ctx, patch)
    shown = shown_extra(extra, ctx.zone)
    return answered(extra.thing, shown, location=f"/extras/{shown.id}")


async def show(ctx: Context, request: Received[ExtraPath, Any]) -> Answered:
    kind, number = _named(request)
    extra = await _GET[kind](ctx, number)
    return answered(extra.thing, shown_extra(extra, ctx.zone))


async def change(ctx: Context, request: Received[ExtraPath, AddOnPatch]) -> Answered:
    (kind, number), patch = _named(request), add_on_patch(request.body)
    extra = await _CHANGE[kind](ctx, number, patch)
    return answered(extra.thing, shown_extra(extra, ctx.zone))


async def archive(ctx: Context, request: Received[ExtraPath, None]) -> Answered:
    kind, number = _named(request)
    await _CHANGE[kind](ctx, number, EnginePatch(active=False))
    return Answered()


def _named(request: Received[ExtraPath, Any]) -> tuple[str, int]:
    """The kind and number of the id in the path. Raises NotFound(extra)."""
    for kind, number in read_any_id(request.params.extra_id).items():
        if kind in _GET:
            return kind, number
    raise NotFound("extra", request.params.extra_id)


def _position(add_on: LinkedAddOn) -> tuple[str, int]:
    return kind_of(add_on), add_on.thing.id


_EXTRA = "/extras/{extra_id}"
_TRACKED = Tracked("", "extra_id", show)

OPERATIONS = (
    Operation(
        method="GET",
        path="/extras",
        handler=listing,
        id="list_extras",
        summary="List extras",
        tag="Extras",
        scope="read",
        params=ListExtras,
        answers={200: List[AddOn]},
    ),
    Operation(
        method="POST",
        path="/extras",
        handler=create,
        id="create_extra",
        summary="Add an extra",
        tag="Extras",
        scope="manage",
        body=AddOnInput,
        answers={201: AddOn},
        refusals=(NotFound,),
        names={"resource_ids": "resources"},
        sample={"kind": "inventory", "title": "Projector", "quantity": 3},
    ),
    Operation(
        method="GET",
        path=_EXTRA,
        handler=show,
        id="get_extra",
        summary="Show an extra",
        tag="Extras",
        scope="read",
        params=ExtraPath,
        answers={200: AddOn},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_EXTRA,
        handler=change,
        id="change_extra",
        summary="Change an extra",
        tag="Extras",
        scope="manage",
        params=ExtraPath,
        body=AddOnPatch,
        answers={200: AddOn},
        refusals=(InUse,),
        names={"resource_ids": "resources", "capacity": "quantity", "notes": "description"},
        sample={"quantity": 4},
        tracked=_TRACKED,
    ),
    Operation(
        method="DELETE",
        path=_EXTRA,
        handler=archive,
        id="archive_extra",
        summary="Archive an extra",
        description="It is hidden, and goes with no new booking. Inventory must have nothing ahead.",
        tag="Extras",
        scope="manage",
        params=ExtraPath,
        answers={204: None},
        refusals=(InUse,),
        tracked=_TRACKED,
    ),
)

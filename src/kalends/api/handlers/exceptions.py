"""Exceptions to the weekly opening hours, of resources and of sites: the same operations below either path."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from kalends.actions.availability.exceptions import (
    add_exception,
    change_exception,
    get_exception,
    query_exceptions,
    remove_exception,
)
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.sites import get_site
from kalends.actions.context import Context
from kalends.api.ids import write_id
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.exceptions import (
    ListOfResource,
    ListOfSite,
    OfResource,
    OfSite,
    OneOfResource,
    OneOfSite,
    OpeningException,
    OpeningExceptionInput,
    OpeningExceptionPatch,
    date_filters,
    exception_patch,
    shown_exception,
)
from kalends.engine.availability.exception_entry import ExceptionEntry
from kalends.engine.query import Filter, Sort

_LIST_ORDER = (Sort("day_from"),)
_NAMES = {"day_from": "from", "day_until": "to", "service_ids": "services"}


class _Params(msgspec.Struct, frozen=True):
    """The parameters of the operations below one path."""

    listing: type[msgspec.Struct]
    of: type[msgspec.Struct]
    one: type[msgspec.Struct]


_PARAMS: Mapping[str, _Params] = {
    "resource": _Params(ListOfResource, OfResource, OneOfResource),
    "site": _Params(ListOfSite, OfSite, OneOfSite),
}


async def listing(ctx: Context, request: Received[Any, None]) -> Answered:
    owner = _owner_of(request)
    await _check_owner(ctx, owner)
    filters = tuple(Filter(name, "equal", owner_id) for name, owner_id in owner.items())
    query = page_of(request, filters=filters + date_filters(request.params), order=_LIST_ORDER)
    page = await query_exceptions(ctx, query)
    return answered_list(request, query, page, lambda exception: shown_exception(exception, ctx.zone))


async def create(ctx: Context, request: Received[Any, OpeningExceptionInput]) -> Answered:
    patch = exception_patch(request.body)
    exception = await add_exception(ctx, patch, **_owner_of(request))
    location = f"{_path_of(exception)}/{write_id('exception', exception.id)}"
    return answered(exception, shown_exception(exception, ctx.zone), location=location)


async def show(ctx: Context, request: Received[Any, Any]) -> Answered:
    exception = await get_exception(ctx, request.params.exception_id, **_owner_of(request))
    return answered(exception, shown_exception(exception, ctx.zone))


async def change(ctx: Context, request: Received[Any, OpeningExceptionPatch]) -> Answered:
    patch = exception_patch(request.body)
    exception = await change_exception(ctx, request.params.exception_id, patch, **_owner_of(request))
    return answered(exception, shown_exception(exception, ctx.zone))


async def remove(ctx: Context, request: Received[Any, None]) -> Answered:
    await remove_exception(ctx, request.params.exception_id, **_owner_of(request))
    return Answered()


def _owner_of(request: Received[Any, Any]) -> dict[str, int]:
    """The resource or site in the path, as the engine's field and its id."""
    ids = ((name, getattr(request.params, name, None)) for name in ("resource_id", "site_id"))
    return {name: owner_id for name, owner_id in ids if owner_id is not None}


async def _check_owner(ctx: Context, owner: Mapping[str, int]) -> None:
    for name, owner_id in owner.items():
        await (get_resource if name == "resource_id" else get_site)(ctx, owner_id)


def _path_of(exception: ExceptionEntry) -> str:
    if exception.resource_id is not None:
        return f"/resources/{write_id('resource', exception.resource_id)}/exceptions"
    return f"/sites/{write_id('site', exception.site_id or 0)}/exceptions"


Owner: TypeAlias = Literal["resource", "site"]
_PATH = "/{0}s/{{{0}_id}}/exceptions"
_TRACKED = Tracked("exception_entry", "exception_id", show)


def _all(owner: Owner) -> tuple[Operation, ...]:
    path, params = _PATH.format(owner), _PARAMS[owner]
    return (
        Operation(
            method="GET",
            path=path,
            handler=listing,
            id=f"list_{owner}_exceptions",
            summary=f"List the exceptions of a {owner}",
            tag="Opening hours",
            scope="read",
            params=params.listing,
            answers={200: List[OpeningException]},
        ),
        Operation(
            method="POST",
            path=path,
            handler=create,
            id=f"create_{owner}_exception",
            summary=f"Add an exception to the hours of a {owner}",
            description="On its dates the weekly hours and holidays don't count. Several on one date add up.",
            tag="Opening hours",
            scope="manage",
            params=params.of,
            body=OpeningExceptionInput,
            answers={201: OpeningException},
            names=_NAMES,
            sample={"from": "2027-07-01", "to": "2027-07-15", "title": "Holiday"},
        ),
    )


def _one(owner: Owner) -> tuple[Operation, ...]:
    path, params = f"{_PATH.format(owner)}/{{exception_id}}", _PARAMS[owner]
    return (
        Operation(
            method="GET",
            path=path,
            handler=show,
            id=f"get_{owner}_exception",
            summary=f"Show an exception of a {owner}",
            tag="Opening hours",
            scope="read",
            params=params.one,
            answers={200: OpeningException},
            tracked=_TRACKED,
        ),
    )


def _changes(owner: Owner) -> tuple[Operation, ...]:
    path, params = f"{_PATH.format(owner)}/{{exception_id}}", _PARAMS[owner]
    return (
        Operation(
            method="PATCH",
            path=path,
            handler=change,
            id=f"change_{owner}_exception",
            summary=f"Change an exception of a {owner}",
            tag="Opening hours",
            scope="manage",
            params=params.one,
            body=OpeningExceptionPatch,
            answers={200: OpeningException},
            names=_NAMES,
            sample={"opens": "08:00", "closes": "12:00"},
            tracked=_TRACKED,
        ),
        Operation(
            method="DELETE",
            path=path,
            handler=remove,
            id=f"remove_{owner}_exception",
            summary=f"Remove an exception of a {owner}",
            tag="Opening hours",
            scope="manage",
            params=params.one,
            answers={204: None},
            tracked=_TRACKED,
        ),
    )


_PARTS = (_all, _one, _changes)
OWNERS: tuple[Owner, ...] = ("resource", "site")
OPERATIONS = tuple(operation for owner in OWNERS for part in _PARTS for operation in part(owner))

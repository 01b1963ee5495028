"""Services that are there already, and who serves them in which way."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.access import allow, check_whole_account
from kalends.actions.catalogue import get_resource, new_service
from kalends.actions.context import Context, transaction
from kalends.actions.noting import note, note_images
from kalends.engine.catalogue import Service, ServiceAssignment
from kalends.engine.details import merged
from kalends.engine.openings import Opening
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import catalogue
from kalends.store.ids import next_ids
from kalends.store.openings import find_own_openings, save_openings

_KEPT = ("account_id", "id", "created_at", "updated_at")
_LENGTHS = (("duration", 1), ("step", 1), ("buffer_before", 0), ("buffer_after", 0))
_YEAR = 366 * 1440


@allow("manage", whole_account=True)
async def change_service(ctx: Context, service_id: int, fields: Mapping[str, Any]) -> Service:
    """Change some fields of a service, named as in engine.catalogue.Service. What is booked stays as it is.

    A step that was as long as the service stays so. Raises Forbidden to a key that is limited to sites,
    NotFound(service), Invalid.
    """
    async with transaction(ctx) as tx:
        present = await _held_service(tx, service_id)
        given = {name: value for name, value in fields.items() if name not in _KEPT}
        given["details"] = merged(present.details, given.get("details") or {})
        if "duration" in given and present.step == present.duration:
            given.setdefault("step", given["duration"])
        wanted = new_service(tx, service_id, {**msgspec.structs.asdict(present), **given})
        if wanted == present:
            return present
        wanted = msgspec.structs.replace(wanted, updated_at=ctx.now)
        await catalogue.save_service(tx.db, wanted)
        await note(tx, "change", present, wanted)
        return wanted


@allow("manage", whole_account=True)
async def remove_service(ctx: Context, service_id: int) -> Service:
    """Take a service out of use; what is booked of it stays, and again it changes nothing.

    Raises Forbidden to a key that is limited to sites, NotFound(service).
    """
    return await change_service(ctx, service_id, {"active": False})


@allow("read", "customer", "guest")
async def list_services_of(ctx: Context, kinds: Sequence[str], with_inactive: bool = False) -> list[Service]:
    """The services of these kinds in the order they are to be shown."""
    found = await catalogue.find_services(ctx.db, ctx.account.id, with_inactive=with_inactive)
    return [service for service in found if service.kind in kinds]


@allow("read", "customer", "guest")
async def list_serving(ctx: Context, service_ids: Sequence[int] | None = None) -> list[ServiceAssignment]:
    """Which active resources are named to serve these services, or any, service by service, the best first."""
    return await catalogue.find_serving(ctx.db, ctx.account.id, service_ids=service_ids, site_ids=ctx.site_ids)


@allow("read", "customer", "guest")
async def get_serving(ctx: Context, serving_id: int) -> ServiceAssignment:
    """How one resource serves one service. Raises NotFound(serving)."""
    found = await catalogue.find_serving(ctx.db, ctx.account.id, [serving_id], site_ids=ctx.site_ids)
    if not found:
        raise NotFound("service_assignment", serving_id)
    return found[0]


@allow("read", "customer", "guest")
async def openings_of_serving(ctx: Context, serving_ids: Sequence[int]) -> dict[int, list[Opening]]:
    """The weekly hours kept for services on resources; they count where the service has `own_hours`."""
    return await find_own_openings(ctx.db, ctx.account.id, serving_ids)


@allow("manage")
async def add_serving(ctx: Context, fields: Mapping[str, Any], openings: Sequence[Opening] = ()) -> ServiceAssignment:
    """Name a resource to serve a service, from fields of engine.catalogue.ServiceAssignment, with hours of its own.

    From then on only those who are named serve it, even when none is left. Raises NotFound(service or resource),
    Duplicate(resource_id), Invalid, and Forbidden to a key that is limited to sites while all of them serve it.
    """
    async with transaction(ctx) as tx:
        (serving_id,) = await next_ids(tx.db, "service_resource")
        made = {"position": None, **fields, "account_id": ctx.account.id, "id": serving_id}
        serving = _checked(made | {"created_at": ctx.now, "updated_at": ctx.now})
        await get_resource(tx, serving.resource_id)
        await _only_named(tx, serving.service_id)
        await catalogue.add_serving(tx.db, serving)
        await _open(tx, serving, openings)
        await note(tx, "add", None, serving)
    return serving


@allow("manage")
async def change_serving(
    ctx: Context, serving_id: int, fields: Mapping[str, Any], openings: Sequence[Opening] | None = None
) -> ServiceAssignment:
    """Change how a resource serves a service, or which one does; `openings` replace the hours kept for it there.

    Raises NotFound(serving, service or resource), Duplicate(resource_id), Invalid, Forbidden as `add_serving` does.
    """
    async with transaction(ctx) as tx:
        present = await _held_serving(tx, serving_id)
        given = {name: value for name, value in fields.items() if name not in _KEPT}
        wanted = _checked({**msgspec.structs.asdict(present), **given, "updated_at": ctx.now})
        await get_resource(tx, wanted.resource_id)
        moved = (wanted.service_id, wanted.resource_id) != (present.service_id, present.resource_id)
        kept = (await openings_of_serving(tx, [serving_id]))[serving_id] if moved else []
        if moved:
            await _open(tx, present, ())
            await _only_named(tx, wanted.service_id)
        await catalogue.save_serving(tx.db, wanted)
        if moved or openings is not None:
            await _open(tx, wanted, kept if openings is None else openings)
        await note(tx, "change", present, wanted)
        return wanted


@allow("manage")
async def remove_serving(ctx: Context, serving_id: int) -> ServiceAssignment:
    """The resource is not named to serve the service any more; its hours for it are gone. Raises NotFound(serving)."""
    async with transaction(ctx) as tx:
        present = await _held_serving(tx, serving_id)
        await _only_named(tx, present.service_id)
        await _open(tx, present, ())
        await catalogue.drop_serving(tx.db, ctx.account.id, serving_id)
        await note(tx, "remove", present, None)
        return present


async def _held_service(ctx: Context, service_id: int) -> Service:
    found = await catalogue.lock_service(ctx.db, ctx.account.id, service_id)
    if found is None:
        raise NotFound("service", service_id)
    return found


async def _held_serving(ctx: Context, serving_id: int) -> ServiceAssignment:
    """Read again once its service is held; it may be another service's by then."""
    while True:
        found = await get_serving(ctx, serving_id)
        await _held_service(ctx, found.service_id)
        present = await get_serving(ctx, serving_id)
        if present.service_id == found.service_id:
            return present


async def _only_named(ctx: Context, service_id: int) -> None:
    present = await _held_service(ctx, service_id)
    if present.served_by_all:
        check_whole_account(ctx)
        wanted = msgspec.structs.replace(present, served_by_all=False, updated_at=ctx.now)
        await catalogue.save_service(ctx.db, wanted)
        await note(ctx, "change", present, wanted)


async def _open(ctx: Context, serving: ServiceAssignment, openings: Sequence[Opening]) -> None:
    before = (await openings_of_serving(ctx, [serving.id]))[serving.id]
    if set(before) == set(openings):
        return
    await save_openings(ctx.db, ctx.account.id, serving.resource_id, openings, serving.service_id)
    await note_images(ctx, "open", "service_assignment", serving.id, {"openings": before}, {"openings": list(openings)})


def _checked(fields: Mapping[str, Any]) -> ServiceAssignment:
    faults = [Fault(name, "blank") for name in ("service_id", "resource_id") if fields.get(name) is None]
    for name, least in _LENGTHS:
        minutes = fields.get(name)
        faults += [] if minutes is None or least <= minutes <= _YEAR else [Fault(name, "out_of_range")]
    if faults:
        raise Invalid(*faults)
    return ServiceAssignment(**fields)

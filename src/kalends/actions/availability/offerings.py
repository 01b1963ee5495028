"""Resources with what they offer: their services, how many of each at one time, and their weekly intervals."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial

import msgspec
from msgspec import UNSET

from kalends.actions.access import allow, internal
from kalends.actions.catalog.resources import (
    add_resource,
    change_resource,
    get_resource,
    list_resources,
    lock_resource,
    lock_trees,
)
from kalends.actions.catalog.services import (
    add_service,
    change_service,
    journal_serving,
    list_services_of,
    lock_service,
)
from kalends.actions.context import Context
from kalends.actions.save import Subject, save, save_images
from kalends.engine.availability.interval import Interval, openings_of
from kalends.engine.availability.offering import (
    OfferedService,
    Offering,
    ShownService,
    check_offered,
    shared_capacity,
    shown_service,
)
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource, ResourcePatch, changed_resource
from kalends.engine.catalog.service import Service, changed_service
from kalends.engine.refusals import Fault, Forbidden, Invalid
from kalends.engine.time.clock import MINUTES_A_DAY
from kalends.store import commit
from kalends.store.availability.openings import find_intervals
from kalends.store.catalog import services as store
from kalends.store.ids import next_ids
from kalends.store.laws import is_overfull

ALWAYS = Interval(0, "", tuple(range(1, 8)), 0, MINUTES_A_DAY)
"""How the hours of a resource that is always open are shown; as the id says, there is no such interval."""


@allow("read")
async def list_offerings(ctx: Context, site_id: int | None, day: date) -> list[Offering]:
    """The resources that are in use on a date, at this site or (None) any, with what they offer then.

    Inventory is left out, which is only taken with others. Raises NotFound(site).
    """
    every = {resource.id: resource for resource in await list_resources(ctx)}
    return await offerings_of(
        ctx,
        [
            resource
            for resource in every.values()
            if resource.kind != "inventory"
            and site_id in (None, resource.site_id)
            and (resource.valid_from is None or resource.valid_from <= day)
            and (resource.valid_until is None or day < resource.valid_until)
        ],
        day,
    )


@internal
async def offerings_of(ctx: Context, resources: Sequence[Resource], day: date) -> list[Offering]:
    """What these resources offer, with the intervals that are valid on a date."""
    services = await list_services_of(ctx, ["appointment"])
    overrides = await store.find_overrides(ctx.db, ctx.account.id, [service.id for service in services])
    by_pair = {(override.resource_id, override.service_id): override for override in overrides}
    path_ids = {resource_id for resource in resources for resource_id in resource.path}
    intervals = await find_intervals(ctx.db, ctx.account.id, sorted(path_ids))
    always_open = {resource.id: resource.always_open for resource in await list_resources(ctx, with_inactive=True)}
    return [
        Offering(
            resource,
            tuple(
                shown_service(resource, service, by_pair.get((resource.id, service.id)))
                for service in services
                if service.served_by_all or (resource.id, service.id) in by_pair
            ),
            tuple(_shown_intervals(resource, intervals, always_open, day)),
        )
        for resource in resources
    ]


@internal
async def put_offering(
    ctx: Context,
    resource_id: int | None,
    patch: ResourcePatch,
    services: Sequence[OfferedService],
    intervals: Sequence[Interval],
) -> Resource:
    """In the action's transaction: add a resource, or change it, so that it offers these services at these intervals.

    A service whose id is not known is a new one, which intervals may name by that id; an interval without an id, or
    with an unknown one, is new. Intervals of other seasons stay.

    Raises NotFound(site, resource), Forbidden to a key of some sites for words of a service that others serve too,
    Invalid as `check_offered`, `shared_capacity`, new_service and changed_resource do, or (services: unsupported for a
    service that every resource serves on the same terms; service_ids: unknown; capacity: below_booked).
    """
    check_offered(services)
    if resource_id is None:
        resource = await add_resource(ctx, patch, [])
    else:
        resource = await get_resource(ctx, resource_id)
    await lock_trees(ctx, [resource.id], [patch.site_id] if patch.site_id is not UNSET else [])
    resource = await get_resource(ctx, resource.id)
    (present,) = await offerings_of(ctx, [resource], ctx.today)
    service_ids = await _put_services(ctx, present, services)
    openings = None
    new_intervals = [_named(interval, service_ids, present.intervals) for interval in intervals]
    if resource_id is None or new_intervals != list(present.intervals):
        others = (await find_intervals(ctx.db, ctx.account.id, [resource.id]))[resource.id]
        new_intervals += [interval for interval in others if not interval.is_valid(ctx.today)]
        openings = openings_of(new_intervals, await next_ids(ctx.db, "opening", len(new_intervals)))
    return await change_resource(ctx, resource.id, patch, openings)


async def _put_services(ctx: Context, present: Offering, services: Sequence[OfferedService]) -> dict[int, int]:
    """Have the resource offer these services and no others. Returns the id of each by the id that was sent."""
    resource, shown = present.resource, {service.service.id: service for service in present.services}
    every = {service.id: service for service in await list_services_of(ctx, ["appointment"])}
    capacity, units = shared_capacity(resource, shown, services)
    for service_id in sorted(shown.keys() | (every.keys() & {offered.service_id for offered in services})):
        await lock_service(ctx, service_id)
    service_ids: dict[int, int] = {}
    overrides: list[ServiceOverride] = []
    for offered, taken in zip(services, units, strict=True):
        known = every.get(offered.service_id or 0)
        service = await (_put_words(ctx, known, offered) if known else _new_service(ctx, offered))
        if offered.service_id is not None:
            service_ids[offered.service_id] = service.id
        override = _override(resource, service, shown.get(service.id), offered, taken)
        overrides += [override] if override else []
    await _save_overrides(ctx, present, overrides)
    if capacity != resource.capacity or overrides != _overrides_of(present):
        await _share(ctx, await lock_resource(ctx, resource.id), capacity)
    return {**{service_id: service_id for service_id in every}, **service_ids}


def _overrides_of(present: Offering) -> list[ServiceOverride]:
    return [shown.override for shown in present.services if shown.override]


async def _put_words(ctx: Context, service: Service, offered: OfferedService) -> Service:
    if changed_service(service, offered.patch, ctx.now) == service:
        return service
    if ctx.site_ids is not None:
        seen = {resource.id for resource in await list_resources(ctx, with_inactive=True)}
        serving = await store.find_overrides(ctx.db, ctx.account.id, [service.id])
        if service.served_by_all or any(override.resource_id not in seen for override in serving):
            raise Forbidden()
    return await change_service(ctx, service.id, offered.patch)


async def _new_service(ctx: Context, offered: OfferedService) -> Service:
    patch = msgspec.structs.replace(offered.patch, duration=offered.duration, served_by_all=False)
    return await add_service(ctx, patch)


def _override(
    resource: Resource, service: Service, shown: ShownService | None, offered: OfferedService, units: int
) -> ServiceOverride | None:
    """How the resource serves a service from now on; None if it is not assigned to it, as all resources serve it."""
    resource_units = units if units > 1 else None
    if shown is not None and shown.override is None:
        if (shown.duration, resource_units) != (offered.duration, None):
            raise Invalid(Fault("services", "unsupported"))
        return None
    before = shown.override if shown else None
    present = before or ServiceOverride(service.account_id, service.id, resource.id)
    duration = None if offered.duration == service.duration else offered.duration
    if shown is not None and shown.duration == offered.duration:
        duration = present.duration
    return msgspec.structs.replace(present, duration=duration, resource_units=resource_units)


async def _save_overrides(ctx: Context, present: Offering, overrides: Sequence[ServiceOverride]) -> None:
    resource_id, before = present.resource.id, _overrides_of(present)
    write = partial(store.save_offered, ctx.db, ctx.account.id, resource_id, overrides, ctx.now)
    images = [{"serves": sorted(serves, key=lambda override: override.service_id)} for serves in (before, overrides)]
    service_ids = {override.service_id for override in (*before, *overrides)}
    serving = await store.find_overrides(ctx.db, ctx.account.id, list(service_ids))
    if await save_images(ctx, "serve", Subject("resource", resource_id), images[0], images[1], write):
        await journal_serving(ctx, serving, service_ids)


async def _share(ctx: Context, resource: Resource, capacity: int) -> None:
    """Give a resource the capacity that its services share; what is booked takes its part of it."""
    await save(ctx, resource, changed_resource(resource, ResourcePatch(capacity=capacity)))
    await commit.rescale_items(ctx.db, ctx.account.id, resource.id, resource.capacity, capacity)
    await commit.rescale_blocks(ctx.db, ctx.account.id, resource.id)
    if await is_overfull(ctx.db, ctx.account.id, resource.path[0], ctx.now):
        raise Invalid(Fault("capacity", "below_booked"))
    await commit.sync_exclusive(ctx.db, ctx.account.id, resource.id, ctx.now)


def _named(interval: Interval, service_ids: Mapping[int, int], present: Iterable[Interval]) -> Interval:
    """The interval with the services that it names, as it is valid now. Raises Invalid(service_ids: unknown)."""
    named = interval.service_ids
    if named is not None and not named <= service_ids.keys():
        raise Invalid(Fault("service_ids", "unknown"))
    known = next((shown for shown in present if shown.id == interval.id), None)
    return msgspec.structs.replace(
        interval,
        id=known.id if known else None,
        service_ids=None if named is None else frozenset(service_ids[service_id] for service_id in named),
        valid_from=known.valid_from if known else None,
        valid_until=known.valid_until if known else None,
    )


def _shown_intervals(
    resource: Resource, intervals: Mapping[int, Sequence[Interval]], always_open: Mapping[int, bool], day: date
) -> list[Interval]:
    """The intervals of the resource, or of the nearest on the way up that has hours, which are those of its parts."""
    for resource_id in reversed(resource.path):
        if not always_open.get(resource_id, True):
            return [interval for interval in intervals[resource_id] if interval.is_valid(day)]
    return [ALWAYS]

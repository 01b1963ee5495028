"""What an account offers: sites, resources with their parts and openings, services and who serves them."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from kalends.actions.access import allow, internal
from kalends.actions.context import Context, transaction
from kalends.actions.noting import note, note_images
from kalends.engine.catalogue import SERVICE_KINDS, Resource, Service, ServiceOverride, Site
from kalends.engine.clock import zone
from kalends.engine.openings import Opening
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import catalogue, resources
from kalends.store.bookings.timelines import list_serving
from kalends.store.ids import next_ids
from kalends.store.openings import find_openings, save_openings

KINDS = ("person", "space", "equipment", "inventory")
DEEPEST = 4
"""Levels of a tree of resources, the root counted."""

_OFFERED = tuple(name for name in ServiceOverride.__struct_fields__ if name not in ("account_id", "service_id"))
_MOST = 100_000
_YEAR = 366 * 1440
_SERVICE_BOUNDS = (
    ("duration", 1, _YEAR),
    ("step", 1, _YEAR),
    ("buffer_before", 0, _YEAR),
    ("buffer_after", 0, _YEAR),
    ("notice", 0, 100 * _YEAR),
    ("horizon", 0, 100 * _YEAR),
    ("most_units", 1, _MOST),
)


@allow("read", "customer", "guest")
async def list_sites(ctx: Context) -> list[Site]:
    """The sites that the key may see, the oldest first."""
    sites = await resources.find_sites(ctx.db, ctx.account.id)
    return [site for site in sites if ctx.sees(site.id)]


@allow("read", "customer", "guest")
async def list_resources(ctx: Context, with_inactive: bool = False) -> list[Resource]:
    """The resources at the sites that the key may see, parts too, in the order they are to be shown."""
    return await resources.find_resources(ctx.db, ctx.account.id, site_ids=ctx.site_ids, with_inactive=with_inactive)


@allow("read", "customer", "guest")
async def get_resource(ctx: Context, resource_id: int) -> Resource:
    """One resource, active or not. Raises NotFound(resource)."""
    found = await resources.find_resources(ctx.db, ctx.account.id, [resource_id], ctx.site_ids)
    if not found:
        raise NotFound("resource", resource_id)
    return found[0]


@allow("manage")
async def add_resource(ctx: Context, fields: Mapping[str, Any], openings: Sequence[Opening] | None = None) -> Resource:
    """A new resource from fields of engine.catalogue.Resource; with openings it is open then, without it always is.

    A part (`parent_id`) stands at the site of the whole; anything else at `site_id` or, without one, at the account's
    first site, which is made when there is none. Raises Invalid, NotFound(site or resource).
    """
    async with transaction(ctx) as tx:
        parent = await get_resource(tx, fields["parent_id"]) if fields.get("parent_id") is not None else None
        site_id = parent.site_id if parent else await _site(tx, fields.get("site_id"))
        (resource_id,) = await next_ids(tx.db, "resource")
        given = {
            "site_id": site_id,
            "path": (*(parent.path if parent else ()), resource_id),
            "always_open": fields.get("always_open", openings is None),
        }
        resource = new_resource(tx, resource_id, {**fields, **given})
        await resources.add_resource(tx.db, resource)
        await note(tx, "add", None, resource)
        if openings:
            await save_openings(tx.db, ctx.account.id, resource_id, openings)
    return resource


@internal
async def zone_at(ctx: Context, resource: Resource | None) -> ZoneInfo:
    """The time zone of the site where a resource stands; the account's for what is at no resource."""
    sites = await resources.find_sites(ctx.db, ctx.account.id) if resource else []
    return next((zone(site.time_zone) for site in sites if resource and site.id == resource.site_id), ctx.zone)


@allow("read", "customer", "guest")
async def openings_of(ctx: Context, resource_ids: Sequence[int]) -> dict[int, list[Opening]]:
    """The weekly openings of these resources themselves; none for one that is always open."""
    return await find_openings(ctx.db, ctx.account.id, list(resource_ids))


@allow("read", "customer", "guest")
async def list_services(ctx: Context, with_inactive: bool = False) -> list[Service]:
    """The services in the order they are to be shown."""
    return await catalogue.find_services(ctx.db, ctx.account.id, with_inactive=with_inactive)


@allow("read", "customer", "guest")
async def get_service(ctx: Context, service_id: int) -> Service:
    """One service, active or not. Raises NotFound(service)."""
    found = await catalogue.find_services(ctx.db, ctx.account.id, [service_id])
    if not found:
        raise NotFound("service", service_id)
    return found[0]


@allow("manage", whole_account=True)
async def add_service(ctx: Context, fields: Mapping[str, Any], resource_ids: Sequence[int] | None = None) -> Service:
    """A new service from fields of engine.catalogue.Service, served by these resources.

    When none is named, any active one serves it. `step` is as long as the service unless it is given.
    Raises Forbidden to a key that is limited to sites, Invalid, NotFound(resource).
    """
    async with transaction(ctx) as tx:
        (service_id,) = await next_ids(tx.db, "service")
        service = new_service(tx, service_id, {"served_by_all": not resource_ids, **fields})
        await catalogue.add_service(tx.db, service)
        await note(tx, "add", None, service)
        if resource_ids:
            offered = [
                ServiceOverride(ctx.account.id, service_id, resource_id) for resource_id in dict.fromkeys(resource_ids)
            ]
            await name_serving(tx, service_id, [], offered)
    return service


@internal
async def name_serving(
    ctx: Context, service_id: int, before: Sequence[ServiceOverride], after: Sequence[ServiceOverride]
) -> None:
    """In the action's transaction: have these serve a service, and in which way, in place of those who did.

    Raises NotFound(resource).
    """
    await catalogue.save_offered(ctx.db, ctx.account.id, service_id, after, ctx.now)
    images = (
        {"serving": [{name: getattr(one, name) for name in _OFFERED} for one in each]} for each in (before, after)
    )
    await note_images(ctx, "serve", "service", service_id, *images)


@internal
async def resources_of(ctx: Context, service_id: int) -> list[Resource]:
    """The active resources that can serve a service and that the key may see, best first.

    Those named for it, or any if none is and nobody was ever named.
    """
    serving = await list_serving(ctx.db, ctx.account.id, service_id)
    return [one for one in serving if ctx.sees(one.site_id)]


def new_resource(ctx: Context, resource_id: int, fields: Mapping[str, Any]) -> Resource:
    """The resource that these fields, checked, describe; all but site and path may be missing. Raises Invalid."""
    defaults: dict[str, Any] = {
        "account_id": ctx.account.id,
        "id": resource_id,
        "parent_id": None,
        "kind": "person",
        "title": "",
        "notes": "",
        "capacity": 1,
        "always_open": True,
        "position": 0,
        "external_id": None,
        "active": True,
        "details": {},
        "created_at": ctx.now,
        "updated_at": ctx.now,
    }
    resource = Resource(**{**defaults, **fields})
    faults = [] if resource.title.strip() else [Fault("title", "blank")]
    faults += [] if resource.kind in KINDS else [Fault("kind", "unknown")]
    faults += [] if 0 <= resource.capacity <= _MOST else [Fault("capacity", "out_of_range")]
    faults += [] if len(resource.path) <= DEEPEST else [Fault("parent_id", "too_deep")]
    if faults:
        raise Invalid(*faults)
    return resource


def new_service(ctx: Context, service_id: int, fields: Mapping[str, Any]) -> Service:
    """The service that these fields, checked, describe; all may be missing but the title. Raises Invalid."""
    duration = fields.get("duration", 60)
    defaults: dict[str, Any] = {
        "account_id": ctx.account.id,
        "id": service_id,
        "kind": "appointment",
        "title": "",
        "description": "",
        "duration": duration,
        "step": duration,
        "buffer_before": 0,
        "buffer_after": 0,
        "notice": None,
        "horizon": None,
        "most_units": 1,
        "own_hours": False,
        "served_by_all": True,
        "price": None,
        "tax_rate": None,
        "active": True,
        "position": 0,
        "details": {},
        "created_at": ctx.now,
        "updated_at": ctx.now,
    }
    service = Service(**{**defaults, **fields})
    faults = [] if service.title.strip() else [Fault("title", "blank")]
    faults += [] if service.kind in SERVICE_KINDS else [Fault("kind", "unknown")]
    for name, least, most in _SERVICE_BOUNDS:
        value = getattr(service, name)
        faults += [] if value is None or least <= value <= most else [Fault(name, "out_of_range")]
    if faults:
        raise Invalid(*faults)
    return service


async def _site(ctx: Context, site_id: int | None) -> int:
    sites = [site.id for site in await list_sites(ctx)]
    if site_id is not None and site_id not in sites:
        raise NotFound("site", site_id)
    if site_id is not None or sites:
        return site_id or sites[0]
    if ctx.site_ids is not None:
        raise NotFound("site")
    return (await resources.add_site(ctx.db, new_site(ctx, {"name": ctx.account.name}))).id


def new_site(ctx: Context, fields: Mapping[str, Any]) -> Site:
    """The site that these fields, checked, describe; its id is yet to be drawn. Raises Invalid."""
    blank = dict.fromkeys(("street", "postcode", "city", "country", "phone", "email"), "")
    defaults: dict[str, Any] = {
        "account_id": ctx.account.id,
        "id": 0,
        "name": "",
        "time_zone": ctx.account.time_zone,
        "holiday_calendar_id": None,
        "active": True,
        "details": {},
    }
    site = Site(**{**blank, **defaults, **fields})
    if not site.name.strip():
        raise Invalid(Fault("name", "blank"))
    zone(site.time_zone)
    return site

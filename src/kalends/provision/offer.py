"""Resources with their parts, and services with those who serve them, as a description has them."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import UNSET

from kalends.actions.catalog.resources import add_resource, change_resource, list_resources, lock_trees
from kalends.actions.catalog.services import add_service, change_service, list_services, set_overrides
from kalends.actions.context import Context
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.catalog.service import Service, ServicePatch
from kalends.engine.catalog.site import Site
from kalends.engine.patch import patch_from
from kalends.engine.refusals import Fault, InUse, Invalid
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, Misdescribed
from kalends.provision.tables import DescribedOffer, DescribedResource, DescribedService


def walk(
    said: Sequence[DescribedResource], whole: str | None = None
) -> Iterator[tuple[str, str | None, DescribedResource]]:
    """Every resource described, with its titles from the root down and those of the whole, which comes before it."""
    for one in said:
        name = one.title if whole is None else f"{whole} / {one.title}"
        yield name, whole, one
        yield from walk(one.parts, name)


async def apply_resources(
    ctx: Context, said: Description, sites: Mapping[str, Site], categories: Mapping[str, int], applied: Applied
) -> dict[str, Resource]:
    """All resources of the account by their titles from the root down, those described as described."""
    known = _by_titles(await list_resources(ctx, with_inactive=True))
    await lock_trees(ctx, [known[name].id for name, _, _ in walk(said.resources) if name in known])
    for name, whole, one in walk(said.resources):
        present = known.get(name)
        with error_context(f"resource {name}"):
            patch = _resource_patch(one, known[whole] if whole else None, sites)
            if one.category is not UNSET:
                patch = msgspec.structs.replace(patch, category_id=categories[one.category.strip()])
            if present is None:
                known[name] = await add_resource(ctx, patch)
            else:
                known[name] = await _change_resource(ctx, present, patch)
        applied.note(f"resource {name}", present, known[name])
    return known


async def apply_services(
    ctx: Context, said: Description, offered: Mapping[str, Resource], applied: Applied
) -> dict[str, int]:
    """The ids of all services of the account by title, those described as described."""
    known = {service.title: service for service in reversed(await list_services(ctx, with_inactive=True))}
    for one in said.services:
        present = known.get(one.title)
        with error_context(f"service {one.title}"):
            patch = patch_from(ServicePatch, one)
            service = await (change_service(ctx, present.id, patch) if present else add_service(ctx, patch))
            known[one.title] = service
            applied.note(f"service {one.title}", present, service)
            if await _serving(ctx, service, one, offered):
                applied.change(f"service {one.title}")
    return {title: service.id for title, service in known.items()}


def _by_titles(every: Sequence[Resource]) -> dict[str, Resource]:
    """Of two with the same titles the older counts."""
    titles = {resource.id: resource.title for resource in every}
    newest_first = sorted(every, key=lambda resource: -resource.id)
    return {" / ".join(titles[id_] for id_ in resource.path): resource for resource in newest_first}


def _resource_patch(said: DescribedResource, whole: Resource | None, sites: Mapping[str, Site]) -> ResourcePatch:
    patch = patch_from(ResourcePatch, said)
    if said.openings is not UNSET and patch.always_open is UNSET:
        patch = msgspec.structs.replace(patch, always_open=False)
    if said.site is not UNSET:
        if whole is not None:
            raise Misdescribed("a part stands where the whole does; name the site there")
        if said.site not in sites:
            raise Misdescribed(f"there is no site `{said.site}`")
        patch = msgspec.structs.replace(patch, site_id=sites[said.site].id)
    return patch if whole is None else msgspec.structs.replace(patch, parent_id=whole.id)


async def _change_resource(ctx: Context, present: Resource, patch: ResourcePatch) -> Resource:
    try:
        return await change_resource(ctx, present.id, patch)
    except InUse as refused:
        raise Misdescribed(f"it is needed until {refused.until:%Y-%m-%d}: {refused.count} are booked") from refused
    except Invalid as refused:
        if Fault("capacity", "below_booked") not in refused.faults:
            raise
        raise Misdescribed(f"more is booked than a capacity of {patch.capacity} can hold") from refused


async def _serving(ctx: Context, service: Service, said: DescribedService, offered: Mapping[str, Resource]) -> bool:
    """Have the service served by those who are named, in the way that is named; was it otherwise?"""
    if not isinstance(said.resources, tuple):
        return False
    wanted: dict[int, ServiceOverride] = {}
    for each in said.resources:
        offer = DescribedOffer(resource=each) if isinstance(each, str) else each
        if offer.resource not in offered:
            raise Misdescribed(f"there is no resource `{offer.resource}`")
        resource_id = offered[offer.resource].id
        wanted[resource_id] = ServiceOverride(
            account_id=ctx.account.id,
            service_id=service.id,
            resource_id=resource_id,
            duration=offer.duration,
            step=offer.step,
            buffer_before=offer.buffer_before,
            buffer_after=offer.buffer_after,
            price=offer.price,
        )
    return await set_overrides(ctx, service.id, [wanted[resource_id] for resource_id in sorted(wanted)])

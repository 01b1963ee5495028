"""Resources with their parts, and services with those who serve them, as a description has them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kalends.actions.access import internal
from kalends.actions.applied import Applied, placed
from kalends.actions.catalogue import add_resource, add_service, list_services, name_serving
from kalends.actions.context import Context
from kalends.actions.resources import held_resource, hold_trees, rewrite
from kalends.actions.services import change_service
from kalends.engine.catalogue import Resource, Service, ServiceOverride, Site
from kalends.engine.described import SaidOffer, SaidResource, SaidService
from kalends.engine.description import Description, Misdescribed, named
from kalends.engine.refusals import Fault, InUse, Invalid
from kalends.store import catalogue, resources

_BESIDE = ("site", "category", "fields", "prices", "goes_with", "openings", "exceptions", "parts")
"""What is said of a resource but is no field of its own."""


def walk(said: Sequence[SaidResource], whole: str | None = None) -> Iterator[tuple[str, str | None, SaidResource]]:
    """Every resource described, with its titles from the root down and those of the whole, which comes before it."""
    for one in said:
        name = one.title if whole is None else f"{whole} / {one.title}"
        yield name, whole, one
        yield from walk(one.parts, name)


@internal
async def apply_resources(
    ctx: Context, said: Description, sites: Mapping[str, Site], categories: Mapping[str, int], applied: Applied
) -> dict[str, Resource]:
    """All resources of the account by their titles from the root down, those described as described."""
    known = _by_titles(await resources.find_resources(ctx.db, ctx.account.id))
    await hold_trees(ctx, [known[name].id for name, _, _ in walk(said.resources) if name in known])
    for name, whole, one in walk(said.resources):
        present = known.get(name)
        with placed(f"resource {name}"):
            fields = _resource_fields(one, known[whole] if whole else None, sites)
            if isinstance(one.category, str):
                fields["category_id"] = categories[one.category.strip()]
            if present is None:
                known[name] = await add_resource(ctx, fields)
            else:
                known[name] = await _change_resource(ctx, present, fields)
        applied.note(f"resource {name}", present, known[name])
    return known


@internal
async def apply_services(
    ctx: Context, said: Description, offered: Mapping[str, Resource], applied: Applied
) -> dict[str, int]:
    """The ids of all services of the account by title, those described as described."""
    known = {service.title: service for service in reversed(await list_services(ctx, with_inactive=True))}
    for one in said.services:
        present = known.get(one.title)
        with placed(f"service {one.title}"):
            fields = named(one, "resources", "prices")
            service = await (change_service(ctx, present.id, fields) if present else add_service(ctx, fields))
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


def _resource_fields(said: SaidResource, whole: Resource | None, sites: Mapping[str, Site]) -> dict[str, Any]:
    fields = named(said, *_BESIDE)
    if isinstance(said.openings, tuple):
        fields.setdefault("always_open", False)
    if isinstance(said.site, str):
        if whole is not None:
            raise Misdescribed("a part stands where the whole does; name the site there")
        if said.site not in sites:
            raise Misdescribed(f"there is no site `{said.site}`")
        fields["site_id"] = sites[said.site].id
    if whole is not None:
        fields |= {"parent_id": whole.id, "site_id": whole.site_id}
    return fields


async def _change_resource(ctx: Context, present: Resource, fields: Mapping[str, Any]) -> Resource:
    try:
        return await rewrite(ctx, await held_resource(ctx, present.id), fields)
    except InUse as refused:
        raise Misdescribed(f"it is needed until {refused.until:%Y-%m-%d}: {refused.count} are booked") from refused
    except Invalid as refused:
        if Fault("capacity", "below_booked") not in refused.faults:
            raise
        raise Misdescribed(f"more is booked than a capacity of {fields['capacity']} can hold") from refused


async def _serving(ctx: Context, service: Service, said: SaidService, offered: Mapping[str, Resource]) -> bool:
    """Have the service served by those who are named, in the way that is named; was it otherwise?"""
    if not isinstance(said.resources, tuple):
        return False
    wanted: dict[int, ServiceOverride] = {}
    for each in said.resources:
        offer = SaidOffer(resource=each) if isinstance(each, str) else each
        if offer.resource not in offered:
            raise Misdescribed(f"there is no resource `{offer.resource}`")
        resource_id = offered[offer.resource].id
        wanted[resource_id] = ServiceOverride(ctx.account.id, service.id, resource_id, **named(offer, "resource"))
    present = await catalogue.find_offered(ctx.db, ctx.account.id, [service.id])
    named_now = [wanted[resource_id] for resource_id in sorted(wanted)]
    if present == named_now:
        return False
    await name_serving(ctx, service.id, present, named_now)
    return True

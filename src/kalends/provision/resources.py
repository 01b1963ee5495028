"""Resources with their parts, as a description has them."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import UNSET

from kalends.actions.accounts.users import list_users
from kalends.actions.catalog.resources import add_resource, change_resource, list_resources, lock_trees
from kalends.actions.context import Context
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.catalog.site import Site
from kalends.engine.patch import patch_from
from kalends.engine.refusals import Fault, InUse, Invalid
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, InvalidDescription
from kalends.provision.tables import DescribedResource


def walk(
    described: Sequence[DescribedResource], parent_name: str | None = None
) -> Iterator[tuple[str, str | None, DescribedResource]]:
    """Yield every described resource, parts after their whole, as (name, name of the whole or None, resource).

    A name is the titles from the root down: `Hall / Left`.
    """
    for resource in described:
        name = resource.title if parent_name is None else f"{parent_name} / {resource.title}"
        yield name, parent_name, resource
        yield from walk(resource.parts, name)


async def apply_resources(
    ctx: Context, description: Description, sites: Mapping[str, Site], categories: Mapping[str, int], applied: Applied
) -> dict[str, Resource]:
    """Add or change the described resources; returns all resources of the account by name (`Hall / Left`)."""
    resources = _by_name(await list_resources(ctx, with_inactive=True))
    present_ids = [resources[name].id for name, _, _ in walk(description.resources) if name in resources]
    await lock_trees(ctx, present_ids, [site.id for site in sites.values()])
    for name, parent_name, described in walk(description.resources):
        present = resources.get(name)
        with error_context(f"resource {name}"):
            patch = _resource_patch(described, resources[parent_name] if parent_name else None, sites)
            if described.user is not UNSET:
                patch = msgspec.structs.replace(patch, user_id=await _user_id(ctx, described.user))
            if described.category is not UNSET:
                patch = msgspec.structs.replace(patch, category_id=categories[described.category.strip()])
            if present is None:
                resources[name] = await add_resource(ctx, patch)
            else:
                resources[name] = await _change_resource(ctx, present, patch)
        applied.note(f"resource {name}", present, resources[name])
    return resources


def _by_name(resources: Sequence[Resource]) -> dict[str, Resource]:
    """The resources by their titles from the root down; of several with one name the oldest counts."""
    titles = {resource.id: resource.title for resource in resources}
    newest_first = sorted(resources, key=lambda resource: -resource.id)
    return {" / ".join(titles[node] for node in resource.path): resource for resource in newest_first}


def _resource_patch(described: DescribedResource, whole: Resource | None, sites: Mapping[str, Site]) -> ResourcePatch:
    patch = patch_from(ResourcePatch, described)
    if described.openings is not UNSET and patch.always_open is UNSET:
        patch = msgspec.structs.replace(patch, always_open=False)
    if described.site is not UNSET:
        if whole is not None:
            raise InvalidDescription("a part stands where the whole does; name the site there")
        if described.site not in sites:
            raise InvalidDescription(f"there is no site `{described.site}`")
        patch = msgspec.structs.replace(patch, site_id=sites[described.site].id)
    return patch if whole is None else msgspec.structs.replace(patch, parent_id=whole.id)


async def _user_id(ctx: Context, email: str) -> int:
    ids = [user.id for user in await list_users(ctx) if user.email.lower() == email.lower()]
    if not ids:
        raise InvalidDescription(f"there is no user `{email}`")
    return ids[0]


async def _change_resource(ctx: Context, present: Resource, patch: ResourcePatch) -> Resource:
    try:
        return await change_resource(ctx, present.id, patch)
    except InUse as in_use:
        raise InvalidDescription(f"it is needed until {in_use.until:%Y-%m-%d}: {in_use.count} are booked") from in_use
    except Invalid as invalid:
        if Fault("capacity", "below_booked") not in invalid.faults:
            raise
        raise InvalidDescription(f"more is booked than a capacity of {patch.capacity} can hold") from invalid

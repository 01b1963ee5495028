"""Who is to serve a service: by resource, by site, or both."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from kalends.engine.all_refusals import check_found
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import Fault, Invalid


class Serving(msgspec.Struct, frozen=True):
    """These resources, or those at these sites; None of both is whoever serves it already, or everybody a new one.

    `resource_kind`: what the resources must be, such as `person`.
    """

    resource_ids: tuple[int, ...] | None = None
    site_ids: tuple[int, ...] | None = None
    resource_kind: str | None = None


class Providers(msgspec.Struct, frozen=True):
    """A service, and the resources that are assigned to it, with their terms; they serve it unless all do."""

    service: Service
    overrides: tuple[ServiceOverride, ...]


def serving_ids(serving: Serving, in_use: Iterable[Resource], known_site_ids: Collection[int]) -> list[int] | None:
    """The resources that are to serve, in ascending order, out of those that are in use; None leaves it as it is.

    Sites alone mean all people there. Raises NotFound(resource, site), Invalid(site_ids: not_served) if a resource is
    at none of the sites.
    """
    resources = {resource.id: resource for resource in in_use if serving.resource_kind in (None, resource.kind)}
    site_ids = serving.site_ids
    check_found(("site", site_ids or (), known_site_ids), ("resource", serving.resource_ids or (), resources))
    if serving.resource_ids is None:
        people = [resource.id for resource in resources.values() if resource.kind == "person"]
        return None if site_ids is None else sorted(id_ for id_ in people if resources[id_].site_id in site_ids)
    if site_ids is not None and any(resources[id_].site_id not in site_ids for id_ in serving.resource_ids):
        raise Invalid(Fault("site_ids", "not_served"))
    return sorted(set(serving.resource_ids))


def offered_at(site_id: int, offered: bool, serving: Sequence[int], in_use: Mapping[int, Resource]) -> list[int]:
    """The resources that serve a service, with all people at a site, or with nobody who is there.

    Raises Invalid(service_ids: not_served) if nobody works there who could serve it.
    """
    elsewhere = [resource_id for resource_id in serving if not _is_at(site_id, in_use.get(resource_id))]
    if not offered:
        return elsewhere
    there = [resource.id for resource in in_use.values() if _is_at(site_id, resource) and resource.kind == "person"]
    if not there:
        raise Invalid(Fault("service_ids", "not_served"))
    return sorted({*elsewhere, *there})


def _is_at(site_id: int, resource: Resource | None) -> bool:
    return resource is not None and resource.site_id == site_id

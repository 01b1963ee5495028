"""Which people are to serve a service: by name, by site, or both."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from kalends.engine.all_refusals import check_found
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.refusals import Fault, Invalid


class Serving(msgspec.Struct, frozen=True):
    """These people, or those at these sites; None of both is whoever serves it already, or everybody a new one."""

    person_ids: tuple[int, ...] | None = None
    site_ids: tuple[int, ...] | None = None


class Providers(msgspec.Struct, frozen=True):
    """A service, and the resources that are assigned to it, with their terms; they serve it unless all do."""

    service: Service
    overrides: tuple[ServiceOverride, ...]


def serving_people(serving: Serving, in_use: Iterable[Resource], known_site_ids: Collection[int]) -> set[int] | None:
    """The people who are to serve, out of the resources that are in use; None leaves it as it is.

    Sites alone mean all people there. Raises NotFound(resource, site), the first also for what is no person, and
    Invalid(site_ids: not_served) if somebody is at none of the sites.
    """
    people = {resource.id: resource for resource in in_use if resource.kind == "person"}
    site_ids = serving.site_ids
    check_found(("site", site_ids or (), known_site_ids), ("resource", serving.person_ids or (), people))
    if serving.person_ids is None:
        return None if site_ids is None else {person.id for person in people.values() if person.site_id in site_ids}
    if site_ids is not None and any(people[person_id].site_id not in site_ids for person_id in serving.person_ids):
        raise Invalid(Fault("site_ids", "not_served"))
    return set(serving.person_ids)


def serving_with_rooms(person_ids: Collection[int], assigned: Collection[int], in_use: Iterable[Resource]) -> list[int]:
    """The resources that are to serve, in ascending order: these people, and the rooms and the like of those assigned
    now, which go on."""
    rooms = {resource.id for resource in in_use if resource.kind != "person" and resource.id in assigned}
    return sorted(rooms.union(person_ids))


def offered_at(site_id: int, offered: bool, serving: Sequence[int], in_use: Mapping[int, Resource]) -> list[int]:
    """The resources that serve a service: those of now with all people at a site, or without what is there.

    Raises Invalid(service_ids: nobody_there) if nobody works there who could serve it.
    """
    if not offered:
        return [resource_id for resource_id in serving if not _is_at(site_id, in_use.get(resource_id))]
    there = [resource.id for resource in in_use.values() if _is_at(site_id, resource) and resource.kind == "person"]
    if not there:
        raise Invalid(Fault("service_ids", "nobody_there"))
    return sorted({*serving, *there})


def _is_at(site_id: int, resource: Resource | None) -> bool:
    return resource is not None and resource.site_id == site_id

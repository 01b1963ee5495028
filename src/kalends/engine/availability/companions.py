"""Companions: the resources that a service needs besides its main one, such as a room for a person."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set

import msgspec

from kalends.engine.accounts.principal import Principal
from kalends.engine.availability.free_slots import BookingTerms, FreeSlot, ResourceTimeline, free_units_at
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service


class Need(msgspec.Struct, frozen=True):
    """So many companions of one kind are needed, of these."""

    number: int
    timelines: Sequence[ResourceTimeline]


def serves_besides(principal: Principal, service: Service, main: Resource) -> bool:
    """Whether a practitioner takes part where this resource serves: as the person whom the service needs besides."""
    return principal.is_practitioner and main.kind != "person" and "person" in service.also_needs


def is_offered_by(service: Service, main: Resource, principal: Principal) -> bool:
    """Whether the times of a resource that serves a service are offered to somebody: of those that it does not need
    besides; to visitors those of the public ones, to practitioners their own and those that they serve beside."""
    return (
        main.kind not in service.also_needs
        and (main.public or not principal.gets_public_only)
        and (principal.sees_resources(main.id) or serves_besides(principal, service, main))
    )


def has_companions(
    service: Service, main: Resource, resources: Sequence[Resource], assigned_ids: Collection[int]
) -> bool:
    """Whether there are, free or not, enough companions of each kind that a service needs, each in a tree of its
    own."""
    return all(
        len({each.path[0] for each in companions_of(main, kind, resources, assigned_ids)}) >= number
        for kind, number in Counter(service.also_needs).items()
    )


def companions_of(
    main: Resource,
    kind: str,
    resources: Iterable[Resource],
    assigned_ids: Collection[int],
    own_ids: Set[int] | None = None,
) -> list[Resource]:
    """The resources of a kind that may be taken besides a main one, best first.

    They are at the site of the main one, and in another tree. If some of them are assigned to the service, only those.
    `own_ids` are those who a practitioner is: beside what is not theirs no other person is taken.
    """
    nearby = [
        resource
        for resource in resources
        if resource.kind == kind
        and resource.active
        and resource.site_id == main.site_id
        and resource.path[0] != main.path[0]
        and (own_ids is None or kind != "person" or not own_ids.isdisjoint((main.id, resource.id)))
    ]
    allowed = [resource for resource in nearby if resource.id in assigned_ids] or nearby
    return sorted(allowed, key=lambda resource: (resource.position, resource.id))


def with_companions(slots: Sequence[FreeSlot], terms: BookingTerms, needs: Iterable[Need]) -> list[FreeSlot]:
    """The slots at which enough companions of each kind are free too, buffers included, each in a tree of its own."""
    kept = list(slots)
    for need in needs:
        starts = [slot.span.start for slot in kept]
        free_trees: list[set[int]] = [set() for _ in starts]
        for timeline in need.timelines:
            root = timeline.tree[0].id
            for trees, free in zip(free_trees, free_units_at(timeline, terms, starts), strict=True):
                if free > 0:
                    trees.add(root)
        kept = [slot for slot, trees in zip(kept, free_trees, strict=True) if len(trees) >= need.number]
    return kept

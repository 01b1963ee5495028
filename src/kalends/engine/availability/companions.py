"""Companions: the resources that a service needs besides its main one, such as a room for a person."""

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

"""Resources: what bookings occupy. A resource may have parts, which makes a tree."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.limits import (
    LONGEST_LINE,
    MOST_UNITS,
    position_faults,
    raise_if_faults,
    range_faults,
    record_text_faults,
    text_faults,
)
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault, Invalid, Retired

RESOURCE_KINDS = ("person", "space", "equipment", "inventory")
DEEPEST = 4
"""The most levels that a tree of resources may have, counting the root."""


class Resource(msgspec.Struct, frozen=True):
    """What a booking occupies: a person, a space, equipment, or inventory, whose capacity is its quantity.

    `path` has the ids from the root of its tree down to itself. It is closed before `valid_from` and from `valid_until`
    on; None is no such date. `user_id` is the staff user who a person is. `public`: whether visitors
    of a page are shown it and can book it; what a service needs besides need not be.
    """

    account_id: int
    id: int
    site_id: int
    parent_id: int | None
    path: tuple[int, ...]
    kind: str
    title: str
    notes: str
    capacity: int
    always_open: bool
    position: int
    external_id: str | None
    active: bool
    details: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    category_id: int | None = None
    image: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    user_id: int | None = None
    public: bool = True
    revision: int = 0


class ResourcePatch(Patch, frozen=True, kw_only=True):
    """Changes to a resource. `parent_id` can be set only when it is created; a part is at the site of its parent."""

    site_id: int | UnsetType = UNSET
    parent_id: int | UnsetType | None = UNSET
    kind: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    always_open: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    external_id: str | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    details: dict[str, Any] | UnsetType = UNSET
    category_id: int | UnsetType | None = UNSET
    image: str | UnsetType = UNSET
    valid_from: date | UnsetType | None = UNSET
    valid_until: date | UnsetType | None = UNSET
    user_id: int | UnsetType | None = UNSET
    public: bool | UnsetType = UNSET


class Tree(msgspec.Struct, frozen=True):
    """A resource, mostly one without a parent, and all its descendants, parents before children."""

    root: Resource
    parts: tuple[Resource, ...]


def trees(resources: Iterable[Resource]) -> list[Tree]:
    """The trees of these resources, in the same order. A resource whose parent is not among them is left out."""
    children = defaultdict[int | None, list[Resource]](list)
    for resource in resources:
        children[resource.parent_id].append(resource)
    return [Tree(root, tuple(_descendants(root, children))) for root in children[None]]


def _descendants(parent: Resource, children: Mapping[int | None, Sequence[Resource]]) -> Iterator[Resource]:
    for child in children.get(parent.id, ()):
        yield child
        yield from _descendants(child, children)


def new_resource(
    patch: ResourcePatch, account_id: int, resource_id: int, *, parent: Resource | None, site_id: int, now: datetime
) -> Resource:
    """A new resource at the site; with a `parent`, a part of it.

    Raises Invalid(title: blank, invalid, too_long; notes, image, external_id: invalid, too_long; kind: unknown;
    capacity, position: out_of_range; parent_id: invalid, too_deep; valid_until: before_start; site_id: invalid).
    """
    blank = Resource(
        account_id=account_id,
        id=resource_id,
        site_id=site_id,
        parent_id=parent.id if parent else None,
        path=(*(parent.path if parent else ()), resource_id),
        kind="person",
        title="",
        notes="",
        capacity=1,
        always_open=True,
        position=0,
        external_id=None,
        active=True,
        details={},
        created_at=now,
        updated_at=now,
    )
    return changed_resource(blank, msgspec.structs.replace(patch, site_id=site_id))


def changed_resource(current: Resource, patch: ResourcePatch) -> Resource:
    """The resource with the patch applied. Its parent can't change, nor can the site of a part.

    Raises Invalid(title: blank, invalid, too_long; notes, image, external_id: invalid, too_long; kind: unknown;
    capacity, position: out_of_range; parent_id: invalid, too_deep; valid_until: before_start; site_id: invalid).
    """
    resource = patched(current, patch)
    faults = text_faults("title", resource.title, LONGEST_LINE, required=True)
    faults += [] if resource.kind in RESOURCE_KINDS else [Fault("kind", "unknown")]
    faults += range_faults("capacity", resource.capacity, 0, MOST_UNITS)
    faults += position_faults("position", resource.position)
    faults += record_text_faults(resource, ("external_id",), ("notes", "image"))
    faults += [] if resource.parent_id == current.parent_id else [Fault("parent_id", "invalid")]
    faults += [] if len(resource.path) <= DEEPEST else [Fault("parent_id", "too_deep")]
    if resource.valid_from and resource.valid_until and resource.valid_until <= resource.valid_from:
        faults.append(Fault("valid_until", "before_start"))
    moves_part = current.parent_id is not None and resource.site_id != current.site_id
    raise_if_faults([*faults, Fault("site_id", "invalid")] if moves_part else faults)
    return resource


def check_active(resources: Iterable[Resource]) -> None:
    """Whether all of these are in use. Raises Retired(resource)."""
    if not all(resource.active for resource in resources):
        raise Retired("resource")


def check_site(resource: Resource | None, site_id: int | None) -> None:
    """Whether a resource is at the site that was named with it, if one was. Raises Invalid(site_id: not_served)."""
    if resource is not None and site_id is not None and resource.site_id != site_id:
        raise Invalid(Fault("site_id", "not_served"))

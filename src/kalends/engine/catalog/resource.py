"""Resources: what is occupied, as trees of a whole with its parts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.limits import (
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_UNITS,
    position_faults,
    range_faults,
    refuse,
    text_faults,
)
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault

RESOURCE_KINDS = ("person", "space", "equipment", "inventory")
DEEPEST = 4
"""Levels of a tree of resources, the root counted."""


class Resource(msgspec.Struct, frozen=True):
    """What is occupied: a person, a space, equipment, or inventory whose capacity is its quantity.

    `path` holds the ids from the root of its tree down to itself.
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


class ResourcePatch(Patch, frozen=True, kw_only=True):
    """Fields of a resource; `parent_id` counts for a new one only, whose site is that of its parent."""

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


class Tree(msgspec.Struct, frozen=True):
    """A resource that is part of nothing, and all its parts, however deep, each before what is part of it."""

    root: Resource
    parts: tuple[Resource, ...]


def trees(resources: Iterable[Resource]) -> list[Tree]:
    """The trees of these resources, in their order; what is part of something that is not among them is left out."""
    below = defaultdict[int | None, list[Resource]](list)
    for resource in resources:
        below[resource.parent_id].append(resource)
    return [Tree(root, tuple(_parts(root, below))) for root in below[None]]


def _parts(whole: Resource, below: Mapping[int | None, Sequence[Resource]]) -> Iterator[Resource]:
    for part in below.get(whole.id, ()):
        yield part
        yield from _parts(part, below)


def new_resource(
    patch: ResourcePatch, account_id: int, resource_id: int, *, parent: Resource | None, site_id: int, now: datetime
) -> Resource:
    """A new resource at a site or, with a `parent`, as a part of it. Raises Invalid as `changed_resource` does."""
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


def changed_resource(present: Resource, patch: ResourcePatch) -> Resource:
    """The resource with the patch applied; its place in the tree stays, and so does the site of a part.

    Raises Invalid(title: blank, invalid or too_long; kind: unknown; capacity, position: out_of_range; notes, image:
    invalid or too_long; parent_id: invalid or too_deep; site_id: invalid).
    """
    resource = patched(present, patch)
    faults = text_faults("title", resource.title, LONGEST_LINE, required=True)
    faults += [] if resource.kind in RESOURCE_KINDS else [Fault("kind", "unknown")]
    faults += range_faults("capacity", resource.capacity, 0, MOST_UNITS)
    faults += position_faults("position", resource.position)
    faults += text_faults("notes", resource.notes, LONGEST_TEXT) + text_faults("image", resource.image, LONGEST_TEXT)
    faults += [] if resource.parent_id == present.parent_id else [Fault("parent_id", "invalid")]
    faults += [] if len(resource.path) <= DEEPEST else [Fault("parent_id", "too_deep")]
    moves_part = present.parent_id is not None and resource.site_id != present.site_id
    refuse([*faults, Fault("site_id", "invalid")] if moves_part else faults)
    return resource

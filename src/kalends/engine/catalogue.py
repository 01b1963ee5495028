"""What an account offers: resources and their parts, services, who serves them, group sessions; and their patches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.patch import Patch

RESOURCE_KINDS = ("person", "space", "equipment", "inventory")
BOOKED = ("appointment", "attendance")
SOLD = ("product", "gift_card")
SERVICE_KINDS = (*BOOKED, *SOLD)


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


class Service(msgspec.Struct, frozen=True):
    """What is offered. All lengths of time are minutes; `notice` and `horizon` bound how early and late one may book.

    `kind` is `appointment` (takes a resource), `attendance` (takes seats in sessions), or `product` or `gift_card`
    (sold, never booked). `most_units` is how many one booking may take: "how many people at most come together". How
    many fit at one time, in bookings of any size, is the `capacity` of the resource or session. How many starts in a
    row one booking may span (MakePlans reference, max_slots) is neither: a booking's length is free.

    `own_hours` means that its hours on a resource are those kept for it there, not the resource's. `served_by_all`
    means that any active resource serves it as long as none is named for it. `also_needs` are kinds of resources, of
    which a booking takes one each besides its own resource.
    """

    account_id: int
    id: int
    kind: str
    title: str
    description: str
    duration: int
    step: int
    buffer_before: int
    buffer_after: int
    notice: int | None
    horizon: int | None
    most_units: int
    own_hours: bool
    served_by_all: bool
    price: Decimal | None
    tax_rate: Decimal | None
    active: bool
    position: int
    details: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    image: str = ""
    also_needs: tuple[str, ...] = ()


class ServicePatch(Patch, frozen=True, kw_only=True):
    """Fields of a service. `step` follows the duration while it is as long, unless it is set here."""

    kind: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    duration: int | UnsetType = UNSET
    step: int | UnsetType = UNSET
    buffer_before: int | UnsetType = UNSET
    buffer_after: int | UnsetType = UNSET
    notice: int | UnsetType | None = UNSET
    horizon: int | UnsetType | None = UNSET
    most_units: int | UnsetType = UNSET
    own_hours: bool | UnsetType = UNSET
    served_by_all: bool | UnsetType = UNSET
    price: Decimal | UnsetType | None = UNSET
    tax_rate: Decimal | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    details: dict[str, Any] | UnsetType = UNSET
    image: str | UnsetType = UNSET
    also_needs: tuple[str, ...] | UnsetType = UNSET


class ServiceOverride(msgspec.Struct, frozen=True):
    """One resource serving one service; a null field means as the service says."""

    account_id: int
    service_id: int
    resource_id: int
    duration: int | None = None
    step: int | None = None
    buffer_before: int | None = None
    buffer_after: int | None = None
    price: Decimal | None = None


class ServiceAssignment(ServiceOverride, frozen=True, kw_only=True):
    """The same as something of its own, with an id, and a `position` among those who serve the service."""

    id: int
    position: int | None
    created_at: datetime
    updated_at: datetime


class ServiceAssignmentPatch(Patch, frozen=True, kw_only=True):
    """Fields of an assignment. A new one needs `service_id` and `resource_id`."""

    service_id: int | UnsetType = UNSET
    resource_id: int | UnsetType = UNSET
    duration: int | UnsetType | None = UNSET
    step: int | UnsetType | None = UNSET
    buffer_before: int | UnsetType | None = UNSET
    buffer_after: int | UnsetType | None = UNSET
    price: Decimal | UnsetType | None = UNSET
    position: int | UnsetType | None = UNSET


class GroupSession(msgspec.Struct, frozen=True):
    """A planned occurrence that many can attend; it may occupy a resource, and those of `also_resource_ids` besides.

    `series` joins those planned together.
    """

    account_id: int
    id: int
    service_id: int | None
    resource_id: int | None
    title: str
    notes: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    external_id: str | None
    series: str | None
    custom: dict[str, Any] | None
    details: dict[str, Any]
    revision: int
    archived_at: datetime | None
    deleted_at: datetime | None
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    also_resource_ids: tuple[int, ...] = ()

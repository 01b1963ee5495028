"""Extras: inventory, and services of kind `product`, that can go with a booking."""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import ResourceId, ResourceRef, SiteId, SiteRef, write_id
from kalends.api.lists import Listing
from kalends.api.schemas.catalog import Archived, Image, Position, Public, Revision, WhichArchived, same_fields
from kalends.api.schemas.services import Description
from kalends.api.times import Moment
from kalends.engine.catalog.add_on import AddOnPatch as EnginePatch
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.resource import Resource
from kalends.engine.limits import LONGEST_LINE, MOST_UNITS
from kalends.engine.patch import changes

Id = Annotated[
    str,
    Meta(
        pattern=r"^(res|svc)_[1-9][0-9]*$",
        description="The id of the resource that the inventory is, or of the service.",
        examples=["res_1042"],
    ),
]
Kind = Annotated[
    Literal["inventory", "service"],
    Meta(description="Inventory is claimed as long as the booking lasts; services are sold.", examples=["inventory"]),
]
Title = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["Projector"])]
Quantity = Annotated[int, Meta(ge=0, le=MOST_UNITS, description="How many there are.", examples=[3])]
MOST_RESOURCES = 1000
Resources = Annotated[list[ResourceRef], Meta(max_length=MOST_RESOURCES, examples=[["res_1042"]])]


class AddOn(msgspec.Struct, frozen=True, kw_only=True):
    """An inventory or a service that can go with a booking. It is shown as a resource or service, too."""

    id: Id
    kind: Kind
    title: Title
    description: Description
    quantity: Annotated[Quantity | None, Meta(description="Of inventory.")]
    site: Annotated[SiteId | None, Meta(description="Of inventory.")]
    resources: Annotated[list[ResourceId] | None, Meta(description="The resources that it goes with; null is any.")]
    position: Position
    image: Image
    public: Public
    archived: Archived
    revision: Revision
    created_at: Moment
    updated_at: Moment


class AddOnFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be said of an add-on, be it new or changed."""

    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET
    site: SiteRef | UnsetType = UNSET
    resources: Resources | UnsetType | None = UNSET
    position: Position | UnsetType = UNSET
    image: Image | UnsetType = UNSET
    public: Public | UnsetType = UNSET


class AddOnPatch(AddOnFields, frozen=True, kw_only=True):
    """Changes of an extra; what is left out stays. `quantity` and `site` are of inventory only."""

    archived: Archived | UnsetType = UNSET


class AddOnInput(AddOnFields, frozen=True, kw_only=True):
    """A new inventory or service that can go with a booking. `quantity` and `site` are of inventory only."""

    kind: Kind
    title: Title


class ExtraPath(msgspec.Struct, frozen=True, kw_only=True):
    """One extra."""

    extra_id: Id


class ListExtras(Listing, frozen=True, kw_only=True):
    """Which extras to list."""

    kind: Kind | UnsetType = UNSET
    archived: WhichArchived = "no"


_RENAMED = {"site": "site_id", "resources": "resource_ids"}
_SHOWN: Mapping[str, Callable[[LinkedAddOn], bool]] = {
    "no": lambda add_on: add_on.thing.active,
    "yes": lambda add_on: not add_on.thing.active,
    "any": lambda add_on: True,
}


def add_on_patch(sent: AddOnInput | AddOnPatch) -> EnginePatch:
    """What was sent, as the engine takes it."""
    fields = {_RENAMED.get(name, name): value for name, value in changes(sent).items() if name != "kind"}
    if "archived" in fields:
        fields["active"] = not fields.pop("archived")
    if fields.get("resource_ids"):
        fields["resource_ids"] = tuple(fields["resource_ids"])
    return EnginePatch(**fields)


def is_listed(add_on: LinkedAddOn, params: ListExtras) -> bool:
    """Whether the list that is asked for has this extra."""
    return params.kind in (UNSET, kind_of(add_on)) and _SHOWN[params.archived](add_on)


def kind_of(add_on: LinkedAddOn) -> str:
    """The kind of an extra."""
    return "inventory" if isinstance(add_on.thing, Resource) else "service"


def shown_extra(add_on: LinkedAddOn, tz: ZoneInfo) -> AddOn:
    """An extra as it is answered."""
    thing, resource_ids = add_on.thing, add_on.resource_ids
    fields = same_fields(thing, AddOn, tz) | {
        "kind": kind_of(add_on),
        "archived": not thing.active,
        "resources": None if resource_ids is None else [write_id("resource", number) for number in resource_ids],
    }
    if isinstance(thing, Resource):
        site = write_id("site", thing.site_id)
        fields |= {"id": write_id("resource", thing.id), "description": thing.notes, "site": site}
        return AddOn(**fields, quantity=thing.capacity)
    return AddOn(**fields | {"id": write_id("service", thing.id), "quantity": None, "site": None})

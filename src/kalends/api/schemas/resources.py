"""Resources: people, spaces, equipment and inventory, which may have parts."""

from collections import defaultdict
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.expand import Expand, Expandable
from kalends.api.ids import (
    CategoryId,
    CategoryRef,
    ResourceId,
    ResourceRef,
    SiteId,
    SiteRef,
    UserId,
    UserRef,
    write_id,
    write_optional_id,
)
from kalends.api.lists import Listing
from kalends.api.schemas.catalog import (
    Archived,
    Image,
    Order,
    Position,
    Public,
    Revision,
    Search,
    Title,
    Values,
    ValuesInput,
    WhichArchived,
    same_fields,
    shown_values,
)
from kalends.api.times import Moment
from kalends.engine.catalog.custom_field import Described
from kalends.engine.catalog.resource import Resource as EngineResource
from kalends.engine.catalog.resource import ResourcePatch as EnginePatch
from kalends.engine.catalog.resource import Tree
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT, MOST_UNITS
from kalends.engine.patch import changes

Kind = Annotated[
    Literal["person", "space", "equipment", "inventory"],
    Meta(description="Inventory is booked as an extra of others; its capacity is its quantity.", examples=["person"]),
]
Notes = Annotated[str, Meta(max_length=LONGEST_TEXT, examples=["Second floor"])]
Capacity = Annotated[int, Meta(ge=0, le=MOST_UNITS, description="How many units can be booked at once.", examples=[1])]
ExternalId = Annotated[str, Meta(max_length=LONGEST_LINE, description="What you call it.", examples=["room-17"])]
ValidFrom = Annotated[date, Meta(description="The first date on which it is in use.", examples=["2027-01-01"])]
ValidTo = Annotated[date, Meta(description="The first date on which it is not any more.", examples=["2028-01-01"])]


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """What a booking occupies."""

    id: ResourceId
    kind: Kind
    title: Title
    notes: Notes
    site: SiteId
    parent: Annotated[ResourceId | None, Meta(description="The resource that it is a part of.")]
    capacity: Capacity
    always_open: Annotated[bool, Meta(description="Whether it has no opening hours of its own.", examples=[True])]
    position: Position
    category: CategoryId | None
    user: Annotated[UserId | None, Meta(description="The staff user who this person is.")]
    external_id: ExternalId | None
    image: Image
    public: Public
    archived: Archived
    valid_from: ValidFrom | None
    valid_to: ValidTo | None
    values: Values
    revision: Revision
    created_at: Moment
    updated_at: Moment


class ResourceFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be said of a resource, be it new or changed."""

    kind: Kind | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    site: SiteRef | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    category: CategoryRef | UnsetType | None = UNSET
    user: UserRef | UnsetType | None = UNSET
    external_id: ExternalId | UnsetType | None = UNSET
    image: Image | UnsetType = UNSET
    public: Public | UnsetType = UNSET
    valid_from: ValidFrom | UnsetType | None = UNSET
    valid_to: ValidTo | UnsetType | None = UNSET
    values: ValuesInput | UnsetType = UNSET


class ResourcePatch(ResourceFields, frozen=True, kw_only=True):
    """Changes of a resource; what is left out stays. A whole takes its parts along to another site."""

    archived: Archived | UnsetType = UNSET


class ResourceInput(ResourceFields, frozen=True, kw_only=True):
    """A new resource, by default a person at the first site. It is always open until it is given opening hours."""

    title: Title
    parent: Annotated[ResourceRef | UnsetType | None, Meta(description="A part is at the site of its whole.")] = UNSET


class ResourceTree(msgspec.Struct, frozen=True, kw_only=True):
    """A resource in its tree, with its parts."""

    id: ResourceId
    kind: Kind
    title: Title
    capacity: Capacity
    archived: Archived
    parts: Annotated[list["ResourceTree"], Meta(description="Its parts, each with its own.", examples=[[]])]


class ResourcePath(msgspec.Struct, frozen=True, kw_only=True):
    """One resource."""

    resource_id: ResourceRef


class ShowResource(Expandable, frozen=True, kw_only=True):
    """One resource."""

    resource_id: ResourceRef


class ListResources(Listing, frozen=True, kw_only=True):
    """Which resources to list."""

    site: list[SiteRef] | UnsetType = UNSET
    kind: list[Kind] | UnsetType = UNSET
    parent: Annotated[ResourceRef | UnsetType, Meta(description="Only its parts.")] = UNSET
    category: list[CategoryRef] | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET
    q: Search | UnsetType = UNSET
    archived: WhichArchived = "no"
    order: Order = "position"
    expand: Expand = UNSET


_RENAMED = {
    "site": "site_id",
    "parent": "parent_id",
    "category": "category_id",
    "user": "user_id",
    "valid_to": "valid_until",
}


def resource_patch(sent: ResourceInput | ResourcePatch) -> EnginePatch:
    """What was sent, as the engine takes it; but for the values of custom fields."""
    fields = {_RENAMED.get(name, name): value for name, value in changes(sent).items() if name != "values"}
    if "archived" in fields:
        fields["active"] = not fields.pop("archived")
    return EnginePatch(**fields)


def shown_resource(described: Described[EngineResource], tz: ZoneInfo) -> Resource:
    """A resource as it is answered, with moments in this zone."""
    resource = described.record
    fields = same_fields(resource, Resource, tz) | {
        "id": write_id("resource", resource.id),
        "site": write_id("site", resource.site_id),
        "parent": write_optional_id("resource", resource.parent_id),
        "category": write_optional_id("category", resource.category_id),
        "user": write_optional_id("user", resource.user_id),
        "archived": not resource.active,
        "valid_to": resource.valid_until,
        "values": shown_values(described.values),
    }
    return Resource(**fields)


def shown_tree(tree: Tree, tz: ZoneInfo) -> ResourceTree:
    """A tree as it is answered, from its root down."""
    parts = defaultdict[int | None, list[EngineResource]](list)
    for part in tree.parts:
        parts[part.parent_id].append(part)

    def node(resource: EngineResource) -> ResourceTree:
        fields = same_fields(resource, ResourceTree, tz) | {
            "id": write_id("resource", resource.id),
            "archived": not resource.active,
            "parts": [node(part) for part in parts[resource.id]],
        }
        return ResourceTree(**fields)

    return node(tree.root)

"""Custom fields: fields that the account adds to its resources and their bookings, or to its services and seats."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import CustomFieldId, CustomFieldRef, write_id
from kalends.api.lists import Listing
from kalends.api.schemas.catalog import Archived, Position, Revision, Search, WhichArchived, same_fields
from kalends.api.times import Moment
from kalends.engine.catalog.custom_field import MOST_OPTIONS, CustomField
from kalends.engine.catalog.custom_field import CustomFieldPatch as EnginePatch
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT
from kalends.engine.patch import changes

Title = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["Floor"])]
Description = Annotated[str, Meta(max_length=LONGEST_TEXT, examples=["Where it is found."])]
Subject = Annotated[
    Literal["resource", "service"],
    Meta(description="Resources and their bookings, or services and seats in their sessions.", examples=["resource"]),
]
Kind = Annotated[
    Literal["text", "numeric", "select", "checkbox"],
    Meta(description="Values of a select are its options; those of a checkbox `on` and `off`.", examples=["select"]),
]
Options = Annotated[
    list[Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Ground"])]],
    Meta(max_length=MOST_OPTIONS, description="The values of a select; other kinds have none.", examples=[["1", "2"]]),
]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field that the account adds."""

    id: CustomFieldId
    subject: Subject
    title: Title
    description: Description
    kind: Kind
    options: Options
    position: Position
    archived: Archived
    revision: Revision
    updated_at: Moment | None


class FieldPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a custom field; what is left out stays. Values that are there must still fit."""

    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    options: Options | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    archived: Archived | UnsetType = UNSET


class FieldInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new custom field, by default a text of resources."""

    title: Title
    subject: Subject | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    options: Options | UnsetType = UNSET
    position: Position | UnsetType = UNSET


class FieldPath(msgspec.Struct, frozen=True, kw_only=True):
    """One custom field."""

    field_id: CustomFieldRef


class ListFields(Listing, frozen=True, kw_only=True):
    """Which custom fields to list."""

    subject: Subject | UnsetType = UNSET
    kind: list[Kind] | UnsetType = UNSET
    q: Search | UnsetType = UNSET
    archived: WhichArchived = "no"


def field_patch(sent: FieldInput | FieldPatch) -> EnginePatch:
    """What was sent, as the engine takes it."""
    fields = changes(sent)
    if "archived" in fields:
        fields["active"] = not fields.pop("archived")
    if "options" in fields:
        fields["options"] = tuple(fields["options"])
    return EnginePatch(**fields)


def shown_field(field: CustomField, tz: ZoneInfo) -> Field:
    """A custom field as it is answered."""
    fields = same_fields(field, Field, tz) | {
        "id": write_id("custom_field", field.id),
        "options": list(field.options),
        "archived": not field.active,
    }
    return Field(**fields)

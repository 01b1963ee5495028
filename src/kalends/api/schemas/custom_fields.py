"""Custom fields: fields that the account adds to its resources and their bookings, to its services and seats, or to
bookings, as questions."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import CustomFieldId, CustomFieldRef, ServiceId, ServiceRef, write_id, write_optional_id
from kalends.api.lists import Listing
from kalends.api.schemas.catalog import Archived, Position, Revision, Search, WhichArchived, same_fields
from kalends.api.schemas.openings import shown_services
from kalends.api.times import Moment
from kalends.engine.catalog.custom_field import MOST_OPTIONS, CustomField
from kalends.engine.catalog.custom_field import CustomFieldPatch as EnginePatch
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT
from kalends.engine.patch import changes

MOST_SERVICES = 1000

Title = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["Floor"])]
Description = Annotated[str, Meta(max_length=LONGEST_TEXT, examples=["Where it is found."])]
Subject = Annotated[
    Literal["resource", "service", "booking"],
    Meta(
        description="Resources and their bookings, services and seats in their sessions, or questions to who books.",
        examples=["resource"],
    ),
]
Kind = Annotated[
    Literal["text", "numeric", "select", "checkbox"],
    Meta(description="Values of a select are its options; those of a checkbox `on` and `off`.", examples=["select"]),
]
Options = Annotated[
    list[Annotated[str, Meta(max_length=LONGEST_LINE, examples=["Ground"])]],
    Meta(max_length=MOST_OPTIONS, description="The values of a select; other kinds have none.", examples=[["1", "2"]]),
]
Required = Annotated[bool, Meta(description="Of questions: whether an answer is needed.", examples=[False])]
AskedIfValue = Annotated[
    str,
    Meta(max_length=LONGEST_TEXT, description="The answer to that question after which it is asked.", examples=["Yes"]),
]
AskingServices = Annotated[list[ServiceRef], Meta(max_length=MOST_SERVICES)]
_BY_WHICH = "Of questions: the services that ask it; null is all."
_AFTER_WHICH = "Of questions: the question after whose answer it is asked; null is always."


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field that the account adds."""

    id: CustomFieldId
    subject: Subject
    title: Title
    description: Description
    kind: Kind
    options: Options
    position: Position
    required: Required
    services: Annotated[list[ServiceId] | None, Meta(description=_BY_WHICH)]
    asked_if_field: Annotated[CustomFieldId | None, Meta(description=_AFTER_WHICH)]
    asked_if_value: AskedIfValue
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
    required: Required | UnsetType = UNSET
    services: AskingServices | UnsetType | None = UNSET
    asked_if_field: CustomFieldRef | UnsetType | None = UNSET
    asked_if_value: AskedIfValue | UnsetType = UNSET
    archived: Archived | UnsetType = UNSET


class FieldInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new custom field, by default a text of resources."""

    title: Title
    subject: Subject | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    options: Options | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    required: Required | UnsetType = UNSET
    services: AskingServices | UnsetType | None = UNSET
    asked_if_field: CustomFieldRef | UnsetType | None = UNSET
    asked_if_value: AskedIfValue | UnsetType = UNSET


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
    if "services" in fields:
        services = fields.pop("services")
        fields["service_ids"] = None if services is None else frozenset(services)
    if "asked_if_field" in fields:
        fields["asked_if_id"] = fields.pop("asked_if_field")
    return EnginePatch(**fields)


def shown_field(field: CustomField, tz: ZoneInfo) -> Field:
    """A custom field as it is answered."""
    fields = same_fields(field, Field, tz) | {
        "id": write_id("custom_field", field.id),
        "options": list(field.options),
        "services": shown_services(field.service_ids),
        "asked_if_field": write_optional_id("custom_field", field.asked_if_id),
        "archived": not field.active,
    }
    return Field(**fields)

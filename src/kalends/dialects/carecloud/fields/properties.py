"""Properties of tickets: custom fields of services, and the values that tickets and booking items have in them.

Source: CareCloud reference, schemas Property, PropertyItem and PropertyRecord.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from kalends.dialects.carecloud.fields.view import DOOR, RenderContext, local, local_time
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, Line, constant, from_row, renderer
from kalends.dialects.kit.opaque_ids import opaque_id
from kalends.engine.bookings.views import Seat
from kalends.engine.catalog.custom_field import CustomField, number

STORED = "additional_properties"
"""The name under which an item's values are kept in its details: the stored text by the id of the field."""
_DATA_TYPES = {"text": "string", "numeric": "float", "select": "enum", "checkbox": "boolean"}
_ITEM_BYTES = 11

property_id = opaque_id("custom_field")


class PropertyItem(msgspec.Struct, frozen=True):
    """One of the values of an enum on the wire. It is no record of a resource."""

    id: str
    name: str
    state: int = 1


class PropertyRecord(msgspec.Struct, frozen=True):
    """The value of a property on the wire."""

    property_record_id: str
    property_id: str
    property_name: str
    property_value: Any
    last_change: str


PROPERTY_QUERY: tuple[Line, ...] = (Field("name", "title", codecs.search_text(), "in"),)
RECORD: tuple[Line, ...] = (Field("property_id", "custom_field_id", property_id, "in"),)
SORT = {
    "property_id": "id",
    "name": "title",
    "description": "description",
    "data_type": "kind",
    "items": "options",
    "is_required": "id",
    "is_unique": "id",
    "last_change": "updated_at",
    "state": "active",
}
"""The engine's fields by the first-level properties. No property is required or unique."""


def item_id(property_text: str, option: str) -> str:
    """The id of one of the values of an enum: it stays the same as long as the value has its name."""
    return hashlib.blake2b(f"{property_text}:{option}".encode(), digest_size=_ITEM_BYTES).hexdigest()


def _items(context: RenderContext) -> Callable[[CustomField], list[PropertyItem]]:
    return lambda field: [_item(context, field, option) for option in field.options]


def _item(context: RenderContext, field: CustomField, option: str) -> PropertyItem:
    return PropertyItem(item_id(context.opaque_ids.encode("custom_field", field.id), option), option)


PROPERTY: tuple[Line, ...] = (
    Field("property_id", "id", property_id),
    Field("name", "title", codecs.text()),
    Field("description", "description", codecs.text()),
    Computed("data_type", from_row(lambda field: _DATA_TYPES[field.kind])),
    Computed("items", _items),
    Computed("is_required", constant(False)),
    Computed("is_unique", constant(False)),
    Field("last_change", "updated_at", local_time),
    Computed("state", from_row(lambda field: int(field.active))),
)
ticket_property = renderer("Property", PROPERTY, omit_null=True)


def records(context: RenderContext, fields: Iterable[CustomField]) -> Callable[[Seat], list[PropertyRecord]]:
    """Writes the values that a booking item has in these fields."""
    encode, listed = context.opaque_ids.encode, list(fields)

    def write(seat: Seat) -> list[PropertyRecord]:
        item = seat.view.item
        values = item.details.get(DOOR, {}).get(STORED, {})
        record_of, changed = encode("item", item.id), local(item.updated_at, context.zone)
        return [
            PropertyRecord(
                property_record_id=f"{encode('custom_field', field.id)}:{record_of}",
                property_id=encode("custom_field", field.id),
                property_name=field.title,
                property_value=_value(context, field, values[str(field.id)]),
                last_change=changed,
            )
            for field in listed
            if str(field.id) in values
        ]

    return write


def sent_value(context: RenderContext, field: CustomField, value: Any) -> Any:
    """A value as the engine takes it: of an enum the option, which may be named by its id, alone or in a list."""
    if field.kind != "select":
        return value
    sent = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(sent, dict):
        sent = sent.get("id", sent.get("name"))
    by_id = {item.id: item.name for item in _items(context)(field)}
    return by_id.get(sent, sent) if isinstance(sent, str) else sent


def _value(context: RenderContext, field: CustomField, stored: str) -> Any:
    if field.kind == "numeric":
        parsed = number(stored)
        return stored if parsed is None else int(parsed) if parsed == parsed.to_integral_value() else float(parsed)
    if field.kind == "checkbox":
        return stored == "on"
    return [_item(context, field, stored)] if field.kind == "select" else stored

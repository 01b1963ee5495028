"""Values of custom fields of a resource, a service or a booking, as fields of its form."""

from collections.abc import Mapping, Sequence

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, own_name, ticked
from kalends.engine.catalog.custom_field import CustomField, FieldValue
from kalends.notices.texts import Message

ON = "on"
"""The value of a field that is ticked."""


def custom_fields(fields: Sequence[CustomField], stored: Mapping[int, str]) -> tuple[Field, ...]:
    """The custom fields with the values that are stored, by the field's id."""
    return tuple(_field(field, stored.get(field.id, "")) for field in fields)


def sent_custom(values: Values, fields: Sequence[CustomField]) -> dict[int, FieldValue]:
    """What was sent, by the field's id. The action says what is wrong with it."""
    return {field.id: ON if field.kind == "checkbox" and sent else sent for field, sent in _sent(values, fields)}


def field_name(field: CustomField) -> str:
    """The name of a custom field in a form."""
    return f"custom_{field.id}"


def _sent(values: Values, fields: Sequence[CustomField]) -> list[tuple[CustomField, str]]:
    return [(field, values.text(field_name(field))) for field in fields]


def _field(field: CustomField, value: str) -> Field:
    label = own_name(field.title)
    hint = Message("own_name", {"name": field.description}) if field.description else ""
    if field.kind == "checkbox":
        return Field(field_name(field), label, kind="checkbox", value=ticked(value == ON), hint=hint, required=False)
    if field.kind == "select":
        choices = (Choice("", "customers.not_said"), *(Choice(option, own_name(option)) for option in field.options))
        return Field(field_name(field), label, kind="select", value=value, hint=hint, required=False, choices=choices)
    attributes = {"inputmode": "decimal"} if field.kind == "numeric" else {}
    return Field(field_name(field), label, value=value, hint=hint, required=False, attributes=attributes)

"""Resources in lists and one by one, and the account's custom fields of them.

Source: the page's resource_list and resource/<id>; vendors' clients for the custom fields of each resource in a list.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.dates import clock
from kalends.dialects.kit.fields import Computed, Field, Line, from_row, renderer
from kalends.dialects.locaboo.fields.view import DOOR
from kalends.engine.availability.today import Today
from kalends.engine.catalog.custom_field import CustomField, value_along
from kalends.engine.catalog.resource import Resource, Tree
from kalends.engine.time.clock import MINUTES_A_DAY

Values = Mapping[int, Mapping[int, str]]
"""Values of custom fields, by the ids of the resource and of the field."""

FIELD_TYPES = {"text": "input", "numeric": "input", "select": "select", "checkbox": "checkbox"}
"""The engine's kind of a custom field -> the form element that clients' types know."""

RESOURCE: tuple[Line, ...] = (
    Field("title", "title", codecs.text()),
    Field("parent_id", "parent_id", codecs.identifier),
)


def end_clock(minutes: int) -> str:
    """The clock time of an end, in minutes from midnight; the end of a day is `23:59`."""
    return "23:59" if minutes % MINUTES_A_DAY == 0 else clock(minutes)


def tree_renderer(fields: Sequence[CustomField], values: Values) -> Callable[[Tree], dict[str, Any]]:
    """Renders a resource with its parts, each with its values of the custom fields."""

    def render(resource: Resource) -> dict[str, Any]:
        return {"id": resource.id, "title": resource.title, "free_text_fields": own_fields(resource, fields, values)}

    return lambda tree: {**render(tree.root), "parts": [render(part) for part in tree.parts]}


def known_fields(fields: Sequence[CustomField]) -> list[dict[str, Any]]:
    """The account's custom fields; only a select has options."""
    return [
        {"id": field.id, "name": field.title, "type": field.kind}
        | ({"options": field.options} if field.kind == "select" else {})
        for field in fields
    ]


def own_fields(resource: Resource, fields: Sequence[CustomField], values: Values) -> list[dict[str, Any]]:
    """The custom fields of one resource with its values, in the form that clients expect there.

    `field_name` is the parameter of booking_add for the main resource, and the keys of `options` are what it takes.
    """
    return [
        {
            "id": field.id,
            "label": field.title,
            "name": field.title,
            "type": field.kind,
            "config": {"options": field.options},
            "field_type": FIELD_TYPES[field.kind],
            "field_label": field.title,
            "field_name": f"category_fields[{resource.path[0]}][{field.id}]",
            "field_config": {"options": {option: {"value": option} for option in field.options}},
            "value": value_along(resource.path, values, field.id) or "",
        }
        for field in fields
    ]


def _category_name(today: Today) -> str:
    return today.category.title if today.category else ""


def _fax(today: Today) -> str:
    fax: str = today.site.details.get(DOOR, {}).get("fax", "")
    return fax


def _opening_times(today: Today) -> list[list[str]]:
    return [[clock(opens), end_clock(closes)] for opens, closes in today.hours]


def _holidays(today: Today) -> list[dict[str, Any]]:
    return [{"title": closure.title, "from": closure.first, "to": closure.last} for closure in today.closures]


_text = codecs.text()
TODAY: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("manager", "account_id", codecs.identifier, "out"),
    Field("title", "title", _text, "out"),
    Field("image", "image", _text, "out"),
    Field("category_id", "category_id", codecs.identifier, "out"),
    Field("street_hnr", "street", _text, "out", source="site.street"),
    Field("zip", "postcode", _text, "out", source="site.postcode"),
    Field("city", "city", _text, "out", source="site.city"),
    Field("country", "country", _text, "out", source="site.country"),
    Field("phone", "phone", _text, "out", source="site.phone"),
    Field("public_comment", "notes", _text, "out"),
    Computed("category_name", from_row(_category_name)),
    Computed("fax", from_row(_fax)),
    Computed("today_opening_times", from_row(_opening_times)),
    Computed("today_holidays", from_row(_holidays)),
)

today = renderer("Today", TODAY, "resource")

"""Resources in lists and one by one, and the account's own fields of them.

Source: the page's resource_list and resource/<id>; vendors' clients for what each item says of its own fields.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.dates import clock
from kalends.dialects.kit.fields import Computed, Field, Line, renderer
from kalends.dialects.locaboo.fields.view import DOOR
from kalends.engine.availability.today import Today
from kalends.engine.catalog.custom_field import CustomField, value_along
from kalends.engine.catalog.resource import Resource, Tree
from kalends.engine.time.clock import MINUTES_A_DAY

Values = Mapping[int, Mapping[int, str]]

RESOURCE: tuple[Line, ...] = (
    Field("title", "title", codecs.text()),
    Field("parent_id", "parent_id", codecs.identifier),
)

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
    Computed("category_name", lambda _: lambda today: today.category.title if today.category else ""),
    Computed("fax", lambda _: lambda today: today.site.details.get(DOOR, {}).get("fax", "")),
    Computed("today_opening_times", lambda _: _opening_times),
    Computed("today_holidays", lambda _: _holidays),
)

today = renderer("Today", TODAY, "resource")


def end_clock(minutes: int) -> str:
    """A wall minute as an end is written: that of a day is `23:59`."""
    return "23:59" if minutes % MINUTES_A_DAY == 0 else clock(minutes)


def listed(fields: Sequence[CustomField], values: Values) -> Callable[[Tree], dict[str, Any]]:
    """What shows a resource with its parts, and what each of them says in the account's own fields."""

    def show(one: Resource) -> dict[str, Any]:
        return {"id": one.id, "title": one.title, "free_text_fields": own_fields(one, fields, values)}

    return lambda tree: {**show(tree.root), "parts": [show(part) for part in tree.parts]}


def known_fields(fields: Sequence[CustomField]) -> list[dict[str, Any]]:
    """The account's own fields; only a select has options."""
    return [
        {"id": one.id, "name": one.title, "type": one.kind} | ({"options": one.options} if one.kind == "select" else {})
        for one in fields
    ]


def own_fields(one: Resource, fields: Sequence[CustomField], values: Values) -> list[dict[str, Any]]:
    """The same with the value that counts for one resource, as clients expect them on it."""
    return [
        {
            "id": field.id,
            "label": field.title,
            "name": field.title,
            "field_type": field.kind,
            "type": field.kind,
            "config": {"options": field.options},
            "value": value_along(one.path, values, field.id) or "",
        }
        for field in fields
    ]


def _opening_times(today: Today) -> list[list[str]]:
    return [[clock(opens), end_clock(closes)] for opens, closes in today.hours]


def _holidays(today: Today) -> list[dict[str, Any]]:
    return [{"title": one.title, "from": one.first, "to": one.last} for one in today.closures]

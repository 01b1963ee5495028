"""Fields that things of the catalogue have in common."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import read_id, write_id
from kalends.api.times import shown
from kalends.engine.catalog.custom_field import FieldValue
from kalends.engine.limits import LONGEST_LINE, LONGEST_TEXT
from kalends.engine.query import Filter, Sort
from kalends.engine.refusals import Fault, Invalid

Title = Annotated[str, Meta(extra={"form": "named"}, max_length=LONGEST_LINE, examples=["Ada"])]
Position = Annotated[int, Meta(ge=-(2**31), lt=2**31, description="Lists show lower ones first.", examples=[0])]
Image = Annotated[
    str, Meta(max_length=LONGEST_TEXT, description="Its address.", examples=["https://www.example.org/ada.jpg"])
]
Public = Annotated[bool, Meta(description="Whether customers are shown it where they book.", examples=[True])]
Archived = Annotated[bool, Meta(description="Whether it is hidden, and not for new bookings.", examples=[False])]
Revision = Annotated[int, Meta(description="How often it, or what belongs to it, was changed.", examples=[0])]
Values = Annotated[
    dict[str, str], Meta(description="Values of custom fields, by the field's id.", examples=[{"fld_1042": "2"}])
]
ValuesInput = Annotated[
    dict[str, str | None],
    Meta(
        description="Values of custom fields, by the field's id; null removes one, fields left out keep theirs.",
        examples=[{"fld_1042": "2"}],
    ),
]
WhichArchived = Annotated[
    Literal["no", "yes", "any"], Meta(description="Whether those that are archived are listed.", examples=["no"])
]
Search = Annotated[str, Meta(max_length=LONGEST_LINE, description="A part of the title.", examples=["ada"])]
Order = Annotated[
    Literal["position", "title", "created_at", "-created_at", "updated_at", "-updated_at"],
    Meta(description="What the list is sorted by; `-` is the other way round.", examples=["position"]),
]


def sorted_by(order: str) -> Sequence[Sort]:
    """The order that is asked for."""
    return (Sort(order.removeprefix("-"), order.startswith("-")),)


def filters_of(**values: Any) -> tuple[Filter, ...]:
    """Filters by the engine's fields: on a list of values, or on one; those that are UNSET don't filter."""
    named = {name: value for name, value in values.items() if value is not UNSET}
    return tuple(Filter(name, "in" if isinstance(value, list) else "equal", value) for name, value in named.items())


def titled(part: str | UnsetType) -> tuple[Filter, ...]:
    """The filter on a part of the title, if there is one."""
    return () if part is UNSET else (Filter("title", "contains", part),)


def same_fields(record: msgspec.Struct, kind: type[msgspec.Struct], tz: ZoneInfo) -> dict[str, Any]:
    """The fields of an engine's record that a schema has under the same names, with moments in this zone."""
    names = (name for name in kind.__struct_fields__ if name in record.__struct_fields__)
    values = {name: getattr(record, name) for name in names}
    return {name: shown(value, tz) if isinstance(value, datetime) else value for name, value in values.items()}


def shown_values(values: Mapping[int, str]) -> dict[str, str]:
    """Values of custom fields as they are answered."""
    return {write_id("custom_field", field_id): value for field_id, value in values.items()}


def read_values(sent: Mapping[str, FieldValue] | UnsetType) -> dict[int, FieldValue]:
    """Values of custom fields, by the number of the field. Raises Invalid(/values/ID: unknown)."""
    if sent is UNSET:
        return {}
    values = {name: read_id("custom_field", name) for name in sent}
    if unknown := [Fault(f"/values/{name}", "unknown") for name, number in values.items() if number is None]:
        raise Invalid(*unknown)
    return {number: sent[name] for name, number in values.items() if number is not None}


def plain(number: Decimal) -> Decimal:
    """The number without zeros at its end: `25` for `25.000`."""
    return Decimal(format(number.normalize(), "f"))

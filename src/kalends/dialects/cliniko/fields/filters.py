"""What lists can be filtered and sorted by: the kinds of fields, and the operators of each.

A kind has the operators of the vendor's table, longest first where one begins with another. Source: Cliniko reference,
Filtering results.
"""

from collections.abc import Mapping

import msgspec

from kalends.dialects.cliniko.fields.view import DOOR
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec
from kalends.engine.query import Operator

ANY_VALUE = "*"
"""The operator of times that any value matches, also none: it shows rows that are hidden otherwise."""

_NULLS: Mapping[str, Operator] = {"!?": "is_null", "?": "not_null"}
_ORDER: Mapping[str, Operator] = {">=": "at_least", ">": "greater", "<=": "at_most", "<": "less", "=": "equal"}
_EQUAL: Mapping[str, Operator] = {"!=": "not_equal", "=": "equal"}


class FilterKind(msgspec.Struct, frozen=True):
    """A kind of fields: how a value is read, and the engine's operator for each of the vendor's.

    `many`: `=` also takes a list with commas. `wildcards`: `=` also takes a date with `*` for digits. `any_value`: the
    operator ANY_VALUE is there. `by_second`: values are times, which the wire has in whole seconds. `sortable`: lists
    can be sorted by such a field.
    """

    codec: Codec
    operators: Mapping[str, Operator]
    many: bool = False
    wildcards: bool = False
    any_value: bool = False
    by_second: bool = False
    sortable: bool = True


class FilterField(msgspec.Struct, frozen=True):
    """A field that lists can be filtered and sorted by: its name on the wire, the engine's name, and its kind."""

    wire: str
    name: str
    kind: FilterKind


class Listing(msgspec.Struct, frozen=True):
    """How one kind of records is listed.

    `plural` is the name of the list in responses. `hidden` are engine fields, such as `archived_at`: a row that has a
    value there is hidden unless a filter is about that field.
    """

    plural: str
    filters: tuple[FilterField, ...]
    hidden: tuple[str, ...] = ()

    def without(self, *wires: str) -> "Listing":
        """The listing without these filters, for a list below another record."""
        return msgspec.structs.replace(self, filters=tuple(line for line in self.filters if line.wire not in wires))


ID = FilterKind(codecs.identifier, {**_NULLS, **_EQUAL, **_ORDER}, many=True)
NUMBER = FilterKind(codecs.number(), {**_NULLS, **_EQUAL, **_ORDER}, many=True)
DATETIME = FilterKind(codecs.moment, {**_NULLS, **_ORDER}, any_value=True, by_second=True)
DATE = FilterKind(codecs.day, {**_NULLS, **_ORDER}, wildcards=True)
TEXT = FilterKind(codecs.text(), {**_NULLS, **_EQUAL, "~~": "like", "~": "contains"})
FLAG = FilterKind(codecs.flag, _EQUAL)
IDS = FilterKind(codecs.identifier, {"~": "has"}, sortable=False)
TEXTS = FilterKind(codecs.text(), {"~": "has"}, sortable=False)
"""Many texts that the door keeps, such as ids of what is not there."""


def kept(wire: str, kind: FilterKind) -> FilterField:
    """A field that the door keeps in `details`."""
    return FilterField(wire, f"details.{DOOR}.{wire}", kind)

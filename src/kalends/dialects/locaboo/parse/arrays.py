"""Reads arrays within the parameters of a call; their faults are named as PHP names elements: `resource_parts[48]`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from kalends.dialects.kit.codecs import Unreadable, identifier
from kalends.dialects.kit.fields import Line, read_fields
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.json_text import keyed_array
from kalends.engine.refusals import Fault

_LONGEST_KEY = 40
"""Characters of a key that a fault repeats."""


class Array(msgspec.Struct, frozen=True):
    """An array with keys; `name` is that of the parameter, such as `resource_parts[48]`."""

    name: str
    values: Mapping[str, Any]


def array_of(reader: Reader, name: str, value: Any) -> Array:
    """The value as an array, without blank elements. If it is no array: an empty one, and a fault(name: invalid)."""
    array = keyed_array(value)
    if array is None:
        reader.faults.append(Fault(name, "invalid"))
    return Array(name, {key: element for key, element in (array or {}).items() if element not in (None, "")})


def fields_of(reader: Reader, array: Array, table: Sequence[Line], required: Iterable[str] = ()) -> dict[str, Any]:
    """The values of the table's fields in the array. Adds the faults of unreadable fields, and blank for missing ones.

    `required` are names on the wire.
    """
    faults: list[Fault] = []
    values = read_fields(table, array.values, reader.wire_context, faults)
    faults += [Fault(wire, "blank") for wire in required if wire not in array.values]
    reader.faults += [Fault(f"{array.name}[{fault.field}]", fault.reason) for fault in faults]
    return values


def ids_of(reader: Reader, array: Array) -> list[tuple[int, Any]]:
    """Pairs of id and value of an array whose keys are ids. Adds faults(name[key]: not_a_number, out_of_range)."""
    pairs = []
    for key, value in array.values.items():
        name = f"{array.name}[{key}]" if key.isprintable() and len(key) <= _LONGEST_KEY else array.name
        if (object_id := id_of(reader, name, key)) is not None:
            pairs.append((object_id, value))
    return pairs


def id_of(reader: Reader, name: str, value: Any) -> int | None:
    """The id of a value; None if blank or unreadable. Adds faults(name: not_a_number, invalid, out_of_range)."""
    try:
        object_id: int | None = identifier.read(value, reader.wire_context)
    except Unreadable as unreadable:
        reader.faults.append(Fault(name, unreadable.reason))
        return None
    return object_id


def require(reader: Reader, *names: str) -> None:
    """Adds a fault `blank` for each of these parameters that was not sent."""
    reader.add_blank_faults(*(name for name in names if name not in reader.sent))

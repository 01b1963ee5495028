"""Arrays within the parameters of a call: read like the call itself, their faults named as PHP would name them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from kalends.dialects.kit.codecs import Unreadable, identifier
from kalends.dialects.kit.fields import Line, read_fields
from kalends.dialects.kit.nested import keyed
from kalends.dialects.kit.reader import Reader
from kalends.engine.refusals import Fault


class Array(msgspec.Struct, frozen=True):
    """An array with keys, and the parameter that it is: `resource_parts[48]`."""

    name: str
    values: Mapping[str, Any]


def array_of(reader: Reader, name: str, value: Any) -> Array:
    """The value as an array; an empty one, and a fault, when it is none."""
    found = keyed(value)
    if found is None:
        reader.faults.append(Fault(name, "invalid"))
    return Array(name, {key: each for key, each in (found or {}).items() if each not in (None, "")})


def fields_of(reader: Reader, array: Array, table: Sequence[Line], required: Iterable[str] = ()) -> dict[str, Any]:
    """The fields of the table that the array has; those `required`, by their names on the wire, must be there."""
    faults: list[Fault] = []
    found = read_fields(table, array.values, reader.wire_context, faults)
    faults += [Fault(wire, "blank") for wire in required if wire not in array.values]
    reader.faults += [Fault(f"{array.name}[{fault.field}]", fault.reason) for fault in faults]
    return found


def ids_of(reader: Reader, array: Array) -> list[tuple[int, Any]]:
    """The array as pairs of an id, which each key must be, and a value."""
    pairs = []
    for key, value in array.values.items():
        if (id_ := id_of(reader, array.name, key)) is not None:
            pairs.append((id_, value))
    return pairs


def id_of(reader: Reader, name: str, value: Any) -> int | None:
    """One id; None, and a fault unless it is blank, when it is none."""
    try:
        found: int | None = identifier.read(value, reader.wire_context)
    except Unreadable as fault:
        reader.faults.append(Fault(name, fault.reason))
        return None
    return found


def require(reader: Reader, *names: str) -> None:
    """Faults for those of the parameters that were not sent."""
    reader.blank(*(name for name in names if name not in reader.sent))

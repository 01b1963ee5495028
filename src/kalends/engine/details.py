"""What a door keeps of its own: fields that the engine has no use for, under the door's name."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET


def merged(present: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The details of all doors, those given replaced field by field; one that is UNSET is not kept any more.

    A door that never kept anything and has nothing to keep now leaves no trace.
    """
    doors = dict(present)
    for door, fields in given.items():
        every = {**present.get(door, {}), **fields}
        kept = {name: value for name, value in every.items() if value is not UNSET}
        if kept or door in present:
            doors[door] = kept
    return doors
